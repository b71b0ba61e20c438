import { randomInt } from "node:crypto";
import { CreateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { arnOf, region } from "../aws/names.ts";
import { references } from "../template/template.ts";
import type { Template } from "../template/template.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

/** Undefined when the resource exists: those of a given endpoint may outlive a run. */
async function unlessThere<Output>(
  errorName: string,
  create: () => Promise<Output>,
): Promise<Output | undefined> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof Error && error.name === errorName) return undefined;
    throw error;
  }
}

const bucketProperties = z.object({ BucketName: z.optional(z.string()) });

/**
 * AWS::S3::Bucket. Leaves out encryption, expiry, ownership and public access: all data ends with the
 * process, and only this machine reaches the bucket.
 */
export const createBucket: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { BucketName } = bucketProperties.parse(properties);
  // S3 accepts no capital letters, and at most 63 characters.
  const name =
    BucketName ?? generatedName(deployment.stackName, logicalId).toLowerCase().slice(-63);
  await unlessThere("BucketAlreadyOwnedByYou", () =>
    deployment.clients.s3.send(new CreateBucketCommand({ Bucket: name })),
  );
  const domainName = `${name}.s3.${region}.amazonaws.com`;
  deployment.bucketsByDomain.set(domainName, name);
  const attributes = { Arn: `arn:aws:s3:::${name}`, RegionalDomainName: domainName };
  return { ref: name, attributes };
};

const throughput = z.optional(
  z.object({ ReadCapacityUnits: z.coerce.number(), WriteCapacityUnits: z.coerce.number() }),
);
const index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(z.unknown()),
  Projection: z.unknown(),
  ProvisionedThroughput: throughput,
});

const tableProperties = z.object({
  TableName: z.optional(z.string()),
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.unknown()),
  BillingMode: z._default(z.string(), "PROVISIONED"),
  ProvisionedThroughput: throughput,
  GlobalSecondaryIndexes: z.optional(z.array(index)),
  LocalSecondaryIndexes: z.optional(z.array(index)),
});

/**
 * AWS::DynamoDB::Table and GlobalTable: keys and indexes. Leaves out expiry, point-in-time recovery, streams
 * and deletion protection: all data ends with the process, and AWS may also remove an expired item days late.
 */
export const createTable: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { TableName, ...input } = tableProperties.parse(properties);
  const name = TableName ?? generatedName(deployment.stackName, logicalId);
  const { dynamodb: client } = deployment.clients;
  await unlessThere("ResourceInUseException", () =>
    client.send(new CreateTableCommand({ TableName: name, ...input } as CreateTableCommandInput)),
  );
  await waitUntilTableExists(
    { client, minDelay: 0.02, maxDelay: 1, maxWaitTime: 60 },
    { TableName: name },
  );
  return { ref: name, attributes: { Arn: arnOf("dynamodb", `table/${name}`) } };
};

const attributeFlag = z.optional(z.union([z.boolean(), z.string()]));
const seconds = z.optional(z.coerce.number());

const queueProperties = z.object({
  QueueName: z.optional(z.string()),
  FifoQueue: attributeFlag,
  ContentBasedDeduplication: attributeFlag,
  DeduplicationScope: z.optional(z.string()),
  FifoThroughputLimit: z.optional(z.string()),
  VisibilityTimeout: z._default(z.coerce.number(), 30),
  MessageRetentionPeriod: seconds,
  DelaySeconds: seconds,
  ReceiveMessageWaitTimeSeconds: seconds,
  MaximumMessageSize: z.optional(z.coerce.number()),
  RedrivePolicy: z.optional(z.record(z.string(), z.unknown())),
});

/** AWS::SQS::Queue. Encryption, tags and redrive permissions have no effect here and are left out. */
export const createQueue: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { QueueName, ...template } = queueProperties.parse(properties);
  const isFifo = String(template.FifoQueue) === "true";
  const name =
    QueueName ?? `${generatedName(deployment.stackName, logicalId)}${isFifo ? ".fifo" : ""}`;
  const visibilitySeconds = deployment.visibilityTimeoutSeconds ?? template.VisibilityTimeout;
  const settings = { ...template, VisibilityTimeout: visibilitySeconds };
  const { sqs } = deployment.clients;
  const { QueueUrl: url = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: toStrings(settings) }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
  );
  const arn = Attributes?.QueueArn ?? "";
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

/** The one form of generated values that the stack uses: letters and digits in one field of a JSON object. */
const generation = z.strictObject({
  SecretStringTemplate: z.string(),
  GenerateStringKey: z.string(),
  PasswordLength: z.coerce.number(),
  ExcludePunctuation: z.literal([true, "true"], "only letters and digits are generated here"),
});

const secretProperties = z.object({
  Name: z.optional(z.string()),
  SecretString: z.optional(z.string()),
  GenerateSecretString: z.optional(generation),
});

/** AWS::SecretsManager::Secret with the given value, the template's value, or a generated one. */
export const createSecret: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { Name, SecretString, GenerateSecretString } = secretProperties.parse(properties);
  const given = deployment.secretValues.get(logicalId) ?? SecretString;
  const value =
    given ?? (GenerateSecretString === undefined ? undefined : generate(GenerateSecretString));
  const name = Name ?? generatedName(deployment.stackName, logicalId);
  const { secrets } = deployment.clients;
  const content = { Name: name, SecretString: value };
  const created = await unlessThere("ResourceExistsException", () =>
    secrets.send(new CreateSecretCommand(content)),
  );
  // A secret of an earlier run keeps its generated value.
  const { ARN = "" } =
    created ??
    (await (given === undefined
      ? secrets.send(new DescribeSecretCommand({ SecretId: name }))
      : secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: given }))));
  return { ref: ARN, attributes: { Id: ARN } };
};

function generate(options: z.output<typeof generation>): string {
  const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const password = Array.from({ length: options.PasswordLength }, () =>
    characters.charAt(randomInt(characters.length)),
  ).join("");
  const fields = z.record(z.string(), z.unknown()).parse(JSON.parse(options.SecretStringTemplate));
  return JSON.stringify({ ...fields, [options.GenerateStringKey]: password });
}

/**
 * Values of secrets by logical id, given by the output that names the secret. Throws for an unknown output: a
 * misspelt name would leave the secret with a generated value.
 */
export function secretValues(
  template: Template,
  valuesByOutput: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(valuesByOutput).map(([name, value]) => {
      const named = [...references(template.Outputs[name]?.Value)];
      const secrets = named.filter(
        (id) => template.Resources[id]?.Type === "AWS::SecretsManager::Secret",
      );
      const [logicalId] = secrets;
      if (logicalId === undefined || secrets.length > 1) {
        throw new Error(`The stack has no output ${name} that names a secret.`);
      }
      return [logicalId, value] as const;
    }),
  );
}
