import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Logger } from "../model/runtime.ts";

/** A webhook's answer: a status and one plain sentence. */
export function answer(statusCode: number, text = ""): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: text };
}

/** A 200 that carries a request of ours as JSON. */
export function jsonAnswer(body: string): APIGatewayProxyStructuredResultV2 {
  return { statusCode: 200, headers: { "Content-Type": "application/json" }, body };
}

/** The body's bytes exactly as the vendor sent them, because the signature covers these bytes. */
export function bodyOf(event: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
}

/** The time for storing a large body, sending and spooling. amoCRM waits 5 s and never repeats a hook. */
export const timeoutMillis = 4000;

/** The answer for an event that we could not make durable. The log has `BodyNotStored` for it. */
export function notStored(statusCode: 500 | 503): APIGatewayProxyStructuredResultV2 {
  return answer(statusCode, "The event could not be stored. Please try again.");
}

/** A header by its lower-case name. API Gateway joins repeated headers with commas. */
export function headerOf(event: APIGatewayProxyEventV2, name: string): string {
  const found = Object.entries(event.headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? "";
}

/** Turns an unexpected error into an answer with this status, which makes the vendor act best. */
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
