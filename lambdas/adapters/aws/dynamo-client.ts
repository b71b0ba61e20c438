import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientSettings } from "./client-settings.ts";

/**
 * What the SDK does in every request that nobody here asks for: naming itself to AWS, a log that no
 * logger takes, and a mark against functions that call themselves, which no table passes on.
 */
const unasked = [
  "getUserAgentMiddleware",
  "loggerMiddleware",
  "recursionDetectionMiddleware",
] as const;

/**
 * The SDK's client of DynamoDB for a path that is gone with every message, without what is a fifth of
 * its processor time and no part of a promise (`npm run bench -- sender`).
 */
export function createDynamoClient(
  config: ConstructorParameters<typeof DynamoDBClient>[0] = {},
): DynamoDBClient {
  const client = new DynamoDBClient({ ...clientSettings, ...config });
  for (const name of unasked) client.middlewareStack.remove(name);
  return client;
}
