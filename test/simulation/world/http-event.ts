import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LambdaFunction } from "../engine/lambda-function.ts";

/** A webhook function. */
export type Webhook = LambdaFunction<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** A POST as the HTTP API passes it to the function. */
export function httpEvent(
  body: string,
  headers: Readonly<Record<string, string>>,
  scopeId?: string,
): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    rawQueryString: "",
    headers,
    isBase64Encoded: false,
    body,
    ...(scopeId === undefined ? {} : { pathParameters: { scopeId } }),
  } as unknown as APIGatewayProxyEventV2;
}

/** The status that the webhook's caller gets. If the function died, the HTTP API answers 500. */
export async function statusOf(webhook: Webhook, event: APIGatewayProxyEventV2): Promise<number> {
  const outcome = await webhook.invoke(event);
  return outcome.kind === "answered" ? (outcome.answer.statusCode ?? 200) : 500;
}
