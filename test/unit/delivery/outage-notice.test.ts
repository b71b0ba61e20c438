import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { createOutageNotice } from "../../../lambdas/delivery/outage-notice.ts";
import { bridgeEvent, envelope } from "../../../lambdas/model/envelope.ts";
import type { TelegramEvent } from "../../../lambdas/model/message.ts";
import { aClock } from "../../support/clock.ts";
import { aCustomerEvent, anAttempt, anEnvelope } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";
import { textIn } from "../../support/packing.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A bridge whose last success was so long ago, at the moment a message waits. */
const aBridge = (
  lastSuccessAgoMillis: number | undefined,
  refusals = 0,
  event: TelegramEvent = aCustomerEvent({
    customer: { id: "tg-42", name: "Anna", language: "ru" },
  }),
) => {
  const clock = aClock();
  const toTelegram = aFakeQueue({ refusals });
  const conversations = new MemoryConversationStore();
  const lastSuccess =
    lastSuccessAgoMillis === undefined
      ? undefined
      : clock.now() + 5 * minute - lastSuccessAgoMillis;
  const health = {
    noteSuccess: async () => undefined,
    lastSuccessAtMillis: async () => lastSuccess,
  };
  const reassure = createOutageNotice({
    health,
    toTelegram,
    now: clock.now,
    eventOf: async () => event,
  });
  // Messages that have waited themselves: a quiet bridge is no outage.
  clock.advance(5 * minute);
  return {
    clock,
    conversations,
    toTelegram,
    waits: (changes: Partial<PlainEnvelope> = {}) =>
      reassure(
        anAttempt({ direction: "to-amocrm", envelope: anEnvelope(changes) }),
        anAttemptAt(conversations),
      ),
  };
};

describe("a customer whose message waits", () => {
  test.each([
    { name: "for less than five minutes", ago: 5 * minute - 1, told: 0 },
    { name: "for five minutes", ago: 5 * minute, told: 1 },
  ])("is told so when nothing has reached amoCRM $name: $told times", async ({ ago, told }) => {
    const { toTelegram, waits } = aBridge(ago);

    await waits();

    expect(toTelegram.envelopes).toHaveLength(told);
  });

  test.each([
    { name: "nothing ever reached amoCRM", ago: undefined },
    { name: "the bridge had been quiet for an hour", ago: hour },
  ])("is told so only once the message itself is that old, where $name", async ({ ago }) => {
    const { clock, toTelegram, waits } = aBridge(ago);
    const receivedAtMillis = clock.now();

    await waits({ receivedAtMillis });
    const early = toTelegram.envelopes.length;
    clock.advance(5 * minute);
    await waits({ receivedAtMillis });

    expect([early, toTelegram.envelopes.length]).toEqual([0, 1]);
  });

  test("is told in the language of the update, where the conversation is new", async () => {
    const { conversations, waits } = aBridge(hour);

    await waits();

    expect(await conversations.find("tg-700-42")).toMatchObject({ language: "ru" });
  });

  test("is told through the queue to Telegram, in the order of their chat", async () => {
    const { toTelegram, waits } = aBridge(hour);

    await waits();

    const [notice] = toTelegram.envelopes;
    expect(envelope.safeParse(notice).success).toBe(true);
    expect(notice).toMatchObject({ id: "notice:tg:700:1", group: "tg-700-42", source: "bridge" });
    const body = JSON.parse(textIn(notice));
    expect(bridgeEvent.parse(body)).toEqual({ kind: "notice", conversationId: "tg-700-42" });
  });

  test("is told once in six hours", async () => {
    const { clock, toTelegram, waits } = aBridge(hour);

    await waits();
    clock.advance(6 * hour - 1);
    await waits({ id: "tg:700:2" });
    const within = toTelegram.envelopes.length;
    clock.advance(1);
    await waits({ id: "tg:700:3" });

    expect([within, toTelegram.envelopes.length]).toEqual([1, 2]);
  });

  test("loses that line, and is told nothing twice, when the queue refuses it", async () => {
    const { toTelegram, waits } = aBridge(hour, 1);

    await expect(waits()).rejects.toThrow("refused");
    await waits();

    expect(toTelegram.envelopes).toEqual([]);
  });
});

describe("nobody is told", () => {
  test.each([
    { name: "a status report", changes: { source: "bridge", group: "status:tg-700-42" } },
    { name: "an update of no chat", changes: { group: "tg-700" } },
    { name: "an odd body", changes: { group: "unidentified" } },
  ] as const)("that $name waits", async ({ changes }) => {
    const { toTelegram, waits } = aBridge(hour);

    await waits(changes);

    expect(toTelegram.envelopes).toEqual([]);
  });

  test.each<{ name: string; event: TelegramEvent }>([
    {
      name: "an administrator's word to the customer",
      event: aCustomerEvent({ isOutgoing: true }),
    },
    {
      name: "a reaction",
      event: {
        kind: "reaction",
        conversationId: "tg-700-42",
        chatId: "42",
        customer: { id: "tg-42", name: "Anna", language: "en" },
        telegramMessageId: "9",
        updateId: 90_001,
        atSeconds: 1,
        added: ["👍"],
        removed: [],
      },
    },
    { name: "what is nobody's", event: { kind: "ignored", reason: "an act of the bot's own" } },
  ])("that $name waits", async ({ event }) => {
    const { conversations, toTelegram, waits } = aBridge(hour, 0, event);

    await waits();

    expect(toTelegram.envelopes).toEqual([]);
    expect(await conversations.find("tg-700-42")).toBeUndefined();
  });
});
