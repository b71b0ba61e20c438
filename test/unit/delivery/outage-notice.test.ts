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

/** A bridge with its last success that long before the message waits. */
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
  // Messages that waited themselves: a quiet bridge is not an outage.
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

describe("the outage notice to a customer", () => {
  test.each([
    { name: "for less than five minutes", ago: 5 * minute - 1, noticeCount: 0 },
    { name: "for five minutes", ago: 5 * minute, noticeCount: 1 },
  ])(
    "is sent when nothing has reached amoCRM $name: $noticeCount times",
    async ({ ago, noticeCount }) => {
      const { toTelegram, waits } = aBridge(ago);

      await waits();

      expect(toTelegram.envelopes).toHaveLength(noticeCount);
    },
  );

  test.each([
    { name: "nothing has ever reached amoCRM", ago: undefined },
    { name: "the bridge was quiet for an hour", ago: hour },
  ])("is sent only once the message itself is that old, when $name", async ({ ago }) => {
    const { clock, toTelegram, waits } = aBridge(ago);
    const receivedAtMillis = clock.now();

    await waits({ receivedAtMillis });
    const early = toTelegram.envelopes.length;
    clock.advance(5 * minute);
    await waits({ receivedAtMillis });

    expect([early, toTelegram.envelopes.length]).toEqual([0, 1]);
  });

  test("is in the language of the update when the conversation is new", async () => {
    const { conversations, waits } = aBridge(hour);

    await waits();

    expect(await conversations.find("tg-700-42")).toMatchObject({ language: "ru" });
  });

  test("goes through the queue to Telegram, in the order of the chat", async () => {
    const { toTelegram, waits } = aBridge(hour);

    await waits();

    const [notice] = toTelegram.envelopes;
    expect(envelope.safeParse(notice).success).toBe(true);
    expect(notice).toMatchObject({ id: "notice:tg:700:1", group: "tg-700-42", source: "bridge" });
    const body = JSON.parse(textIn(notice));
    expect(bridgeEvent.parse(body)).toEqual({ kind: "notice", conversationId: "tg-700-42" });
  });

  test("is sent once in six hours", async () => {
    const { clock, toTelegram, waits } = aBridge(hour);

    await waits();
    clock.advance(6 * hour - 1);
    await waits({ id: "tg:700:2" });
    const within = toTelegram.envelopes.length;
    clock.advance(1);
    await waits({ id: "tg:700:3" });

    expect([within, toTelegram.envelopes.length]).toEqual([1, 2]);
  });

  test("is dropped and not sent twice when the queue refuses it", async () => {
    const { toTelegram, waits } = aBridge(hour, 1);

    await expect(waits()).rejects.toThrow("refused");
    await waits();

    expect(toTelegram.envelopes).toEqual([]);
  });
});

describe("no outage notice is sent", () => {
  test.each([
    { name: "a status report", changes: { source: "bridge", group: "status:tg-700-42" } },
    { name: "an update without a chat", changes: { group: "tg-700" } },
    { name: "a malformed body", changes: { group: "unidentified" } },
  ] as const)("that $name waits", async ({ changes }) => {
    const { toTelegram, waits } = aBridge(hour);

    await waits(changes);

    expect(toTelegram.envelopes).toEqual([]);
  });

  test.each<{ name: string; event: TelegramEvent }>([
    {
      name: "an administrator's message to the customer",
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
    {
      name: "an event without a customer",
      event: { kind: "ignored", reason: "an act of the bot's own" },
    },
  ])("when $name waits", async ({ event }) => {
    const { conversations, toTelegram, waits } = aBridge(hour, 0, event);

    await waits();

    expect(toTelegram.envelopes).toEqual([]);
    expect(await conversations.find("tg-700-42")).toBeUndefined();
  });
});
