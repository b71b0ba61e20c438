import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { createBodyOf, packBody } from "../../../lambdas/ingest/pack-body.ts";
import { MemoryBodyStore, MemoryConversationStore } from "../../support/memory/stores.ts";
import { regroup } from "../../../lambdas/routing/regroup.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import { anAmocrmHook } from "../../support/bodies.ts";
import { anAttempt, anEnvelope, encoded, scopeId } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const acceptedAtMillis = 1_700_000_000_000;
const unnamed = { conversation: { id: "chat-1" } };
/** Too large for a queue message, even compressed. */
const noise = randomBytes(300_000).toString("base64");
const action = (what: object) => ({ action: what });

/** The result for an event whose hook waits in a group of amoCRM's chat. */
const of = async (
  hook: unknown,
  {
    changes = {},
    afterMillis = 0,
    isKnown = true,
    isGone = false,
  }: {
    changes?: Partial<PlainEnvelope>;
    afterMillis?: number;
    isKnown?: boolean;
    isGone?: boolean;
  } = {},
) => {
  const knownChats = new MemoryConversationStore();
  if (isKnown) await knownChats.update("tg-700-42", { amojoChatId: "chat-1" });
  const queue = aFakeQueue();
  const logger = aRecordingLogger();
  const bodies = new MemoryBodyStore();
  const plain = anEnvelope({
    id: "amo:scope:m1",
    group: "amo-chat-1",
    source: "amocrm",
    scopeId,
    body: encoded(hook),
    ...changes,
  });
  const { carried, object } = packBody(Buffer.from(plain.body, "base64"));
  if (object !== undefined && !isGone) await bodies.put(object);
  const envelope: Envelope = { ...plain, ...carried };
  const verdict = await regroup(anAttempt({ envelope, acceptedAtMillis }), {
    knownChats,
    bodyOf: createBodyOf(bodies),
    decodeAmocrm: decodeHook,
    toTelegram: queue,
    now: () => acceptedAtMillis + afterMillis,
    logger,
  });
  return { verdict, moved: queue.envelopes, envelope, facts: logger.facts() };
};

describe("the event of a hook without client_id", () => {
  test.each([
    { kind: "message", hook: anAmocrmHook({}, unnamed) },
    {
      kind: "reaction",
      hook: action({ reaction: { type: "react", emoji: "👍", msgid: "m1", ...unnamed } }),
    },
    { kind: "typing", hook: action({ typing: { expired_at: 1_800_000_000, ...unnamed } }) },
  ])(
    "goes to the customer's group under its own id when the chat is known: $kind",
    async ({ hook }) => {
      const { verdict, moved, envelope, facts } = await of(hook, { changes: { late: "spooled" } });

      expect(verdict).toEqual({ kind: "done" });
      expect(moved).toEqual([{ ...envelope, group: "tg-700-42" }]);
      expect(facts).toEqual(["EventRegrouped"]);
    },
  );

  test.each([
    { how: "compressed", text: "x".repeat(200_000), carried: { brotli: expect.any(String) } },
    { how: "in the bucket", text: noise, carried: { stored: expect.any(String) } },
  ])(
    "is recognised by a large body, too, which stays unchanged: $how",
    async ({ text, carried }) => {
      const { verdict, moved, envelope } = await of(anAmocrmHook({ text }, unnamed));

      expect(verdict).toEqual({ kind: "done" });
      expect(moved).toEqual([{ ...envelope, group: "tg-700-42", body: carried }]);
    },
  );

  test("stays in its group when its body no longer exists, and is parked there", async () => {
    const { verdict, moved } = await of(anAmocrmHook({ text: noise }, unnamed), { isGone: true });

    expect(verdict).toBeUndefined();
    expect(moved).toEqual([]);
  });

  test.each([
    { afterMillis: 0, verdict: { kind: "retry", afterSeconds: 1 } },
    { afterMillis: 1999, verdict: { kind: "retry", afterSeconds: 1 } },
    { afterMillis: 2000, verdict: undefined },
  ])("of an unknown chat after $afterMillis ms: $verdict", async (row) => {
    const { verdict, moved } = await of(anAmocrmHook({}, unnamed), { isKnown: false, ...row });

    expect(verdict).toEqual(row.verdict);
    expect(moved).toEqual([]);
  });

  test("is not looked up twice when no customer waits for it", async () => {
    const typing = action({ typing: { expired_at: 1_800_000_000, ...unnamed } });

    expect((await of(typing, { isKnown: false })).verdict).toBeUndefined();
  });

  test.each<{ name: string; hook?: unknown; changes?: Partial<PlainEnvelope> }>([
    { name: "in the customer's group already", changes: { group: "tg-700-42" } },
    { name: "that is not verified", changes: { group: "unverified", verified: false } },
    { name: "from Telegram", changes: { source: "telegram" } },
    {
      name: "of another channel's conversation",
      hook: anAmocrmHook({}, { conversation: { id: "chat-1", client_id: "x-1" } }),
    },
    { name: "without any chat", hook: anAmocrmHook({}, { conversation: {} }) },
    {
      name: "whose chat has no plain id",
      hook: anAmocrmHook({}, { conversation: { id: "\ud83d" } }),
    },
    { name: "that cannot be decoded", hook: "<html>" },
  ])("$name stays in its group", async ({ hook = anAmocrmHook({}, unnamed), changes = {} }) => {
    const { verdict, moved } = await of(hook, { changes });

    expect(verdict).toBeUndefined();
    expect(moved).toEqual([]);
  });
});
