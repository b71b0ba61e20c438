import { describe, expect, test } from "@jest/globals";
import { stepAfter } from "../../../lambdas/delivery/attempt.ts";
import type { StepsDecision } from "../../../lambdas/delivery/attempt.ts";
import type { OperatorMessageFacts } from "../../../lambdas/operator-to-customer/message.ts";
import type { Step } from "../../../lambdas/delivery/step.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import { operatorSteps, operatorWork, textsIn } from "../../support/operator-steps.ts";

describe("an operator's message", () => {
  test("goes to the Telegram chat of its conversation", () => {
    const to = { conversationId: "tg-700-42", chatId: "42", where: {} };

    expect(operatorSteps()).toEqual([
      { name: "send-text", to, message: { text: "How can we help?", options: {} } },
    ]);
  });

  test.each<{ name: string; facts: Partial<OperatorMessageFacts>; topicId: string }>([
    { name: "the customer's current topic", facts: {}, topicId: "78" },
    { name: "the topic of the message it replies to", facts: { repliesTo: "12" }, topicId: "77" },
  ])("goes to $name", ({ facts, topicId }) => {
    const conversation = { conversationId: "tg-700-42", topics: ["10:77", "20:78"] };

    const steps = operatorSteps({}, { conversation, ...facts });

    expect(steps).toMatchObject([{ to: { where: { topicId } }, message: { options: facts } }]);
  });

  test("has a note when it quotes a message into another topic, and none otherwise", () => {
    const conversation = { conversationId: "tg-700-42", topics: ["10:77", "20:78"] };
    const to = (repliesTo?: string) =>
      operatorSteps({}, { conversation, repliesTo }).map((step) => "to" in step && step.to);

    expect(to("12")).toMatchObject([{ where: { topicId: "77" }, isOtherTopic: true }]);
    expect(to()).toMatchObject([{ where: { topicId: "78" } }]);
    expect(to()).not.toMatchObject([{ isOtherTopic: true }]);
  });

  test("of 10,000 characters is sent in as many messages as Telegram needs", () => {
    const text = "слово ".repeat(1667).trim();

    const texts = textsIn(operatorSteps({ content: { type: "text", text } }));

    expect(texts.join("")).toBe(text);
    expect(texts.map(({ length }) => length <= 4096)).toEqual([true, true, true]);
  });

  test.each([
    {
      content: { type: "location", latitude: 55.7, longitude: 37.6, text: "Here" },
      text: "Here\nhttps://maps.google.com/?q=55.7,37.6",
    },
    { content: { type: "contact", name: "Ann", phone: "+1" }, text: "Ann +1" },
    { content: { type: "unsupported", kind: "hologram", text: "See this" }, text: "See this" },
  ] as const)("of type $content.type is sent as a text", ({ content, text }) => {
    expect(textsIn(operatorSteps({ content }))).toEqual([text]);
  });

  test.each([
    {
      name: "without a conversation of the bridge",
      event: { conversationId: undefined },
      reason: "write-first",
    },
    {
      name: "of another bot",
      event: { conversationId: "tg-999-42" },
      reason: "foreign-conversation",
    },
    {
      name: "of another channel",
      event: { conversationId: "my_int-d5a4" },
      reason: "foreign-conversation",
    },
    ...[
      { name: "of a group", conversationId: "tg-700--42" },
      { name: "with a zero before its chat", conversationId: "tg-700-042" },
      { name: "with a zero before its bot", conversationId: "tg-0700-42" },
      { name: "of 5,000 digits", conversationId: `tg-700-${"4".repeat(5000)}` },
    ].map(({ name, conversationId }) => ({
      name,
      event: { conversationId },
      reason: "foreign-conversation" as const,
    })),
    {
      name: "of an unsupported kind",
      event: { content: { type: "unsupported", kind: "hologram" } },
      reason: "kind-not-supported",
    },
    {
      name: "of an unsupported kind with a blank text",
      event: { content: { type: "unsupported", kind: "hologram", text: " \n" } },
      reason: "kind-not-supported",
    },
    { name: "without text", event: { content: { type: "text", text: "" } }, reason: "empty-text" },
    {
      name: "of filler characters alone",
      event: { content: { type: "text", text: "\u3164\u200b" } },
      reason: "empty-text",
    },
    {
      name: "of white space",
      event: { content: { type: "text", text: " \n " } },
      reason: "empty-text",
    },
  ] as const)("$name is parked as $reason", ({ event, reason }) => {
    expect(operatorWork(event)).toMatchObject({ kind: "park", reason });
  });

  test.each(["blocked", "deactivated"] as const)(
    "to a customer known as %s fails at once",
    (reachability) => {
      const conversation = { conversationId: "tg-700-42", reachability };

      expect(operatorWork({}, { conversation })).toMatchObject({
        kind: "park",
        reason: reachability,
      });
    },
  );

  test("that comes after a later one has its time, in the customer's language", () => {
    const conversation = { conversationId: "tg-700-42", language: "ru" } as const;
    const sentAtMillis = Date.parse("2026-01-02T03:04:05Z");
    const nowMillis = sentAtMillis + 60_000;

    const steps = operatorSteps({ sentAtMillis }, { conversation, isLate: true, nowMillis });

    expect(textsIn(steps)).toEqual(["[написано 03:04 UTC] How can we help?"]);
  });

  describe("without room for such a note", () => {
    const text = "word ".repeat(2000).trim();
    const note = "[written 1970-01-01 00:00 UTC]";
    const event = { content: { type: "text", text }, sentAtMillis: 0 } as const;
    const texts = textsIn(operatorSteps(event));
    /** The steps of an attempt after the completed ones, until it stops. */
    const attempt = (isLate: boolean, done: readonly Step[], stopsAfter = Infinity) => {
      const work = operatorWork(event, { isLate }) as StepsDecision;
      const steps = [...done];
      while (steps.length < stopsAfter) {
        const records = steps.map(({ name }, index): StepRecord => ({
          step: name,
          id: `${index}`,
        }));
        const step = stepAfter(work, records);
        if (step === undefined) break;
        steps.push(step);
      }
      return steps;
    };
    const stops = [...texts.keys(), texts.length].map((index) => index + 1);

    test.each(stops)(
      "has the note in a message before it, once, whichever attempt continues after %i",
      (at) => {
        for (const isStillLate of [true, false]) {
          const steps = attempt(isStillLate, attempt(true, [], at));

          expect(textsIn(steps)).toEqual([note, ...texts]);
        }
      },
    );

    test.each(stops.slice(0, -1))(
      "has no note when its beginning is sent already, after %i",
      (at) => {
        const steps = attempt(true, attempt(false, [], at));

        expect(textsIn(steps)).toEqual(texts);
      },
    );
  });
});
