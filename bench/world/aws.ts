import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { sendAnswer } from "../../local/http.ts";
import type { SimulatedAnswer } from "../../local/http.ts";
import { secrets } from "./names.ts";
import type { TableName } from "./names.ts";
import { createTable } from "./table.ts";
import type { TableAnswer, TableProperties, TableRequest } from "./table.ts";

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

type Answer = Partial<TableAnswer> & { readonly target: string };
const services = { DynamoDB_20120810: "dynamodb", AmazonSQS: "sqs" } as const;
const isSigned = /^AWS4-HMAC-SHA256 .*Signature=\w{64}$/;

/**
 * DynamoDB, SQS, Secrets Manager and the writing side of S3 over their wire protocol, in memory, for the
 * real AWS clients of the shipped bundles. It reports every request. It refuses an unsigned or unknown
 * request with an error that the clients do not retry. Not AWS: it answers at once.
 */
export async function startAws(options: {
  readonly tables?: Readonly<Record<TableName, TableProperties>>;
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly onRequest?: (request: AwsRequest) => void;
  /** A function put a message in a queue. */
  readonly onSent?: (message: { queue: string; body: string; group: string }) => void;
  /** A function returned a message to the queue for a later attempt. */
  readonly onPostponed?: (receipt: string, seconds: number) => void;
}) {
  const { certificate, onRequest, onSent, onPostponed } = options;
  const tables = {
    conversations: createTable(options.tables?.conversations ?? {}),
    deliveries: createTable(options.tables?.deliveries ?? {}),
  };
  const answerTo = (
    service: AwsRequest["service"],
    operation: string,
    input: TableRequest & Readonly<Record<string, unknown>>,
  ): Answer => {
    const text = (name: string) => String(input[name]);
    if (service === "dynamodb") {
      const target = text("TableName");
      return { target, ...tables[target as TableName].answer(operation, input) };
    }
    if (service === "secretsmanager") {
      const target = text("SecretId");
      const SecretString = secrets[target as keyof typeof secrets];
      return { target, body: { ARN: target, Name: target, SecretString, VersionId: "1" } };
    }
    const target = text("QueueUrl").split("/").at(-1) ?? "";
    if (operation === "GetQueueAttributes") return { target, body: { Attributes: {} } };
    if (operation === "ChangeMessageVisibility") {
      onPostponed?.(text("ReceiptHandle"), Number(input["VisibilityTimeout"]));
      return { target };
    }
    if (operation !== "SendMessage") throw new Error(`The bridge does not use ${operation}.`);
    const [body, key] = [text("MessageBody"), text("MessageGroupId")];
    onSent?.({ queue: target, body, group: key });
    const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
    const answer = { MessageId: randomUUID(), MD5OfMessageBody, SequenceNumber: "1" };
    return { target, key, body: answer };
  };

  let askedOfTables = 0;
  const respond = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const [prefix = "", called = ""] = String(request.headers["x-amz-target"]).split(".");
    const isPut = request.method === "PUT";
    const service = isPut ? "s3" : (services[prefix as keyof typeof services] ?? "secretsmanager");
    const ofTables = service === "dynamodb" ? 1 : 0;
    const isBeside = ofTables * askedOfTables > 0;
    askedOfTables += ofTables;
    const bytes = await buffer(request);
    // Parallel requests have all arrived after this turn of the event loop.
    await setImmediate();
    askedOfTables -= ofTables;
    if (!isSigned.test(request.headers.authorization ?? "")) {
      throw new Error("A request has no signature.");
    }
    const operation = isPut ? "PutObject" : called;
    const { body, isRefused, ...answer } = isPut
      ? { target: request.url?.split("/")[1] ?? "" }
      : answerTo(service, operation, JSON.parse(bytes.toString()) as TableRequest);
    const units = { key: "", writeUnits: 0, readUnits: 0, ...answer };
    onRequest?.({ service, operation, bytes: bytes.length, isBeside, ...units });
    if (isPut) return { status: 200, headers: { ETag: '"bench"' } };
    return { status: isRefused === true ? 400 : 200, body: body ?? {} };
  };
  const listener: RequestListener = (request, response) => {
    respond(request).then(
      (answer) => sendAnswer(response, answer),
      (error: unknown) => {
        console.error(`The bench's AWS: ${String(error)}`);
        sendAnswer(response, { status: 400, body: { __type: "ValidationException" } });
      },
    );
  };
  const isTls = certificate !== undefined;
  const server = isTls ? createTlsServer(certificate, listener) : createServer(listener);
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http${isTls ? "s" : ""}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tables,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
