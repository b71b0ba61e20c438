import { describe, expect, test } from "@jest/globals";
import { answerUnsupportedChat } from "../../../lambdas/customer-to-operator/unsupported-chat.ts";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { UnsupportedChatEvent } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anEnvelope, someSettings } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";
import { changesIn, stepsOf } from "../../support/steps.ts";

const conversationId = "tg-700--100";
const chatId = "-100";
const nowMillis = 1_700_000_000_000;

const anEvent = (changes: Partial<UnsupportedChatEvent> = {}): UnsupportedChatEvent => ({
  kind: "unsupported-chat",
  place: "group",
  conversationId,
  chatId,
  writer: "42",
  language: "en",
  ...changes,
});

/** These people write in such a place, one after the other. Returns the decision on each. */
const write = (
  writers: readonly string[],
  {
    minutesBetween = 0,
    ...changes
  }: Partial<UnsupportedChatEvent> & { minutesBetween?: number } = {},
) => {
  let known: Conversation = { conversationId };
  return writers.map((writer, index) => {
    const atMillis = nowMillis + index * minutesBetween * 60_000;
    const work = answerUnsupportedChat(
      anEvent({ ...changes, writer }),
      known,
      atMillis,
      someSettings(),
    );
    known = { ...known, ...changesIn(work) };
    return stepsOf(work);
  });
};
/** The people who get an answer. */
const answered = (...[writers, options]: Parameters<typeof write>) =>
  write(writers, options).map((steps) => steps.length === 1);

describe("a person who writes in an unsupported chat", () => {
  test.each(["group", "channel"] as const)("gets one notice in a %s", (place) => {
    expect(write(["42", "42", "42"], { place })).toEqual([
      [
        {
          name: "say",
          to: { conversationId, chatId },
          message: { text: expect.stringContaining("private chats"), options: {} },
          // The record is written before the notice is sent, once: a failure there blocks no other event.
          remember: { refused: [`${nowMillis}:42`] },
          skip: "any-failure",
        },
      ],
      [],
      [],
    ]);
  });

  test("gets the notice although another person had one before", () => {
    expect(answered(["42", "4", "42", "2"])).toEqual([true, true, false, true]);
  });

  test("gets the notice at their next message when five were sent within ten minutes", () => {
    const writers = ["1", "2", "3", "4", "5", "6", "6", "7"];

    expect(answered(writers).filter(Boolean)).toHaveLength(5);
    expect(answered(writers, { minutesBetween: 2 }).slice(5)).toEqual([true, false, true]);
  });

  test.each([
    {
      who: "who got the notice before",
      refused: [`${nowMillis}:42`],
      reason: /has the notice already/,
    },
    {
      who: "after five others",
      refused: ["1", "2", "3", "4", "5"].map((writer) => `${nowMillis}:${writer}`),
      reason: /several people just got the notice/,
    },
  ])("$who is ignored with a reason", ({ refused, reason }) => {
    const known = { conversationId, refused };

    expect(answerUnsupportedChat(anEvent(), known, nowMillis, someSettings())).toEqual({
      kind: "ignore",
      reason: expect.stringMatching(reason),
    });
  });

  test("is forgotten after two hundred others, who are remembered", () => {
    const refused = Array.from({ length: 200 }, (_, index) => `${index}:${1000 + index}`);
    const work = answerUnsupportedChat(
      anEvent(),
      { conversationId, refused },
      nowMillis,
      someSettings(),
    );

    expect(changesIn(work).refused).toEqual([...refused.slice(1), `${nowMillis}:42`]);
  });

  test("gets the notice in their language, for the business account", () => {
    const changes = { place: "business", language: "ru", businessConnectionId: "b1" } as const;

    expect(write(["42"], changes)).toMatchObject([
      [
        {
          to: { chatId },
          message: {
            text: expect.stringContaining("напишите боту"),
            options: { businessConnectionId: "b1" },
          },
        },
      ],
    ]);
  });

  test("blocks nothing when the bot may not write there, and gets no second notice", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("refused-by-telegram")] });
    const decodeTelegram = () => anEvent();
    const deps = routingDependencies({ messenger, decodeTelegram });
    const { conversations, carryOut, probe } = deps;
    const bench = aDeliveryBench(createRouter(deps), { conversations, carryOut, probe });
    const states = [];
    for (const id of ["tg:700:1", "tg:700:2"]) {
      await bench.attempt({ direction: "to-amocrm", id, envelope: anEnvelope({ id }) });
      states.push(bench.ledger.entry(id)?.state);
    }

    expect(states).toEqual(["sent", "ignored"]);
    expect(messenger.sent).toHaveLength(1);
  });
});
