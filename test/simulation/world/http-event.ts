import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LambdaFunction } from "../engine/lambda-function.ts";

/** A webhook function. */
export type Webhook = LambdaFunction<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** A POST as the HTTP API hands it over. */
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

/** What the caller of a webhook gets: a function that died is a 500 of the HTTP API. */
export async function statusOf(webhook: Webhook, event: APIGatewayProxyEventV2): Promise<number> {
  const outcome = await webhook.invoke(event);
  return outcome.kind === "answered" ? (outcome.answer.statusCode ?? 200) : 500;
}
