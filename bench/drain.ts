import type { SQSBatchResponse } from "aws-lambda";
import type { Direction } from "../lambdas/model/envelope.ts";
import { FifoQueue } from "../test/simulation/aws/fifo-queue.ts";
import { anEnvelope, encoded } from "../test/support/events.ts";
import { linkedConversation } from "./counting/seed.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import { queueEvent, webhookEvent } from "./world/messages.ts";
import * as names from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";
import type { Sandbox } from "./world/sandbox.ts";
import { startVendors } from "./world/vendors.ts";
import type { VendorCall } from "./world/vendors.ts";

const warmUpEach = 1000;

/** The messages in a queue, the sandboxes that empty it, and the vendors. */
export type Backlog = {
  readonly direction: Direction;
  readonly chats: number;
  readonly messages: number;
  readonly concurrency: number;
  readonly latencyMillis: number;
  /** The age of the messages when the sender gets them. */
  readonly waitedMillis?: number;
  /** Telegram's rate limit of a bot, if it applies. */
  readonly perSecond?: number;
};

/** The result, as the vendors saw it. */
export type Drained = Awaited<ReturnType<typeof drain>>;

/** Empties a queue through the shipped sender, one process for each concurrent invocation. */
export async function drain(backlog: Backlog) {
  const { latencyMillis, direction, concurrency, chats, messages } = backlog;
  const { functions, tables } = await shippedAssembly();
  const { bundle, megabytes } = functions.DeliverySender;
  let waitedMillis = 0;
  const queue = new FifoQueue({
    clock: {
      now: () => Date.now() - waitedMillis,
      after: (millis, action) => setTimeout(action, millis).unref(),
    },
    visibilitySeconds: 90,
  });
  const aws = await startAws({
    tables,
    secrets: names.secrets,
    onPostponed: (receipt, seconds) => queue.changeVisibility(receipt, seconds),
  });
  const vendors = await startVendors();
  const environment = names.variablesOf(functions, { aws: aws.url, vendors: vendors.url });
  const sandboxes = await Promise.all(
    Array.from({ length: concurrency }, () => startSandbox({ bundle, megabytes, environment })),
  );
  /** Attempts that left their message in the queue. */
  let refusals = 0;
  const work = async ({ invoke }: Sandbox) => {
    while (queue.size > 0) {
      const message = queue.receive();
      if (message === undefined) {
        await queue.changed();
        continue;
      }
      const { receiptHandle: id, receiveCount: receives } = message;
      const event = queueEvent({ ...message, queue: names.queues[direction], id, receives });
      const answer = (await invoke(event)).answer as SQSBatchResponse;
      if (answer.batchItemFailures.length > 0) refusals += 1;
      else queue.remove(id);
    }
  };
  try {
    for (let chat = 1; chat <= chats; chat += 1) {
      aws.tables[names.tables.conversations]?.seed(linkedConversation(chat));
    }
    // Warms up each sandbox, so that its code is compiled.
    fill(queue, { direction, messages: warmUpEach * concurrency, chats: concurrency }, 900_000);
    await Promise.all(sandboxes.map(work));
    vendors.latencyMillis = latencyMillis;
    vendors.perSecond = backlog.perSecond ?? Infinity;
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
  } finally {
    await Promise.all([...sandboxes, aws, vendors].map((each) => each.close()));
  }
}

/** Puts messages of all chats in turn into the queue, as the webhooks do. */
function fill(
  queue: FifoQueue,
  { direction, chats, messages }: Pick<Backlog, "direction" | "chats" | "messages">,
  from: number,
): void {
  const isCustomer = direction === "to-amocrm";
  for (let index = 0; index < messages; index += 1) {
    const [chat, number, nowMillis] = [(index % chats) + 1, from + index + 1, Date.now()];
    const envelope = anEnvelope({
      id: isCustomer ? `tg:${names.botId}:${number}` : `amo:${names.scopeId}:${number}`,
      group: names.conversationOf(chat),
      source: isCustomer ? "telegram" : "amocrm",
      receivedAtMillis: nowMillis,
      body: encoded(webhookEvent(direction, { chat, number, nowMillis }).body),
      ...(isCustomer ? {} : { scopeId: names.scopeId }),
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
