import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { startRun } from "../../local/run.ts";
import type { Run } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";
import type { AmocrmSimulator } from "../../local/simulators/amocrm/server.ts";
import type {
  SimulatedAmocrmMessage,
  SimulatedFetch,
} from "../../local/simulators/amocrm/types.ts";
import type { TelegramSimulator } from "../../local/simulators/telegram/server.ts";
import { anAmocrmHook } from "../support/bodies.ts";

/**
 * A laptop run for a test suite: shipped bundles, strict simulators, and short waits after a dead
 * attempt.
 */
export type Bridge = {
  readonly run: Run;
  readonly telegram: TelegramSimulator;
  readonly amocrm: AmocrmSimulator;
  /** All log lines of the functions and the host. */
  readonly log: readonly string[];
  /** A client for the run's tables. */
  readonly dynamo: DynamoDBClient;
  /** The events that are parked for that reason, from the ledger's index. */
  parked(reason: string): Promise<{ id: string; message: string }[]>;
};

export async function startBridge(
  environment: Record<string, string> = {},
  assemblyRoot = process.env["BRIDGE_TEST_ASSEMBLY"] ?? "",
): Promise<Bridge> {
  const log: string[] = [];
  const run = await startRun(readSettings({ PORT: "0", ...environment }), {
    log: (line) => log.push(line),
    assemblyRoot,
    visibilityTimeoutSeconds: 4,
  });
  if (run.telegram === undefined || run.amocrm === undefined) throw new Error("no simulators");
  const dynamo = new DynamoDBClient({
    endpoint: run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const parked = async (reason: string) => {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: run.host.outputs["DeliveriesTable"],
        IndexName: "parked",
        KeyConditionExpression: "parkedAs = :parked",
        ExpressionAttributeValues: { ":parked": { S: "parked" } },
      }),
    );
    return Items.filter((item) => item["reason"]?.S === reason).map((item) => ({
      id: item["id"]?.S ?? "",
      message: item["message"]?.S ?? "",
    }));
  };
  return { run, telegram: run.telegram, amocrm: run.amocrm, log, dynamo, parked };
}

/**
 * The laptop run of a test file: it starts before the file's tests and stops after them. Each test begins
 * without faults, and fails when no call met a fault that it has planned.
 */
export function useBridge(environment: Record<string, string> = {}, assemblyRoot?: string): Bridge {
  return useStarted(
    () => startBridge(environment, assemblyRoot),
    async ({ dynamo, run }) => {
      dynamo.destroy();
      await run.close();
    },
  );
}

/** Something with simulators that starts before the file's tests and stops after them. */
export function useStarted<Started extends Pick<Bridge, "telegram" | "amocrm">>(
  start: () => Promise<Started>,
  stop: (started: Started) => Promise<void>,
): Started {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterEach(() => {
    if (started === undefined) return;
    const both = [started.telegram.faults, started.amocrm.faults];
    const unmet = both.flatMap((faults) => faults.unmet());
    for (const faults of both) faults.clear();
    if (unmet.length === 0) return;
    throw new Error(
      `No call met these faults: ${JSON.stringify(unmet)}. Correct their "match" and "chatId", wait for the call, or remove them.`,
    );
  });
  afterAll(async () => {
    if (started !== undefined) await stop(started);
  });
  return new Proxy({} as Started, {
    get(_, name) {
      if (started === undefined) throw new Error("It starts before the first test.");
      return Reflect.get(started, name);
    },
  });
}

/** A time limit for something that never happens. It is long enough for a busy machine. */
const timeoutMillis = 120_000;

