import { ZodError } from "zod";
import type { SimulatedAnswer } from "../../http.ts";

/** An error answer of an AWS API, with the service's own error name. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** The answer for an error, in the form of the called service. */
export function refusalAnswer(error: unknown, isS3: boolean): SimulatedAnswer {
  const { code, message, statusCode } =
    error instanceof AwsError
      ? error
      : error instanceof ZodError
        ? new AwsError("InvalidParameterException", error.message)
        : new AwsError("InternalFailure", String(error), 500);
  if (!isS3) {
    const headers = { "content-type": "application/x-amz-json-1.0" };
    return { status: statusCode, headers, body: { __type: code, message } };
  }
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status: statusCode,
    headers: { "content-type": "application/xml" },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n` +
      `<Error><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>`,
  };
}
