import { describe, expect, test } from "@jest/globals";
import { closeSilent } from "../../../lambdas/hand-off/end.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { activeChats } from "../../support/active-conversations.ts";
import { anEnvelope } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aHandOff } from "../../support/hand-off.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const nowMillis = 1_700_000_000_000;
const day = 86_400_000;
const aTalk = (changes: Partial<Conversation>): Conversation => ({
  conversationId: "tg-700-42",
  handOff: "operator",
  lastActivityAtMillis: nowMillis - day,
  ...changes,
});

/** The caretaker's requests for these conversations. */
const askedFor = async (...talks: Conversation[]) => {
  const toAmocrm = aFakeQueue();
  const { active, conversations } = activeChats(talks, nowMillis - day, ["tg-700-7"]);
  const logger = aRecordingLogger();
  await closeSilent({ active, conversations, toAmocrm, now: () => nowMillis, logger });
  return toAmocrm.envelopes;
};

describe("a day of silence", () => {
  test.each([
    { name: "in a talk with an operator", talk: {}, asks: 1 },
    { name: "in a talk that waits for an operator", talk: { handOff: "waiting" }, asks: 1 },
    { name: "in a talk with the bot", talk: { handOff: "bot" }, asks: 0 },
    { name: "in a closed talk", talk: { handOff: "closed" }, asks: 0 },
    { name: "that is not complete", talk: { lastActivityAtMillis: nowMillis - day + 1 }, asks: 0 },
    { name: "that a message has interrupted", talk: { lastActivityAtMillis: nowMillis }, asks: 0 },
  ] as const)("$name asks for $asks ends", async ({ talk, asks }) => {
    expect(await askedFor(aTalk(talk))).toHaveLength(asks);
  });

  test("makes a request with the same id again, behind the customer's messages", async () => {
    const [once] = await askedFor(aTalk({}));
    const [twice] = await askedFor(aTalk({}));

    expect(once).toMatchObject({ group: "tg-700-42", source: "bridge" });
    expect(twice?.id).toBe(once?.id);
  });

  test("ends the talk and notifies the customer", async () => {
    const [envelope] = await askedFor(aTalk({}));
    const talk = aHandOff(aTalk({}));
    await talk.state();

    await talk.bench.attempt({ direction: "to-amocrm", envelope: envelope ?? anEnvelope() });

    expect(await talk.state()).toBe("closed");
    expect(talk.sentTexts()).toEqual([
      "The talk with the operator is over. The bot answers again.",
    ]);
  });

  test("ends the talk without a notice to a customer whose chat is rate-limited by Telegram", async () => {
    const [envelope] = await askedFor(aTalk({}));
    const talk = aHandOff(aTalk({ pausedUntilMillis: nowMillis + 3_600_000 }));
    await talk.state();

    await talk.bench.attempt({ direction: "to-amocrm", envelope: envelope ?? anEnvelope() });

    expect([await talk.state(), talk.sentTexts()]).toEqual(["closed", []]);
  });

  test("ends nothing when a message came meanwhile", async () => {
    const [envelope] = await askedFor(aTalk({}));
    const talk = aHandOff(aTalk({ lastActivityAtMillis: nowMillis }));
    await talk.state();

    await talk.bench.attempt({ direction: "to-amocrm", envelope: envelope ?? anEnvelope() });

    expect([await talk.state(), talk.sentTexts()]).toEqual(["operator", []]);
  });
});
