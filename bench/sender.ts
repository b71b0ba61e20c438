import type { SQSBatchResponse } from "aws-lambda";
import type { Direction } from "../lambdas/model/envelope.ts";
import { FifoQueue } from "../test/simulation/aws/fifo-queue.ts";
import { anEnvelope, encoded } from "../test/support/events.ts";
import { figure } from "./figure.ts";
import type { Figure, Part } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import * as names from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";
import type { Sandbox } from "./world/sandbox.ts";
import { startVendors } from "./world/vendors.ts";
import type { VendorCall } from "./world/vendors.ts";

const latencyMillis = 80;
const warmUpEach = 1000;
const botLimitPerSecond = 30;

/** The messages in a queue, and the sandboxes that empty it. */
type Backlog = {
  readonly direction: Direction;
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
export const sender: Part = {
  about: "messages per second against vendors of 80 ms, compared with their latency alone; order",
  async measure(progress) {
    const { properties, functions } = await shippedAssembly();
    const slotsOf = (queue: string) => {
      const source = properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`);
      return (source["ScalingConfig"] as { MaximumConcurrency: number }).MaximumConcurrency;
    };
    const figures: Figure[] = [];
    const all: Awaited<ReturnType<typeof drain>>[] = [];
    const rate = async (what: string, backlog: Backlog) => {
      progress(what);
      const drained = await drain(backlog);
      all.push(drained);
      const floor = backlog.perSecond ?? drained.boundPerSecond;
      const targets = [">= 0.9 x floor"] as const;
      figures.push(figure(what, "messages/s", drained.perSecond, { floor, targets }));
      return drained;
    };
    // Without a backlog: with a backlog, the slots toward Telegram wait for the bot's rate limit.
    const even = { chats: 10, messages: 900, concurrency: 10 };
    await rate("10 chats by 10, to amoCRM", { ...even, direction: "to-amocrm" });
    await rate("10 chats by 10, to Telegram", { ...even, direction: "to-telegram" });
    const many = { chats: 500, messages: 5000, waitedMillis: 60_000 };
    const [toAmocrmSlots, toTelegramSlots] = [slotsOf("ToAmocrm"), slotsOf("ToTelegram")];
    const toAmocrm = await rate(`5,000 of 500 chats to amoCRM, by ${toAmocrmSlots}`, {
      ...many,
      direction: "to-amocrm",
      concurrency: toAmocrmSlots,
    });
    const toTelegram = await rate(`5,000 of 500 chats to Telegram, by ${toTelegramSlots}`, {
      ...many,
      direction: "to-telegram",
      concurrency: toTelegramSlots,
      perSecond: botLimitPerSecond,
    });
    const most = (of: (drained: (typeof all)[number]) => number) => Math.max(...all.map(of));
    const none = (what: string, ours: number) =>
      figure(what, "messages", ours, { targets: ["<= 0"] });
    const receives = 1 + toTelegram.refusals / many.messages;
    figures.push(
      none(
        "out of order",
        most(({ inversions }) => inversions),
      ),
      none(
        "twice",
        most(({ duplicates }) => duplicates),
      ),
      none(
        "lost",
        most(({ lost }) => lost),
      ),
      figure("receives a message, to Telegram", "receives", receives, { targets: ["<= 1.02"] }),
      figure("answers with 429", "calls", toTelegram.limited),
      figure(
        "memory of a sandbox (floor: its limit)",
        "MB",
        most(({ megabytes }) => megabytes),
        {
          floor: functions.DeliverySender.megabytes,
          targets: ["<= 0.8 x floor"],
        },
      ),
      figure(
        `connections to the vendors, by ${toAmocrmSlots}`,
        "connections",
        toAmocrm.connections,
        {
          floor: toAmocrmSlots,
          targets: ["<= 1 x floor"],
        },
      ),
    );
    return { figures };
  },
};

/** Empties a queue through the shipped sender, one process for each concurrent invocation. */
async function drain(backlog: Backlog) {
  const { direction, concurrency, chats, messages, perSecond = Infinity } = backlog;
  const { functions, tables } = await shippedAssembly();
  let waitedMillis = 0;
  const queue = new FifoQueue({
    clock: {
      now: () => Date.now() - waitedMillis,
      after: (millis, action) => setTimeout(action, millis).unref(),
    },
    visibilitySeconds: 90,
  });
  await using closers = new AsyncDisposableStack();
  const aws = await startAws({ tables, onPostponed: queue.changeVisibility.bind(queue) });
  closers.defer(aws.close);
  const vendors = await startVendors();
  closers.defer(vendors.close);
  const environment = names.variablesOf(functions, { aws: aws.url, vendors: vendors.url });
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
      const { answer } = await invoke(names.queueEvent(names.queues[direction], message));
      if ((answer as SQSBatchResponse).batchItemFailures.length > 0) refusals += 1;
      else queue.remove(message.receiptHandle);
    }
  };
  for (let chat = 1; chat <= chats; chat += 1) {
    aws.tables.conversations.seed(names.linkedConversation(chat));
  }
  // Warms up each sandbox, so that its code is compiled.
  fill(queue, { direction, messages: warmUpEach * concurrency, chats: concurrency }, 900_000);
  await Promise.all(sandboxes.map(work));
  Object.assign(vendors, { latencyMillis, perSecond });
  vendors.calls.length = refusals = 0;
  ({ waitedMillis = 0 } = backlog);
  fill(queue, backlog, 0);

  const startedAtMillis = performance.now();
  await Promise.all(sandboxes.map(work));
  const millis = performance.now() - startedAtMillis;
  return {
    perSecond: (messages * 1000) / millis,
    /** Messages per second if the sender only waited for the vendors' answers to the calls it made. */
    boundPerSecond: (concurrency * messages * 1000) / (vendors.calls.length * latencyMillis),
    ...judge(vendors.calls, messages),
    refusals,
    /** Messages that Telegram refused. */
    limited: vendors.limited,
    connections: vendors.connections.size,
    megabytes: Math.max(...sandboxes.map((each) => each.peakMegabytes())),
  };
}

/** Puts messages of all chats in turn into the queue, as the webhooks do. */
function fill(
  queue: FifoQueue,
  { direction, chats, messages }: Pick<Backlog, "direction" | "chats" | "messages">,
  from: number,
): void {
  for (let index = 0; index < messages; index += 1) {
    const [chat, number] = [(index % chats) + 1, from + index + 1];
    const ofMessage =
      direction === "to-amocrm"
        ? { id: `tg:${names.botId}:${number}` }
        : ({
            id: `amo:${names.scopeId}:${number}`,
            source: "amocrm",
            scopeId: names.scopeId,
          } as const);
    const envelope = anEnvelope({
      ...ofMessage,
      group: names.conversationOf(chat),
      receivedAtMillis: Date.now(),
      body: encoded(names.webhookEvent(direction, chat, number).body),
    });
    queue.send(JSON.stringify(envelope), envelope.group, envelope.id);
  }
}

/** Messages that arrived after a later one of their chat, twice, or not at all. The texts end with numbers. */
function judge(calls: readonly VendorCall[], expected: number) {
  const sent = calls.filter(({ method }) => method === "new_message" || method === "sendMessage");
  const latest = new Map<string, number>();
  const seen = new Set<number>();
  let inversions = 0;
  for (const { chat, text } of sent) {
    const number = Number(text.split(" ").at(-1));
    if (number < (latest.get(chat) ?? 0)) inversions += 1;
    latest.set(chat, number);
    seen.add(number);
  }
  return { inversions, duplicates: sent.length - seen.size, lost: expected - seen.size };
}
