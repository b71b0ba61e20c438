import { startMemoryAws } from "../aws/memory-aws.ts";
import { shippedAssembly } from "../world/assembly.ts";
import { amojoChatIdOf, hookEvent, queueEvent, updateEvent } from "../world/messages.ts";
import {
  botId,
  conversationOf,
  queues,
  scopeId,
  secrets,
  tables,
  variablesFor,
} from "../world/names.ts";
import { startVendors } from "../world/vendors.ts";
import type { VendorCall } from "../world/vendor-calls.ts";
import { holdToShare } from "../world/processor-share.ts";
import { FifoSource } from "./fifo-source.ts";
import type { Queued } from "./fifo-source.ts";
import { Sandbox } from "./sandbox.ts";

const warmUpEach = 1000;

/** The messages in a queue, the sandboxes that empty it, and the vendors. */
export type Backlog = {
  readonly direction: "to-amocrm" | "to-telegram";
  readonly chats: number;
  readonly messages: number;
  readonly concurrency: number;
  readonly latencyMillis: number;
  /** The age of the messages when the sender gets them. */
  readonly waitedMillis: number;
  /** Telegram's rate limit of a bot, if it applies. */
  readonly perSecond?: number;
  /** Each sandbox gets only the share of a processor that Lambda gives for its memory. */
  readonly holdsToShare?: boolean;
};

/** The result, as the vendors saw it. */
export type Drained = {
  readonly seconds: number;
  readonly perSecond: number;
  /** Messages per second if the sender only waited for the vendors' answers, for the calls that were made. */
  readonly boundPerSecond: number;
  /** Messages that arrived after a later one of their chat, twice, or not at all. */
  readonly inversions: number;
  readonly duplicates: number;
  readonly lost: number;
  /** Attempts that left the message in the queue, and those of them that Telegram refused. */
  readonly refusals: number;
  readonly limited: number;
  readonly connections: number;
  readonly cpuMillisEach: number;
  /** The time of a message without the vendors' answers. */
  readonly ownMillisEach: number;
  /** Whether this machine could limit the sandboxes to their share, if requested. */
  readonly isHeld: boolean;
  readonly rssBytes: number;
};

/** Empties a queue through the shipped sender, one process for each concurrent invocation. */
export async function drain(backlog: Backlog): Promise<Drained> {
  const assembly = await shippedAssembly();
  const waits = new Map<string, number>();
  const aws = await startMemoryAws({
    tables: {
      [tables.conversations]: assembly.table("TablesConversations"),
      [tables.deliveries]: assembly.table("TablesDeliveries"),
    },
    secrets,
    onPostponed: ({ receipt, seconds }) => waits.set(receipt, seconds),
  });
  const { latencyMillis, perSecond, direction, concurrency } = backlog;
  const vendors = await startVendors({ latencyMillis: 0 });
  const variables = variablesFor(assembly.variables("DeliverySender"), {
    aws: aws.url,
    vendors: vendors.url,
  });
  const bundle = assembly.bundle("DeliverySender");
  const megabytes = assembly.megabytes("DeliverySender");
  const sandboxes = await Promise.all(
    Array.from({ length: concurrency }, () => Sandbox.start(bundle, { variables, megabytes })),
  );
  try {
    for (let chat = 1; chat <= backlog.chats; chat += 1) {
      const fields = { conversationId: { S: conversationOf(chat) }, contactLinked: { BOOL: true } };
      aws.tables[tables.conversations]?.seed({
        ...fields,
        amojoChatId: { S: amojoChatIdOf(chat) },
      });
    }
    // Warms up each sandbox, so that its code is compiled.
    const count = warmUpEach * concurrency;
    const first = messagesOf({ ...backlog, messages: count, chats: concurrency }, 900_000);
    await empty(first, { direction, waitedMillis: 0 }, sandboxes, waits);
    vendors.latencyMillis = latencyMillis;
    if (perSecond !== undefined) vendors.perSecond = perSecond;
    vendors.calls.length = 0;
    const cpuBefore = sandboxes.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);

    const messages = messagesOf(backlog, 0);
    const held =
      backlog.holdsToShare === true ? sandboxes.map(({ pid }) => holdToShare(pid, megabytes)) : [];
    const startedAtMillis = performance.now();
    const refusals = await empty(messages, backlog, sandboxes, waits);
    const seconds = (performance.now() - startedAtMillis) / 1000;
    const cpuMillis = sandboxes.reduce((sum, each) => sum + each.cpuMillis, 0) - cpuBefore;
    const vendorMillis = vendors.calls.length * latencyMillis;
    return {
      seconds,
      perSecond: messages.length / seconds,
      boundPerSecond: (concurrency * messages.length * 1000) / vendorMillis,
      ...judge(vendors.calls, messages.length),
      refusals,
      limited: vendors.limited(),
      connections: vendors.connections(),
      cpuMillisEach: cpuMillis / messages.length,
      ownMillisEach: (concurrency * seconds * 1000 - vendorMillis) / messages.length,
      isHeld: held.length > 0 && held.every((isLimited) => isLimited),
      rssBytes: Math.max(...sandboxes.map(({ rssBytes }) => rssBytes)),
    };
  } finally {
    await Promise.all(sandboxes.map((each) => each.close()));
    await Promise.all([aws.close(), vendors.close()]);
  }
}

async function empty(
  messages: readonly Queued[],
  { direction, waitedMillis }: Pick<Backlog, "direction" | "waitedMillis">,
  sandboxes: readonly Sandbox[],
  waits: ReadonlyMap<string, number>,
): Promise<number> {
  const source = new FifoSource(messages);
  let refusals = 0;
  const work = async (sandbox: Sandbox) => {
    for (let next = await source.take(); next !== undefined; next = await source.take()) {
      const sentAtMillis = Date.now() - waitedMillis;
      const event = queueEvent(queues[direction], { ...next, sentAtMillis });
      if (await sandbox.invoke(event)) {
        source.done(next);
      } else {
        refusals += 1;
        source.again(next, waits.get(next.id) ?? 90);
      }
    }
  };
  await Promise.all(sandboxes.map(work));
  return refusals;
}

/** Messages of all chats in turn, as the webhooks put them in the queue. */
function messagesOf({ direction, chats, messages }: Backlog, from: number): Queued[] {
  return Array.from({ length: messages }, (_, index) => {
    const chat = (index % chats) + 1;
    const number = from + index + 1;
    const isCustomer = direction === "to-amocrm";
    const event = (isCustomer ? updateEvent : hookEvent)(chat, number, Date.now());
    const id = isCustomer ? `tg:${botId}:${number}` : `amo:${scopeId}:${number}`;
    const envelope = {
      v: 1,
      id,
      group: conversationOf(chat),
      source: isCustomer ? "telegram" : "amocrm",
      receivedAtMillis: Date.now(),
      verified: true,
      body: Buffer.from((event as { body: string }).body).toString("base64"),
      ...(isCustomer ? {} : { scopeId }),
    };
    return { id, group: envelope.group, body: JSON.stringify(envelope) };
  });
}

/** Reads the vendors' record: the texts end with the messages' numbers. */
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
