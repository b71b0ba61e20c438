import * as z from "zod";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const flag = z.optional(z.union([z.boolean(), z.string()]));
const seconds = z.optional(z.coerce.number());

const queueProperties = z.object({
  QueueName: z.optional(z.string()),
  FifoQueue: flag,
  ContentBasedDeduplication: flag,
  DeduplicationScope: z.optional(z.string()),
  FifoThroughputLimit: z.optional(z.string()),
  VisibilityTimeout: z._default(z.coerce.number(), 30),
  MessageRetentionPeriod: seconds,
  DelaySeconds: seconds,
  ReceiveMessageWaitTimeSeconds: seconds,
  MaximumMessageSize: z.optional(z.coerce.number()),
  RedrivePolicy: z.optional(z.record(z.string(), z.unknown())),
});

const createOutput = z.object({ QueueUrl: z.string() });
const attributesOutput = z.object({ Attributes: z.object({ QueueArn: z.string() }) });

/** AWS::SQS::Queue. Encryption, tags and redrive permissions have no effect here and are left out. */
export const createQueue: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { QueueName, ...template } = queueProperties.parse(properties);
  const isFifo = String(template.FifoQueue) === "true";
  const name =
    QueueName ?? `${generatedName(deployment.stackName, logicalId)}${isFifo ? ".fifo" : ""}`;
  const visibilitySeconds = deployment.visibilityTimeoutSeconds ?? template.VisibilityTimeout;
  const settings = { ...template, VisibilityTimeout: visibilitySeconds };
  const { QueueUrl: url } = createOutput.parse(
    await deployment.aws.call("AmazonSQS.CreateQueue", {
      QueueName: name,
      Attributes: toStrings(settings),
    }),
  );
  const { QueueArn: arn } = attributesOutput.parse(
    await deployment.aws.call("AmazonSQS.GetQueueAttributes", {
      QueueUrl: url,
      AttributeNames: ["QueueArn"],
    }),
  ).Attributes;
  deployment.queuesByArn.set(arn, { url, visibilitySeconds });
  return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
};

/** SQS accepts every attribute as a string, a policy as JSON. */
function toStrings(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([name, value]) => value !== undefined && !(name === "FifoQueue" && value === false))
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
