import { createRouter } from "../../lambdas/routing/route-event.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import { bridgeEnvelope } from "../../lambdas/model/envelope.ts";
import type { CustomerEvent, OperatorEvent } from "../../lambdas/model/message.ts";
import type { BotAnswers } from "../../lambdas/model/messenger.ts";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";
import { aDeliveryBench, leaseMillis } from "./delivery-bench.ts";
import { aCustomerEvent, anEnvelope, anOperatorEvent, scopeId } from "./events.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aFakeMessenger } from "./fake-messenger.ts";
import { MemoryWaits } from "./memory/stores.ts";
import { aRecordingLogger } from "./recording-logger.ts";
import { routingDependencies } from "./routing-dependencies.ts";
import type { Fakes } from "./routing-dependencies.ts";

export const conversationId = "tg-700-42";

/** A ledger that dies once, before it records this step. */
const dyingAt = (step: string) => (ledger: DeliveryLedger) => {
  let isDead = false;
  const dieAt = (steps: readonly { readonly step: string }[] = []) => {
    if (isDead || steps.at(-1)?.step !== step) return;
    isDead = true;
    throw new Error("the sandbox is gone");
  };
  return {
    claim: (request) => ledger.claim(request),
    async commitSteps(id, owner, steps) {
      dieAt(steps);
      await ledger.commitSteps(id, owner, steps);
    },
    async finish(id, owner, end) {
      dieAt(end.steps);
      await ledger.finish(id, owner, end);
    },
    release: (id, owner, release) => ledger.release(id, owner, release),
    park: (id, owner, parking) => ledger.park(id, owner, parking),
  } satisfies DeliveryLedger;
};

/** One chat at a time that the test moves, with its waits. Everything outside is a fake. */
export function aWaitingChat({
  bot,
  dies,
  known = {},
  startsAt = "2026-12-01T08:00:00Z",
  ...fakes
}: Omit<Fakes, "waits" | "logger" | "now" | "bot" | "crm"> & {
  crm?: ReturnType<typeof aFakeCrm>;
  bot?: BotAnswers;
  /** The first attempt that has done this step dies before the ledger knows it. */
  dies?: string;
  known?: Omit<Conversation, "conversationId">;
  startsAt?: string;
} = {}) {
  let nowMillis = Date.parse(startsAt);
  let next: CustomerEvent | OperatorEvent = aCustomerEvent();
  const writes: string[] = [];
  const logger = aRecordingLogger();
  const crm = fakes.crm ?? aFakeCrm();
  const messenger = aFakeMessenger();
  const waits = new MemoryWaits();
  const deps = routingDependencies({
    messenger,
    logger,
    waits,
    now: () => nowMillis,
    decodeTelegram: () => next as CustomerEvent,
    decodeAmocrm: () => next as OperatorEvent,
    ...fakes,
    crm,
    ...(bot === undefined ? {} : { bot }),
  });
  const { conversations, carryOut, probe } = deps;
  const recorded = {
    find: (id: string) => conversations.find(id),
    async update(id: string, changes: Partial<Conversation>) {
      writes.push(...Object.keys(changes));
      await conversations.update(id, changes);
    },
  };
  const bench = aDeliveryBench(createRouter(deps), {
    conversations: recorded,
    carryOut,
    probe,
    ...(dies === undefined ? {} : { ledger: dyingAt(dies) }),
  });
  const opened = conversations.update(conversationId, { amojoChatId: "c1", ...known });
  let events = 0;
  const deliver = async (envelope: Parameters<typeof bench.attempt>[0] & object) => {
    await opened;
    return bench.attempt({ acceptedAtMillis: nowMillis, ...envelope });
  };
  return {
    bench,
    logger,
    waits,
    messenger,
    /** The names of the fields that were written to the conversation. */
    writes,
    conversation: () => conversations.find(conversationId),
    at(time: string) {
      nowMillis = Date.parse(time);
    },
    now: () => nowMillis,
    /** A customer writes. With the id of an earlier event, the queue hands that one out again. */
    customer(text = "Good morning", changes: Partial<CustomerEvent> = {}, id?: string) {
      events += 1;
      const msgid = `${conversationId}-${1000 + events}`;
      const sentAtSeconds = Math.floor(nowMillis / 1000);
      next = aCustomerEvent({ msgid, sentAtSeconds, content: { type: "text", text }, ...changes });
      const envelope = anEnvelope({ id: id ?? `event-${events}` });
      return deliver({ direction: "to-amocrm", id: envelope.id, envelope, group: conversationId });
    },
    operator(text = "How can we help?", changes: Partial<OperatorEvent> = {}) {
      events += 1;
      const amocrmMessageId = `operators-${events}`;
      const content = { type: "text", text } as const;
      next = anOperatorEvent({ amocrmMessageId, content, sentAtMillis: nowMillis, ...changes });
      const id = `event-${events}`;
      const envelope = anEnvelope({ id, source: "amocrm", scopeId });
      return deliver({ direction: "to-telegram", id, envelope, group: conversationId });
    },
    /** The sender gets the request about this wait. */
    unanswered(sinceMillis: number) {
      const id = `unanswered:${conversationId}:${sinceMillis}`;
      const group = `wait:${conversationId}`;
      const request = { kind: "unanswered", conversationId, sinceMillis } as const;
      const envelope = bridgeEnvelope(request, { id, group, nowMillis });
      return deliver({ direction: "to-amocrm", id, envelope, group });
    },
    /** The lease of a dead attempt runs out. */
    afterLease: () => bench.clock.advance(leaseMillis + 1000),
    sentTexts: () => messenger.sent.map(({ text }) => text),
    /** The messages shown to operators: the author and the text. */
    shown: () =>
      crm.calls.flatMap((call) => {
        if (call.method !== "sendMessage") return [];
        const { from, content } = call.message;
        return [`${from}: ${"text" in content ? content.text : content.type}`];
      }),
  };
}
