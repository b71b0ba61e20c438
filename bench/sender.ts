import type { SQSBatchResponse } from "aws-lambda";
import type { Direction } from "../lambdas/model/envelope.ts";
import { sqsEvent } from "../test/simulation/aws/event-source.ts";
import { anEnvelope, encoded } from "../test/support/events.ts";
import { figure } from "./figure.ts";
import type { Figure, Findings, Progress } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import * as names from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";
import type { Sandbox } from "./world/sandbox.ts";
import { startServices } from "./world/services.ts";
import type { Call } from "./world/services.ts";

const latencyMillis = 80;
const warmUpEach = 1000;
const botLimitPerSecond = 30;

/** The messages in a queue, and the sandboxes that empty it. */
type Backlog = {
  readonly chats: number;
  readonly messages: number;
  readonly concurrency: number;
  /** The age of the messages when the sender gets them. */
  readonly waitedMillis?: number;
  /** Telegram's rate limit of a bot, if it applies. */
  readonly perSecond?: number;
};

/**
 * The shipped sender against vendors that take 80 ms, with AWS in memory: the time it adds to the
 * vendors' time. The floor is the vendors' time for the calls that were made, at the template's
 * concurrency. Toward Telegram the floor is the rate limit of a bot.
 */
export async function sender(progress: Progress): Promise<Findings> {
  const { properties, functions } = await shippedAssembly();
  const slotsOf = (queue: string) => {
    const source = properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`);
    return (source["ScalingConfig"] as { MaximumConcurrency: number }).MaximumConcurrency;
  };
  const figures: Figure[] = [];
  const all: Awaited<ReturnType<typeof drain>>[] = [];
  const rate = async (what: string, direction: Direction, backlog: Backlog) => {
    progress(what);
    const drained = await drain(direction, backlog);
    all.push(drained);
    const [ours, floor] = [drained.perSecond, backlog.perSecond ?? drained.boundPerSecond];
    figures.push(figure(what, "messages/s", { ours, floor }, ">= 0.9 x floor"));
    return drained;
  };
  // Without a backlog: with a backlog, the slots toward Telegram wait for the bot's rate limit.
  const even = { chats: 10, messages: 900, concurrency: 10 };
  await rate("10 chats by 10, to amoCRM", "to-amocrm", even);
  await rate("10 chats by 10, to Telegram", "to-telegram", even);
  const many = { chats: 500, messages: 5000, waitedMillis: 60_000 };
  const [amocrmSlots, telegramSlots] = [slotsOf("ToAmocrm"), slotsOf("ToTelegram")];
  const toAmocrm = { ...many, concurrency: amocrmSlots };
  const toTelegram = { ...many, concurrency: telegramSlots, perSecond: botLimitPerSecond };
  const what = "5,000 of 500 chats to";
  const { connections } = await rate(`${what} amoCRM, by ${amocrmSlots}`, "to-amocrm", toAmocrm);
  const { refusals, limited } = await rate(
    `${what} Telegram, by ${telegramSlots}`,
    "to-telegram",
    toTelegram,
  );
  const most = (of: "out of order" | "twice" | "lost" | "megabytes") =>
    Math.max(...all.map((drained) => drained[of]));
  for (const fault of ["out of order", "twice", "lost"] as const) {
    figures.push(figure(fault, "messages", most(fault), "<= 0"));
  }
  const receives = 1 + refusals / many.messages;
  const memory = { ours: most("megabytes"), floor: functions.DeliverySender.megabytes };
  const opened = { ours: connections, floor: amocrmSlots };
  const ofVendors = `connections to the vendors, by ${amocrmSlots}`;
  figures.push(
    figure("receives a message, to Telegram", "receives", receives, "<= 1.02"),
    figure("answers with 429", "calls", limited),
    figure("memory of a sandbox (floor: its limit)", "MB", memory, "<= 0.8 x floor"),
    figure(ofVendors, "connections", opened, "<= 1 x floor"),
  );
  return { figures };
}

/** Empties a queue through the shipped sender, one process for each concurrent invocation. */
async function drain(direction: Direction, backlog: Backlog) {
  const { concurrency, chats, messages, waitedMillis = 0, perSecond = Infinity } = backlog;
  const { functions, tables } = await shippedAssembly();
  await using closers = new AsyncDisposableStack();
  const services = closers.use(await startServices({ tables }));
  const queue = services.queues[direction];
  const environment = names.variablesOf(functions, services.url);
  const start = () => startSandbox({ ...functions.DeliverySender, environment });
  const sandboxes = await Promise.all(Array.from({ length: concurrency }, start));
  for (const sandbox of sandboxes) closers.use(sandbox);
  /** Attempts that left their message in the queue. */
  let refusals = 0;
  const work = async ({ invoke }: Sandbox) => {
    while (queue.size > 0) {
      const message = queue.receive();
      if (message === undefined) {
        await queue.changed();
        continue;
      }
      const { answer } = await invoke(sqsEvent(message, direction));
      if ((answer as SQSBatchResponse).batchItemFailures.length > 0) refusals += 1;
      else queue.remove(message.receiptHandle);
    }
  };
  /** Puts messages of some chats in turn into the queue, as the webhooks do. */
  const fill = (count: number, ofChats: number, from: number) => {
    for (let index = 0; index < count; index += 1) {
      const [chat, number] = [(index % ofChats) + 1, from + index + 1];
      const envelope = anEnvelope({
        ...(direction === "to-amocrm"
          ? { id: `tg:${names.botId}:${number}` }
          : { id: `amo:${names.scopeId}:${number}`, source: "amocrm", scopeId: names.scopeId }),
        group: names.conversationOf(chat),
        receivedAtMillis: Date.now(),
        body: encoded(names.webhookEvent(direction, chat, number).body),
      });
      queue.send(JSON.stringify(envelope), envelope.group, envelope.id);
    }
  };
  for (let chat = 1; chat <= chats; chat += 1) {
    services.tables.CONVERSATIONS_TABLE.seed(names.linkedConversation(chat));
  }
  // Warms up each sandbox, so that its code is compiled.
  fill(warmUpEach * concurrency, concurrency, 900_000);
  await Promise.all(sandboxes.map(work));
  Object.assign(services, { latencyMillis, perSecond, waitedMillis });
  services.calls.length = refusals = 0;
  fill(messages, chats, 0);

  const startedAtMillis = performance.now();
  await Promise.all(sandboxes.map(work));
  const millis = performance.now() - startedAtMillis;
  const calls = services.calls.filter(({ name }) => /^(?:telegram|amojo|amocrm) /.test(name));
  return {
    perSecond: (messages * 1000) / millis,
    /** Messages per second if the sender only waited for the vendors' answers to the calls it made. */
    boundPerSecond: (concurrency * messages * 1000) / (calls.length * latencyMillis),
    ...judge(calls, messages),
    refusals,
    /** Messages that Telegram refused. */
    limited: services.limited,
    connections: services.connections.size,
    megabytes: Math.max(...sandboxes.map((each) => each.peakMegabytes())),
  };
}

/** Messages that arrived after a later one of their chat, twice, or not at all. The texts end with numbers. */
function judge(calls: readonly Call[], expected: number) {
  const sent = calls.filter(({ name }) => /(?:new_message|sendMessage)$/.test(name));
  const latest = new Map<string, number>();
  const seen = new Set<number>();
  let inversions = 0;
  for (const { key, text } of sent) {
    const number = Number(text.split(" ").at(-1));
    if (number < (latest.get(key) ?? 0)) inversions += 1;
    latest.set(key, number);
    seen.add(number);
  }
  return {
    "out of order": inversions,
    twice: sent.length - seen.size,
    lost: expected - seen.size,
  };
}
