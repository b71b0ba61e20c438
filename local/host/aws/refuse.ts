import type { ServerResponse } from "node:http";
import { ZodError } from "zod";
import { AwsError } from "./aws-client.ts";
import { s3ErrorBody } from "./s3-requests.ts";

/** Answers with an error in the form of the called service. */
export function refuse(response: ServerResponse, error: unknown, isS3: boolean): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known =
    error instanceof AwsError
      ? error
      : error instanceof ZodError
        ? new AwsError("InvalidParameterException", error.message)
        : new AwsError("InternalFailure", String(error), 500);
  const message = known.message.slice(known.code.length + 2);
  if (isS3) {
    response.writeHead(known.statusCode, { "content-type": "application/xml" });
    return void response.end(s3ErrorBody(known.code, message));
  }
  response.writeHead(known.statusCode, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: known.code, message }));
}
