import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Logger } from "../ports/logger.ts";

/**
 * The largest webhook body we accept: the envelope's own limit, said again so that the webhooks do
 * not load its schema and zod with it.
 */
export const maxBodyBytes = 262_144;

/** An answer of a webhook: a status and one plain sentence. */
export function answer(statusCode: number, text = ""): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: text };
}

/** A yes that carries a request of ours as JSON. */
export function jsonAnswer(body: string): APIGatewayProxyStructuredResultV2 {
  return { statusCode: 200, headers: { "Content-Type": "application/json" }, body };
}

/** The body's bytes exactly as they were sent: signatures are made over these. */
export function bodyOf(event: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
}

export const tooLarge = answer(413, `The body is larger than ${String(maxBodyBytes)} bytes.`);

/** A header by its lower-case name; API Gateway joins repeated ones with commas. */
export function headerOf(event: APIGatewayProxyEventV2, name: string): string {
  const found = Object.entries(event.headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? "";
}

/** Turns anything unforeseen into the answer that makes the sender of the webhook act best. */
export function lastResort(
  statusCode: number,
  logger: Logger,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const { error } = request;
      logger.error("WebhookFailed", { reason: error?.name ?? "unknown", statusCode });
      request.response = answer(statusCode, "Please try again.");
    },
  };
}
