import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { MemoryTable } from "./table.ts";
import type { Index, TableRequest } from "./table.ts";

/** One request as a function's AWS client made it, retries included. */
export type AwsRequest = {
  readonly service: "dynamodb" | "sqs" | "secretsmanager" | "s3";
  readonly operation: string;
  /** Table, queue, secret or bucket. */
  readonly target: string;
  /** Partition key, for a table or an index. */
  readonly key: string;
  readonly bytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** True when another request to a table had no answer yet. */
  readonly isBeside: boolean;
};

/** A message that a function put in a queue. */
export type Sent = { readonly queue: string; readonly body: string; readonly group: string };
/** A message that a function returned to the queue for a later attempt. */
export type Postponed = { readonly receipt: string; readonly seconds: number };

/** DynamoDB, SQS, Secrets Manager and the writing side of S3 over their wire protocol, in memory. It records every request. */
export type MemoryAws = {
  readonly url: string;
  readonly tables: Readonly<Record<string, MemoryTable>>;
  close(): Promise<void>;
};

/** Starts it. It refuses unknown requests with an error. Not AWS: it answers at once. */
export async function startMemoryAws(options: {
  readonly tables: Readonly<
    Record<string, { key: string; indexes: Readonly<Record<string, Index>> }>
  >;
  /** Secret strings by id. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly onRequest?: (request: AwsRequest) => void;
  readonly onSent?: (message: Sent) => void;
  readonly onPostponed?: (message: Postponed) => void;
}): Promise<MemoryAws> {
  const tables = Object.fromEntries(
    Object.entries(options.tables).map(([name, { key, indexes }]) => [
      name,
      new MemoryTable(key, indexes),
    ]),
  );

  const answerTable = (operation: string, input: TableRequest) => {
    const table = tables[input.TableName];
    if (table === undefined) throw new Error(`There is no table ${input.TableName}.`);
    const { body, isRefused = false, ...rest } = table.answer(operation, input);
    return { body, status: isRefused ? 400 : 200, target: input.TableName, ...rest };
  };
  const answerQueue = (operation: string, input: Record<string, unknown>) => {
    const queue = String(input["QueueUrl"]).split("/").at(-1) ?? "";
    const rest = { status: 200, target: queue, key: "", writeUnits: 0, readUnits: 0 };
    if (operation === "ChangeMessageVisibility") {
      const receipt = String(input["ReceiptHandle"]);
      options.onPostponed?.({ receipt, seconds: Number(input["VisibilityTimeout"]) });
      return { ...rest, body: {} };
    }
    if (operation !== "SendMessage") throw new Error(`The bridge does not use ${operation}.`);
    const body = String(input["MessageBody"]);
    const group = String(input["MessageGroupId"]);
    options.onSent?.({ queue, body, group });
    const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
    const answer = { MessageId: randomUUID(), MD5OfMessageBody, SequenceNumber: "1" };
    return { ...rest, key: group, body: answer };
  };
  const answerSecret = (input: Record<string, unknown>) => {
    const target = String(input["SecretId"]);
    const SecretString = options.secrets[target];
    if (SecretString === undefined) throw new Error(`There is no secret ${target}.`);
    const body = { ARN: target, Name: target, SecretString, VersionId: "1" };
    return { body, status: 200, target, key: "", writeUnits: 0, readUnits: 0 };
  };

  let askedOfTables = 0;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const isOfTable = String(request.headers["x-amz-target"]).startsWith("DynamoDB");
    const isBeside = isOfTable && askedOfTables > 0;
    if (isOfTable) askedOfTables += 1;
    const bytes = await buffer(request);
    // Parallel requests have all arrived after this turn of the event loop.
    await setImmediate();
    if (isOfTable) askedOfTables -= 1;
    if (request.method === "PUT") {
      const [, target = ""] = (request.url ?? "").split("/");
      const put = { service: "s3", operation: "PutObject", target, key: "" } as const;
      options.onRequest?.({
        ...put,
        bytes: bytes.length,
        writeUnits: 0,
        readUnits: 0,
        isBeside,
      });
      response.writeHead(200, { ETag: '"bench"', "Content-Length": 0 }).end();
      return;
    }
    const [prefix = "", operation = ""] = String(request.headers["x-amz-target"]).split(".");
    const input = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    const service = prefix.startsWith("DynamoDB")
      ? "dynamodb"
      : prefix === "AmazonSQS"
        ? "sqs"
        : "secretsmanager";
    const { status, body, ...rest } =
      service === "dynamodb"
        ? answerTable(operation, input as unknown as TableRequest)
        : service === "sqs"
          ? answerQueue(operation, input)
          : answerSecret(input);
    options.onRequest?.({ service, operation, bytes: bytes.length, isBeside, ...rest });
    const text = JSON.stringify(body);
    response.writeHead(status, {
      "Content-Type": "application/x-amz-json-1.0",
      "Content-Length": Buffer.byteLength(text),
    });
    response.end(text);
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      console.error(`The bench's AWS: ${String(error)}`);
      // The clients do not retry this error, so the bench fails at the mistake.
      response.writeHead(400).end(JSON.stringify({ __type: "ValidationException" }));
    });
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tables,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
