import { setTimeout as sleep } from "node:timers/promises";
import { linkedConversation } from "./counting/seed.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import { queueEvent, webhookEvent } from "./world/messages.ts";
import {
  botId,
  conversationOf,
  queues,
  scopeId,
  secrets,
  tables,
  variablesOf,
} from "./world/names.ts";
import type { Direction } from "../lambdas/model/envelope.ts";
import { Sandbox } from "./world/sandbox.ts";
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
  /** Each sandbox gets only the share of a processor that Lambda gives for its memory. */
  readonly holdsToShare?: boolean;
};

/** The result, as the vendors saw it. */
export type Drained = Awaited<ReturnType<typeof drain>>;

/** Empties a queue through the shipped sender, one process for each concurrent invocation. */
export async function drain(backlog: Backlog) {
  const { latencyMillis, direction, concurrency, chats } = backlog;
  const { functions, tables: layout } = await shippedAssembly();
  const waitSeconds = new Map<string, number>();
  const aws = await startAws({
    tables: layout,
    secrets,
    onPostponed: (receipt, seconds) => waitSeconds.set(receipt, seconds),
  });
  const vendors = await startVendors();
  const { bundle, megabytes } = functions.DeliverySender;
  const environment = variablesOf(functions, { aws: aws.url, vendors: vendors.url });
  const sandboxes = await Promise.all(
    Array.from({ length: concurrency }, () => Sandbox.start({ bundle, megabytes, environment })),
  );
  const cpuMillis = () => sandboxes.reduce((sum, each) => sum + each.cpuMillis(), 0);
  try {
    for (let chat = 1; chat <= chats; chat += 1) {
      aws.tables[tables.conversations]?.seed(linkedConversation(chat));
    }
    // Warms up each sandbox, so that its code is compiled.
    const warmUp = { direction, messages: warmUpEach * concurrency, chats: concurrency };
    await empty(messagesOf(warmUp, 900_000), sandboxes, { direction, waitSeconds });
    vendors.latencyMillis = latencyMillis;
    vendors.perSecond = backlog.perSecond ?? Infinity;
    vendors.calls.length = 0;

    const isHeld =
      backlog.holdsToShare === true &&
      sandboxes.map((each) => each.holdToShare(megabytes)).every((isLimited) => isLimited);
    const messages = messagesOf(backlog, 0);
    const cpuBefore = cpuMillis();
    const startedAtMillis = performance.now();
    const refusals = await empty(messages, sandboxes, { ...backlog, waitSeconds });
    const millis = performance.now() - startedAtMillis;
    const vendorMillis = vendors.calls.length * latencyMillis;
    const count = messages.length;
    return {
      perSecond: (count * 1000) / millis,
      /** Messages per second if the sender only waited for the vendors' answers to the calls it made. */
      boundPerSecond: (concurrency * count * 1000) / vendorMillis,
      ...judge(vendors.calls, count),
      /** Attempts that left the message in the queue, and those of them that Telegram refused. */
      refusals,
      limited: vendors.limited,
      connections: vendors.connections,
      cpuMillisEach: (cpuMillis() - cpuBefore) / count,
      /** The time of a message without the vendors' answers. */
      ownMillisEach: (concurrency * millis - vendorMillis) / count,
      /** Whether this machine could limit the sandboxes to their share, if requested. */
      isHeld,
      megabytes: Math.max(...sandboxes.map((each) => each.megabytes().now)),
    };
  } finally {
    await Promise.all(sandboxes.map((each) => each.close()));
    await Promise.all([aws.close(), vendors.close()]);
  }
}

type Queued = { readonly id: string; readonly group: string; readonly body: string };

/**
 * Empties a FIFO queue as Lambda's event source does: one message of each group is in flight at a time,
 * and a failed message keeps its place until its wait is over. Returns the number of failed attempts.
 */
async function empty(
  messages: readonly Queued[],
  sandboxes: readonly Sandbox[],
  given: Pick<Backlog, "direction" | "waitedMillis"> & { waitSeconds: ReadonlyMap<string, number> },
): Promise<number> {
  const { direction, waitedMillis = 0, waitSeconds } = given;
  const ready = Object.values(Object.groupBy(messages, ({ group }) => group)).map((each = []) => ({
    messages: each.toReversed(),
    receives: 0,
  }));
  let left = messages.length;
  const work = async (sandbox: Sandbox) => {
    while (left > 0) {
      const group = ready.shift();
      const next = group?.messages.at(-1);
      if (group === undefined || next === undefined) {
        await sleep(1);
        continue;
      }
      group.receives += 1;
      const event = queueEvent({
        ...next,
        queue: queues[direction],
        receives: group.receives,
        sentAtMillis: Date.now() - waitedMillis,
      });
      const answer = (await sandbox.invoke(event)).answer as { batchItemFailures: unknown[] };
      if (answer.batchItemFailures.length > 0) {
        refusals += 1;
        setTimeout(() => ready.unshift(group), (waitSeconds.get(next.id) ?? 90) * 1000);
        continue;
      }
      left -= 1;
      group.receives = 0;
      group.messages.pop();
      if (group.messages.length > 0) ready.push(group);
    }
  };
  let refusals = 0;
  await Promise.all(sandboxes.map(work));
  return refusals;
}

/** Messages of all chats in turn, as the webhooks put them in the queue. */
function messagesOf(
  { direction, chats, messages }: Pick<Backlog, "direction" | "chats" | "messages">,
  from: number,
): Queued[] {
  return Array.from({ length: messages }, (_, index) => {
    const chat = (index % chats) + 1;
    const number = from + index + 1;
    const isCustomer = direction === "to-amocrm";
    const nowMillis = Date.now();
    const { body } = webhookEvent(direction, { chat, number, nowMillis });
    const envelope = {
      v: 1,
      id: isCustomer ? `tg:${botId}:${number}` : `amo:${scopeId}:${number}`,
      group: conversationOf(chat),
      source: isCustomer ? "telegram" : "amocrm",
      receivedAtMillis: nowMillis,
      verified: true,
      body: Buffer.from(body).toString("base64"),
      ...(isCustomer ? {} : { scopeId }),
    };
    return { id: envelope.id, group: envelope.group, body: JSON.stringify(envelope) };
  });
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
