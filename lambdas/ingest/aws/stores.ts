import { createHash } from "node:crypto";
import type { EventQueue, Now, Secret, Spool, WideReconcileRequests } from "../../model/runtime.ts";
import type { AwsJsonClient, JsonService } from "./json-client.ts";
import {
  messageOf,
  sendTimeoutMillis,
  spooled,
  wideReconcileRequestId,
} from "../../aws/webhook-items.ts";
import { storedSecret } from "../../aws/stored-secret.ts";

/** SQS's JSON protocol. */
export const sqs: JsonService = { name: "sqs", variable: "SQS", target: "AmazonSQS", json: "1.0" };

/** An SQS FIFO queue, through the small client. */
export function jsonEventQueue(client: AwsJsonClient, queueUrl: string): EventQueue {
  return {
    async put(envelope, { timeoutMillis = sendTimeoutMillis, isMoved } = {}) {
      const message = messageOf(envelope, queueUrl, isMoved);
      const answer = await client.call("SendMessage", message, { timeoutMillis });
      // As in the SDK: the queue must have stored the bytes that we sent.
      const md5 = createHash("md5").update(message.MessageBody).digest("hex");
      if ((answer as { MD5OfMessageBody?: string }).MD5OfMessageBody === md5) return;
      throw Object.assign(new Error("the queue holds other bytes"), {
        name: "InvalidChecksumError",
      });
    },
  };
}

/** Secrets Manager's JSON protocol. */
export const secretsManager: JsonService = {
  name: "secretsmanager",
  variable: "SECRETS_MANAGER",
  target: "secretsmanager",
  json: "1.1",
};

/** A JSON secret in Secrets Manager, through the small client. */
export function jsonSecret<Value>(options: {
  client: AwsJsonClient;
  secretId: string;
  /** Throws an error that says what is wrong, without any value. */
  parse: (json: unknown) => Value;
  now: Now;
  timeoutMillis: number;
  maxAgeMillis: number;
}): Secret<Value> {
  const { client, secretId, timeoutMillis, ...source } = options;
  return storedSecret({
    ...source,
    fetch: async () => {
      const asked = { SecretId: secretId };
      const answer = await client.call("GetSecretValue", asked, { timeoutMillis });
      return (answer as { SecretString?: string }).SecretString ?? "";
    },
  });
}

/** DynamoDB's JSON protocol. */
export const dynamoDb: JsonService = {
  name: "dynamodb",
  variable: "DYNAMODB",
  target: "DynamoDB_20120810",
  json: "1.0",
};

/** The spool and the requests for a wide reconcile, in the deliveries table, through the small client. */
export function jsonSpool(client: AwsJsonClient, table: string): Spool & WideReconcileRequests {
  const put = async (
    fields: Readonly<Record<string, string | number>>,
    options: { timeoutMillis: number },
  ) => {
    const attributes = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? { S: value } : { N: String(value) },
    ]);
    const Item: unknown = Object.fromEntries(attributes);
    await client.call("PutItem", { TableName: table, Item }, options);
  };
  return {
    put: (envelope, options) => put(spooled(envelope), options),
    ask: (askedAtMillis, options) => put({ id: wideReconcileRequestId, askedAtMillis }, options),
  };
}
