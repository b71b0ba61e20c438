import type { BridgeSettings } from "../../lambdas/delivery/settings.ts";
import { catalogue } from "../../lambdas/texts/texts.ts";
import type { Attempt } from "../../lambdas/delivery/attempt.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";
import type { LedgerEntry, StepRecord } from "../../lambdas/model/ledger.ts";
import type { CustomerEvent, OperatorEvent } from "../../lambdas/model/message.ts";

export const botId = "700";
export const scopeId = "f90ba33d-0000-4000-8000-000000000001_af9945ff-0000-4000-8000-000000000002";
export const accountId = "af9945ff-0000-4000-8000-000000000002";

export type PlainEnvelope = Extract<Envelope, { v: 1 }>;

/** A small body in an envelope. */
export function encoded(body: unknown): string {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body)).toString("base64");
}

export function anEnvelope(changes: Partial<PlainEnvelope> = {}): PlainEnvelope {
  return {
    v: 1,
    id: "tg:700:1",
    group: "tg-700-42",
    source: "telegram",
    receivedAtMillis: 1_700_000_000_000,
    verified: true,
    body: encoded({}),
    ...changes,
  };
}

export function anAttempt(changes: Partial<Attempt> = {}): Attempt {
  const envelope = "envelope" in changes ? changes.envelope : anEnvelope();
  return {
    id: envelope?.id ?? "odd-1",
    group: envelope?.group ?? "unidentified",
    direction: "to-telegram",
    envelope,
    message: JSON.stringify(envelope ?? { v: 3 }),
    owner: "attempt-1",
    receiveCount: 1,
    acceptedAtMillis: 1_700_000_000_000,
    deadlineMillis: Number.MAX_SAFE_INTEGER,
    ...changes,
  };
}

/** The ledger's entry of an event while an attempt sends it. */
export function anEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return { id: "tg:700:1", state: "sending", steps: [], attempts: 0, ambiguous: 0, ...changes };
}

export function aCustomerEvent(changes: Partial<CustomerEvent> = {}): CustomerEvent {
  return {
    kind: "message",
    conversationId: "tg-700-42",
    chatId: "42",
    customer: { id: "tg-42", name: "Anna Petrova", language: "en" },
    msgid: "tg-700-42-5",
    updateId: 90_001,
    sentAtSeconds: 1_699_999_999,
    content: { type: "text", text: "Good morning" },
    ...changes,
  };
}

export function anOperatorEvent(changes: Partial<OperatorEvent> = {}): OperatorEvent {
  return {
    kind: "message",
    amocrmMessageId: "amojo-message",
    conversationId: "tg-700-42",
    content: { type: "text", text: "How can we help?" },
    ...changes,
  };
}

/** The records of those messages in Telegram. */
export function sentTexts(...ids: readonly string[]): StepRecord[] {
  return ids.map((id) => ({ step: "send-text", id }));
}

/** A bridge in English without a bot of the team: operators always answer. */
export function someSettings(changes: Partial<BridgeSettings> = {}): BridgeSettings {
  return {
    botId,
    operatorLanguage: "en",
    askPhone: "never",
    hasBot: false,
    canSpeakAsBot: true,
    texts: catalogue,
    callsMainApi: false,
    sources: [],
    touchEveryMillis: Number.POSITIVE_INFINITY,
    ...changes,
  };
}
