import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { sendAnswer } from "../../local/http.ts";
import type { SimulatedAnswer } from "../../local/http.ts";
import { Rate } from "../../local/simulators/rate.ts";
import { FifoQueue } from "../../test/simulation/aws/fifo-queue.ts";
import { secrets } from "./names.ts";
import type { TableName } from "./names.ts";
import { createTable } from "./table.ts";
import type { TableAnswer, TableProperties, TableRequest } from "./table.ts";
import { createVendors, nameOfCall } from "./vendors.ts";
import type { VendorBody, VendorOptions } from "./vendors.ts";

/** One call as a function made it, retries included. */
export type Call = {
  /** Such as `sqs SendMessage to-amocrm`, `telegram sendMessage`, `amocrm GET contacts/{id}`. */
  readonly name: string;
  /** The key in a table or an index, the group of a queue, the chat of a vendor's message. */
  readonly key: string;
  /** The text of a vendor's message. */
  readonly text: string;
  /** Of the body, and to a vendor of the head, too: AWS bills what leaves it. */
  readonly bytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** True when another request to a table had no answer yet. */
  readonly isBeside: boolean;
};

const nothing = { key: "", text: "", writeUnits: 0, readUnits: 0, isBeside: false };
const awsServices = { DynamoDB_20120810: "dynamodb", AmazonSQS: "sqs" } as const;
/** AWS's clients sign each request. A request without their signature is a vendor's. */
const isSigned = /^AWS4-HMAC-SHA256 .*Signature=\w{64}$/;

/**
 * All that the shipped bundles call, in memory and at one address: DynamoDB, SQS, Secrets Manager and the
 * writing side of S3 over their wire protocol, for the real AWS clients, and the vendors. It records every
 * call. An unknown one ends the bench. Not AWS: it answers at once.
 */
export async function startServices({
  tables: properties,
  certificate,
  ...ofVendors
}: VendorOptions & {
  readonly tables?: Readonly<Record<TableName, TableProperties>>;
  readonly certificate?: { readonly cert: string; readonly key: string };
} = {}) {
  const tables = {
    CONVERSATIONS_TABLE: createTable(properties?.CONVERSATIONS_TABLE ?? {}),
    DELIVERIES_TABLE: createTable(properties?.DELIVERIES_TABLE ?? {}),
  };
  const clock = {
    now: () => Date.now() - services.waitedMillis,
    after: (millis: number, action: () => void) => void setTimeout(action, millis).unref(),
  };
  const aQueue = () => new FifoQueue({ clock, visibilitySeconds: 90 });
  const queues = { "to-amocrm": aQueue(), "to-telegram": aQueue() };
  const vendors = createVendors(ofVendors);
  const messageRate = new Rate();

  /** AWS's answer to a request, with the name of what it is about. */
  const answerOfAws = (
    service: string,
    operation: string,
    input: TableRequest & Readonly<Record<string, unknown>>,
  ): Partial<TableAnswer> & { readonly target: string } => {
    const text = (name: string) => String(input[name]);
    if (service === "dynamodb") {
      const target = text("TableName");
      return { target, ...tables[target as TableName].answer(operation, input) };
    }
    if (service === "secretsmanager") {
      const target = text("SecretId");
      const SecretString = secrets[target];
      return { target, body: { ARN: target, Name: target, SecretString, VersionId: "1" } };
    }
    const target = basename(text("QueueUrl"), ".fifo");
    const queue = queues[target as keyof typeof queues];
    if (operation === "GetQueueAttributes") return { target, body: { Attributes: {} } };
    if (operation === "ChangeMessageVisibility") {
      queue.changeVisibility(text("ReceiptHandle"), Number(input["VisibilityTimeout"]));
      return { target };
    }
    if (operation !== "SendMessage") throw new Error(`The bridge does not use ${operation}.`);
    const [body, key] = [text("MessageBody"), text("MessageGroupId")];
    const { messageId: MessageId } = queue.send(body, key, text("MessageDeduplicationId"));
    const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
    return { target, key, body: { MessageId, MD5OfMessageBody, SequenceNumber: "1" } };
  };

  let askedOfTables = 0;
  const respondAsAws = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const [prefix = "", called = ""] = String(request.headers["x-amz-target"]).split(".");
    const isPut = request.method === "PUT";
    const service = isPut ? "s3" : (awsServices[prefix as keyof typeof awsServices] ?? prefix);
    const ofTables = service === "dynamodb" ? 1 : 0;
    const isBeside = ofTables * askedOfTables > 0;
    askedOfTables += ofTables;
    const data = await buffer(request);
    // Parallel requests have all arrived after this turn of the event loop.
    await setImmediate();
    askedOfTables -= ofTables;
    const operation = isPut ? "PutObject" : called;
    const { target, body, status, ...charged } = isPut
      ? { target: request.url?.split("/")[1] ?? "" }
      : answerOfAws(service, operation, JSON.parse(data.toString()) as TableRequest);
    const name = `${service} ${operation} ${target}`;
    services.calls.push({ ...nothing, name, bytes: data.length, isBeside, ...charged });
    return { status: status ?? 200, body: isPut ? undefined : (body ?? {}) };
  };
  const respondAsVendor = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const atMillis = performance.now();
    services.connections.add(request.socket);
    const data = await buffer(request);
    const url = new URL(request.url ?? "", services.url);
    const name = nameOfCall(request.method ?? "", url.pathname);
    // Bodies of amoCRM's main API are arrays of one.
    const [given = {}] = [JSON.parse(data.toString() || "{}")].flat() as VendorBody[];
    const isMessage = name === "telegram sendMessage";
    const isTooFast = isMessage && !messageRate.hasRoom(atMillis, services.perSecond);
    if (isMessage && !isTooFast) messageRate.count(atMillis);
    const left = atMillis + services.latencyMillis - performance.now();
    if (!isTooFast) {
      const key = given.chat_id ?? given.payload?.conversation_id ?? "";
      const text = given.text ?? given.payload?.message.text ?? "";
      const bytes = headBytes(request) + data.length;
      services.calls.push({ ...nothing, name, key, text, bytes });
    }
    if (left > 0) await sleep(left);
    if (!isTooFast) return vendors.answer(name, url, given);
    services.limited += 1;
    return { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 1 } } };
  };
  const listener: RequestListener = (request, response) => {
    const isOfAws = isSigned.test(request.headers.authorization ?? "");
    (isOfAws ? respondAsAws : respondAsVendor)(request).then(
      (answer) => sendAnswer(response, answer),
      (error: unknown) => {
        response.destroy();
        // Without a whole request, its process has ended.
        if (request.complete) throw error;
      },
    );
  };
  const isTls = certificate !== undefined;
  const server = isTls ? createTlsServer(certificate, listener) : createServer(listener);
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const services = {
    url: `http${isTls ? "s" : ""}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tables,
    queues,
    histories: vendors.histories,
    /** In the order of arrival. */
    calls: [] as Call[],
    /** The duration of each call of a vendor. */
    latencyMillis: 0,
    /** Telegram's rate limit of a bot, and the number of messages beyond it. */
    perSecond: Infinity,
    limited: 0,
    /** The connections on which vendors were called. */
    connections: new Set<object>(),
    /** How much older a message of a queue seems to be. */
    waitedMillis: 0,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
  return services;
}

function headBytes({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  // Name and value each need two more bytes: colon and space, and the line's end.
  const fields = rawHeaders.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  return `${method} ${url} HTTP/1.1\r\n\r\n`.length + fields;
}
