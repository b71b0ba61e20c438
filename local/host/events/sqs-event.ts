import * as z from "zod";
import { region } from "../aws/names.ts";
import { decodePayload } from "../lambda/outcome.ts";

const messageAttribute = z.object({
  StringValue: z.optional(z.string()),
  BinaryValue: z.optional(z.string()),
  DataType: z.string(),
});

const message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z._default(z.record(z.string(), z.string()), {}),
  MessageAttributes: z._default(z.record(z.string(), messageAttribute), {}),
});

/** The answer of ReceiveMessage. */
export const receivedMessages = z.object({ Messages: z._default(z.array(message), []) });
export type ReceivedMessage = z.output<typeof message>;

/** The event that Lambda makes of a batch. */
export function toSqsEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return {
    Records: messages.map((received) => ({
      messageId: received.MessageId,
      receiptHandle: received.ReceiptHandle,
      body: received.Body,
      attributes: received.Attributes,
      messageAttributes: Object.fromEntries(
        Object.entries(received.MessageAttributes).map(([name, attribute]) => [
          name,
          {
            ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
            ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
            stringListValues: [],
            binaryListValues: [],
            dataType: attribute.DataType,
          },
        ]),
      ),
      md5OfBody: received.MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

const partialResponse = z.nullish(
  z.object({
    batchItemFailures: z.nullish(
      z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) })),
    ),
  }),
);

/**
 * The ids of the messages that stay in the queue. As on AWS, an empty answer means that all messages
 * succeeded. A malformed answer, or one that names an unknown message, means that all failed.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessageIds(
  payload: string,
  messages: readonly ReceivedMessage[],
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  const parsed = partialResponse.safeParse(decodePayload(payload));
  if (!parsed.success) return all;
  const failures = parsed.data?.batchItemFailures ?? [];
  const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}
