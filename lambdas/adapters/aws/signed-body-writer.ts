import type { BodyWriter, StoredBody } from "../../ports/bodies.ts";
import { AwsFailure } from "./aws-failure.ts";
import { exchange, openerOf, signerOf } from "./signed-exchange.ts";
import type { AwsEnvironment } from "./signed-exchange.ts";
import { within } from "./within.ts";

/**
 * Puts objects into one bucket of S3, signed by the SDK's own signer, without the rest of the SDK. One
 * try: those who call have no time for another.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export class SignedBodyWriter implements BodyWriter {
  readonly #bucketUrl: string;
  readonly #signer: ReturnType<typeof signerOf>;
  readonly #open: ReturnType<typeof openerOf>;

  /** `bucketUrl`: where the bucket's keys follow a slash. */
  constructor(bucketUrl: string, environment: AwsEnvironment) {
    this.#bucketUrl = bucketUrl;
    // S3 alone takes a path as it stands.
    this.#signer = signerOf("s3", environment, { uriEscapePath: false });
    this.#open = openerOf(new URL(bucketUrl));
  }

  async put(
    { key, bytes }: StoredBody,
    { timeoutMillis }: { readonly timeoutMillis: number },
  ): Promise<void> {
    const url = new URL(`${this.#bucketUrl}/${key}`);
    const { protocol, hostname, pathname: path } = url;
    const { headers } = await this.#signer.sign({
      method: "PUT",
      protocol,
      hostname,
      path,
      query: {},
      headers: { host: url.host, "content-length": String(bytes.byteLength) },
      body: bytes,
    });
    const request = this.#open(url, "PUT");
    for (const name in headers) request.setHeader(name, headers[name] ?? "");
    try {
      const { status, text } = await within(timeoutMillis, exchange(request, bytes));
      if (status === 200) return;
      const code = /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1] ?? "UnknownError";
      throw new AwsFailure(code, { httpStatusCode: status, isSkewCorrected: false });
    } catch (error) {
      if (!(error instanceof AwsFailure)) request.destroy();
      throw error;
    }
  }
}

/** Where a bucket is: below an endpoint that is given, else at the host of its own that AWS has for it. */
export function bucketUrlOf(bucket: string, environment: AwsEnvironment, queueUrl: string): string {
  const given = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  if (given !== undefined) return `${given.replace(/\/+$/, "")}/${bucket}`;
  // The queue's URL says how hosts end in this part of AWS: `https://sqs.eu-central-1.amazonaws.com/…`.
  return new URL(queueUrl).origin.replace("//sqs.", `//${bucket}.s3.`);
}
