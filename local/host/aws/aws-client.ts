import * as z from "zod";
import { accountId, region } from "./names.ts";

/** An error answer of an AWS API, with the service's own error name. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(`${code}: ${message}`);
    this.code = code;
    this.statusCode = statusCode;
  }
}

const errorOutput = z.object({
  __type: z._default(z.string(), "UnknownError"),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});

/** Calls AWS's JSON protocol: the host's own access to queues, tables and secrets. */
export interface AwsClient {
  call(
    target: string,
    input: object,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * A client without signatures or retries, for loopback endpoints only. The emulators read the access
 * key but do not check the signature.
 */
export function createAwsClient(endpoint: string): AwsClient {
  return {
    async call(target, input, signal) {
      const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
      const service = serviceOf(target);
      const credential = `${accountId}/${date.slice(0, 8)}/${region}/${service}/aws4_request`;
      const response = await fetch(endpoint, {
        method: "POST",
        headers: {
          "content-type": `application/x-amz-json-${service === "secretsmanager" ? "1.1" : "1.0"}`,
          "x-amz-target": target,
          "x-amz-date": date,
          authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
        ...(signal === undefined ? {} : { signal }),
      });
      const output: unknown = await response.json();
      if (response.ok) return z.record(z.string(), z.unknown()).parse(output);
      const error = errorOutput.parse(output);
      throw new AwsError(
        error.__type.replace(/^.*#/, ""),
        error.message ?? error.Message ?? target,
      );
    },
  };
}

function serviceOf(target: string): string {
  if (target.startsWith("DynamoDB_")) return "dynamodb";
  return target.startsWith("AmazonSQS.") ? "sqs" : "secretsmanager";
}
