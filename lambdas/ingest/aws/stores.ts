import { createHash } from "node:crypto";
import type { EventQueue, Now, Spool, WideReconcileRequests } from "../../model/runtime.ts";
import type { AwsJsonClient, JsonService } from "./json-client.ts";
import { messageOf, sendTimeoutMillis } from "../../aws/event-message.ts";
import { StoredSecret } from "../../aws/stored-secret.ts";
import type { MaxAgeMillis } from "../../aws/stored-secret.ts";
import type { Envelope } from "../../model/envelope.ts";
import { spooled, wideReconcileRequestId } from "../../aws/spool.ts";

/** SQS's JSON protocol. */
export const sqs: JsonService = { name: "sqs", variable: "SQS", target: "AmazonSQS", json: "1.0" };

/** An SQS FIFO queue, through the small client. */
export class JsonEventQueue implements EventQueue {
  readonly #client: AwsJsonClient;
  readonly #queueUrl: string;

  constructor(client: AwsJsonClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async put(...[envelope, options = {}]: Parameters<EventQueue["put"]>): Promise<void> {
    const { timeoutMillis = sendTimeoutMillis, isMoved } = options;
    const message = messageOf(envelope, this.#queueUrl, isMoved);
    const answer = await this.#client.call("SendMessage", message, { timeoutMillis });
    // As in the SDK: the queue must have stored the bytes that we sent.
    const md5 = createHash("md5").update(message.MessageBody).digest("hex");
    if ((answer as { MD5OfMessageBody?: string }).MD5OfMessageBody === md5) return;
    throw Object.assign(new Error("the queue holds other bytes"), { name: "InvalidChecksumError" });
  }
}

/** Secrets Manager's JSON protocol. */
export const secretsManager: JsonService = {
  name: "secretsmanager",
  variable: "SECRETS_MANAGER",
  target: "secretsmanager",
  json: "1.1",
};

/** A JSON secret in Secrets Manager, through the small client. */
export class JsonSecret<Value> extends StoredSecret<Value> {
  constructor(options: {
    client: AwsJsonClient;
    secretId: string;
    /** Throws an error that says what is wrong, without any value. */
    parse: (json: unknown) => Value;
    now: Now;
    timeoutMillis: number;
    maxAgeMillis: MaxAgeMillis<Value>;
  }) {
    const { client, secretId, parse, now, timeoutMillis, maxAgeMillis } = options;
    super({
      fetch: async () => {
        const answer = await client.call(
          "GetSecretValue",
          { SecretId: secretId },
          { timeoutMillis },
        );
        return (answer as { SecretString?: string }).SecretString ?? "";
      },
      parse,
      now,
      maxAgeMillis,
    });
  }
}

/** DynamoDB's JSON protocol. */
export const dynamoDb: JsonService = {
  name: "dynamodb",
  variable: "DYNAMODB",
  target: "DynamoDB_20120810",
  json: "1.0",
};

/** The spool in the deliveries table, through the small client. */
export class JsonSpool implements Spool {
  readonly #client: AwsJsonClient;
  readonly #table: string;

  constructor(client: AwsJsonClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void> {
    const { key, fields } = spooled(envelope);
    const { receivedAtMillis, ...texts } = fields;
    const Item = {
      ...Object.fromEntries(Object.entries({ id: key, ...texts }).map(([k, S]) => [k, { S }])),
      receivedAtMillis: { N: String(receivedAtMillis) },
    };
    await this.#client.call("PutItem", { TableName: this.#table, Item }, options);
  }
}

/** The request for a wide reconcile in the deliveries table, through the small client. */
export class JsonWideReconcileRequests implements WideReconcileRequests {
  readonly #client: AwsJsonClient;
  readonly #table: string;

  constructor(client: AwsJsonClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async ask(askedAtMillis: number, options: { timeoutMillis: number }): Promise<void> {
    const Item = { id: { S: wideReconcileRequestId }, askedAtMillis: { N: String(askedAtMillis) } };
    await this.#client.call("PutItem", { TableName: this.#table, Item }, options);
  }
}
