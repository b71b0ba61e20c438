import type { BodyWriter } from "../../model/stores.ts";
import { AwsFailure, exchange, openerOf } from "./json-client.ts";
import { RequestSigner } from "./request-signer.ts";
import type { AwsEnvironment } from "./request-signer.ts";

/**
 * Puts objects into one S3 bucket. Parts of the SDK's signer sign the requests, without the rest of
 * the SDK. It makes one attempt, because its callers have no time for another. A slash and the key follow
 * the bucket's address.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function signedBodyWriter(bucketUrl: string, environment: AwsEnvironment): BodyWriter {
  const signer = new RequestSigner("s3", environment, { uriEscapePath: false });
  const open = openerOf(new URL(bucketUrl));
  return {
    async put({ key, bytes }, { timeoutMillis }) {
      const url = new URL(`${bucketUrl}/${key}`);
      const { protocol, hostname, pathname: path } = url;
      const given = { host: url.host, "content-length": String(bytes.byteLength) };
      const request = { method: "PUT", protocol, hostname, path, headers: given, body: bytes };
      const headers = await signer.sign(request, new Date());
      const answer = await exchange(open(url, "PUT"), headers, bytes, timeoutMillis);
      if (answer.status === 200) return;
      const code = /<Code>([A-Za-z]+)<\/Code>/.exec(answer.text)?.[1] ?? "UnknownError";
      throw new AwsFailure(code, { httpStatusCode: answer.status, isSkewCorrected: false });
    },
  };
}

/** The address of a bucket: below the given endpoint, else at the bucket's own AWS host. */
export function bucketUrlOf(bucket: string, environment: AwsEnvironment, queueUrl: string): string {
  const given = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  if (given !== undefined) return `${given.replace(/\/+$/, "")}/${bucket}`;
  // The queue's URL shows how hosts end in this part of AWS:
  // `https://sqs.eu-central-1.amazonaws.com/…`.
  return new URL(queueUrl).origin.replace("//sqs.", `//${bucket}.s3.`);
}
