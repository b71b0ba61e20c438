import type { APIGatewayProxyEventV2, Context, SQSEvent } from "aws-lambda";

/** A POST as the HTTP API delivers it. */
export function anHttpEvent({
  body,
  base64 = false,
  headers = {},
  scopeId,
}: {
  body?: string | Buffer;
  base64?: boolean;
  headers?: Readonly<Record<string, string>>;
  scopeId?: string;
} = {}): APIGatewayProxyEventV2 {
  const text =
    body === undefined ? undefined : Buffer.from(body).toString(base64 ? "base64" : "utf8");
  return {
    version: "2.0",
    rawQueryString: "",
    headers: { "content-type": "application/json", ...headers },
    isBase64Encoded: base64,
    ...(text === undefined ? {} : { body: text }),
    ...(scopeId === undefined ? {} : { pathParameters: { scopeId } }),
  } as unknown as APIGatewayProxyEventV2;
}

/** One message as the queue delivers it. */
export function anSqsEvent(
  body: string,
  {
    queue = "bridge-to-telegram.fifo",
    receiveCount = 1,
    ...attributes
  }: {
    queue?: string;
    receiveCount?: number;
    SentTimestamp?: string;
    MessageDeduplicationId?: string;
    MessageGroupId?: string;
  } = {},
): SQSEvent {
  const record = {
    messageId: "sqs-1",
    receiptHandle: "receipt-1",
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1700000000000",
      MessageGroupId: "tg-700-42",
      ...attributes,
    },
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${queue}`,
  };
  return { Records: [record] } as unknown as SQSEvent;
}

/** The context of an invocation with a minute left. */
export function aContext(awsRequestId = "request-1", remainingMillis = 60_000): Context {
  return {
    awsRequestId,
    getRemainingTimeInMillis: () => remainingMillis,
  } as unknown as Context;
}
