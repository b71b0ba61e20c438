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
import { createTable } from "./table.ts";
import type { TableAnswer, TableLayout, TableRequest } from "./table.ts";

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

type Input = TableRequest & { readonly SecretId: string } & Readonly<Record<string, unknown>>;
type Answer = Partial<TableAnswer> & { readonly target: string };
const services = { DynamoDB_20120810: "dynamodb", AmazonSQS: "sqs" } as const;
const isSigned = /^AWS4-HMAC-SHA256 .*Signature=\w{64}$/;

/**
 * DynamoDB, SQS, Secrets Manager and the writing side of S3 over their wire protocol, in memory, for the
 * real AWS clients of the shipped bundles. It reports every request. It refuses an unsigned or unknown
 * request with an error that the clients do not retry. Not AWS: it answers at once.
 */
export async function startAws(options: {
  readonly tables?: Readonly<Record<string, TableLayout>>;
  /** Secret strings by id. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly onRequest?: (request: AwsRequest) => void;
  readonly onSent?: (message: Sent) => void;
  /** A function returned a message to the queue for a later attempt. */
  readonly onPostponed?: (receipt: string, seconds: number) => void;
}) {
  const { secrets, certificate } = options;
  const tables = Object.fromEntries(
    Object.entries(options.tables ?? {}).map(([name, layout]) => [name, createTable(layout)]),
  );
  const sqs = (operation: string, input: Input): Answer => {
    const target = String(input["QueueUrl"]).split("/").at(-1) ?? "";
    if (operation === "ChangeMessageVisibility") {
      options.onPostponed?.(String(input["ReceiptHandle"]), Number(input["VisibilityTimeout"]));
      return { target };
    }
    if (operation === "GetQueueAttributes") return { target, body: { Attributes: {} } };
    if (operation !== "SendMessage") throw new Error(`The bridge does not use ${operation}.`);
    const [body, group] = [String(input["MessageBody"]), String(input["MessageGroupId"])];
    options.onSent?.({ queue: target, body, group });
    const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
    const answer = { MessageId: randomUUID(), MD5OfMessageBody, SequenceNumber: "1" };
    return { target, key: group, body: answer };
  };
  const answerTo = (service: AwsRequest["service"], operation: string, input: Input): Answer => {
    if (service === "sqs") return sqs(operation, input);
    if (service === "secretsmanager") {
      const { SecretId: target } = input;
      const SecretString = secrets[target];
      if (SecretString === undefined) throw new Error(`There is no secret ${target}.`);
      return { target, body: { ARN: target, Name: target, SecretString, VersionId: "1" } };
    }
    const table = tables[input.TableName];
    if (table === undefined) throw new Error(`There is no table ${input.TableName}.`);
    return { target: input.TableName, ...table.answer(operation, input) };
  };

  let askedOfTables = 0;
  const respond = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const [prefix = "", called = ""] = String(request.headers["x-amz-target"]).split(".");
    const isPut = request.method === "PUT";
    const service = isPut ? "s3" : (services[prefix as keyof typeof services] ?? "secretsmanager");
    const isOfTable = service === "dynamodb";
    const isBeside = isOfTable && askedOfTables > 0;
    if (isOfTable) askedOfTables += 1;
    const bytes = await buffer(request);
    // Parallel requests have all arrived after this turn of the event loop.
    await setImmediate();
    if (isOfTable) askedOfTables -= 1;
    if (!isSigned.test(request.headers.authorization ?? "")) {
      throw new Error("A request has no signature.");
    }
    const operation = isPut ? "PutObject" : called;
    const { body, isRefused, ...answer } = isPut
      ? { target: request.url?.split("/")[1] ?? "" }
      : answerTo(service, operation, JSON.parse(bytes.toString("utf8")) as Input);
    const units = { key: "", writeUnits: 0, readUnits: 0, ...answer };
    options.onRequest?.({ service, operation, bytes: bytes.length, isBeside, ...units });
    if (isPut) return { status: 200, headers: { ETag: '"bench"' } };
    return { status: isRefused === true ? 400 : 200, body: body ?? {} };
  };
  const take = async (...[request, response]: Parameters<RequestListener>) => {
    const answer = await respond(request).catch((error: unknown) => {
      console.error(`The bench's AWS: ${String(error)}`);
      return { status: 400, body: { __type: "ValidationException" } };
    });
    sendAnswer(response, answer);
  };
  const listener: RequestListener = (...call) => void take(...call);
  const server =
    certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http${certificate === undefined ? "" : "s"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tables,
    async close(): Promise<void> {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
