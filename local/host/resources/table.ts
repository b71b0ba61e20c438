import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { AwsError } from "../aws/aws-client.ts";
import type { AwsClient } from "../aws/aws-client.ts";
import { arnOf } from "../aws/names.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

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
 * AWS::DynamoDB::Table and GlobalTable: keys and indexes. Leaves out expiry, point-in-time recovery,
 * streams and deletion protection: all data ends with the process, and AWS may also remove an expired
 * item days late.
 */
export const createTable: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { TableName, ...input } = tableProperties.parse(properties);
  const name = TableName ?? generatedName(deployment.stackName, logicalId);
  try {
    await deployment.aws.call("DynamoDB_20120810.CreateTable", { TableName: name, ...input });
  } catch (error) {
    // The tables of a given endpoint may outlive a run.
    if (!(error instanceof AwsError && error.code === "ResourceInUseException")) throw error;
  }
  while ((await statusOf(name, deployment.aws)) !== "ACTIVE") await sleep(20);
  return { ref: name, attributes: { Arn: arnOf("dynamodb", `table/${name}`) } };
};

async function statusOf(name: string, aws: AwsClient): Promise<string> {
  const output = await aws.call("DynamoDB_20120810.DescribeTable", { TableName: name });
  return z.object({ Table: z.object({ TableStatus: z.string() }) }).parse(output).Table.TableStatus;
}
