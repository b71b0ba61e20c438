import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { aContext } from "./lambda-events.ts";

type Webhook = (
  event: APIGatewayProxyEventV2,
  context: ReturnType<typeof aContext>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Status and text of a webhook's answer. */
export async function answerOf(webhook: unknown, event: APIGatewayProxyEventV2) {
  const { statusCode, body } = await (webhook as Webhook)(event, aContext());
  return { statusCode, body };
}