/** Waits until a condition holds. If it never holds, the error names the condition. */
export async function eventually<Value>(
  what: string,
  find: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The bot's texts to a chat, in the order in which Telegram accepted them. */
export function textsTo(telegram: TelegramSimulator, chatId: number): string[] {
  return telegram
    .messages()
    .filter((message) => message.chatId === chatId)
    .map((message) => message.text);
}

/** The texts in an amoCRM chat, in the order in which amoCRM accepted them. */
export function textsIn(amocrm: AmocrmSimulator, conversationId: string): string[] {
  return amocrm
    .messages()
    .filter((message) => message.conversationId === conversationId)
    .map((message) => message.text);
}

/** The last delivery status of a message that the operator saw. */
export function statusOf(amocrm: AmocrmSimulator, messageId: string) {
  return amocrm
    .messages()
    .find(({ id }) => id === messageId)
    ?.deliveryStatus.at(-1);
}

/** Our conversation id of a chat with the laptop's bot. */
export const conversationOf = (chatId: number) => `tg-1000000001-${chatId}`;

/** A customer's message or a message of the bot. Waits until amoCRM has it under our id. */
export function shown(
  { amocrm }: Pick<Bridge, "amocrm">,
  chatId: number,
  messageId: number | string,
): Promise<SimulatedAmocrmMessage> {
  const msgid = `${conversationOf(chatId)}-${messageId}`;
  return eventually(`message ${messageId} in amoCRM`, () =>
    amocrm.messages().find((message) => message.msgid === msgid),
  );
}

/** What amoCRM fetched from the message's current address. */
export function fetchedFor(
  { amocrm }: Bridge,
  { id }: SimulatedAmocrmMessage,
): Promise<SimulatedFetch> {
  return eventually("amoCRM's fetch", () => {
    const address = amocrm.messages().find((message) => message.id === id)?.content["media"];
    const fetched = amocrm.mediaOf(id);
    return fetched?.address === address ? fetched : undefined;
  });
}

/**
 * All places where any of the words appear: everything sent to amoCRM, requested from it, and
 * logged.
 */
export function sightings({ amocrm, log }: Bridge, words: readonly string[]) {
  const fetches = amocrm.fetched().map((fetched) => ({ ...fetched, bytes: undefined }));
  const received = [amocrm.messages(), fetches, amocrm.calls(), amocrm.contacts(), amocrm.leads()];
  const has = (text: string) => words.some((word) => text.includes(word));
  return {
    inAmocrm: received
      .flat()
      .map((each) => JSON.stringify(each))
      .filter(has),
    inLog: log.filter(has),
  };
}

/** Opens a chat: a customer writes, and the message reaches amoCRM. */
export async function opened(bridge: Bridge, customer: { id: number; first_name: string }) {
  const { messageId } = await bridge.telegram.customerSays(customer, "hello");
  await shown(bridge, customer.id, messageId);
}

/** The final delivery status of an operator's message. */
export function finalStatusOf({ amocrm }: Bridge, messageId: string) {
  return eventually("the status", () => statusOf(amocrm, messageId));
}

/**
 * Sends this hook instead of the hook of an operator's message. The original is lost. It covers
 * hooks that amoCRM can send but the simulated operators cannot cause.
 */
export async function hookInstead(
  { amocrm }: Pick<Bridge, "amocrm">,
  chatId: number,
  message: Readonly<Record<string, unknown>>,
  around: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  amocrm.faults.add({ match: "hook", dropRequest: true });
  const { messageId } = await amocrm.operatorSays(conversationOf(chatId), "replaced");
  const conversation = { id: "amojo-chat", client_id: conversationOf(chatId) };
  const changes = { conversation, ...timesOf(Date.now()), ...around };
  const { account_id: _, ...hook } = anAmocrmHook({ id: messageId, ...message }, changes);
  await amocrm.sendHook({ ...hook, time: hook.message.timestamp });
  return messageId;
}

/** The time of a message in the format of hooks. */
export function timesOf(millis: number): { timestamp: number; msec_timestamp: number } {
  return { timestamp: Math.floor(millis / 1000), msec_timestamp: millis };
}

/** The secret part of the laptop's bot token. */
export const botKey = "laptop-bot-token";
