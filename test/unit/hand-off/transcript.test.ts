import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { sentAtMillisOf } from "../../../lambdas/customer-to-operator/message.ts";
import type { LaterStep } from "../../../lambdas/customer-to-operator/message.ts";
import {
  forgetTranscript,
  inSteps,
  transcriptSteps,
  unseenNumbers,
} from "../../../lambdas/hand-off/transcript.ts";
import type { Step } from "../../../lambdas/delivery/step.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { aCustomerEvent, someSettings } from "../../support/events.ts";

const conversationId = "tg-700-42";
const acceptedAtMillis = 1_700_000_000_500;
const first: Step = { name: "catch-up" };
const forgetPast = forgetTranscript(conversationId);
const named = (text: string): LaterStep => {
  const to = { conversationId, chatId: "42" };
  return () => ({ name: "say", to, message: { text } });
};
const many = (count: number, what: string) =>
  Array.from({ length: count }, (_, index) => named(`${what} ${index}`));

/** The name of each step, in order. After `pastAt` steps the past expires. */
const carriedOut = (pastAt: (doneCount: number) => number, restCount: number) => {
  const done: StepRecord[] = [];
  const seen: string[] = [];
  for (;;) {
    const past = many(pastAt(done.length), "past");
    const work = inSteps({ first, past, forgetPast, rest: many(restCount, "rest") });
    if (work.kind !== "steps" || typeof work.steps !== "function") throw new Error("no steps");
    const step = work.steps(done);
    if (step === undefined) return seen;
    done.push({ step: step.name });
    seen.push(step.name === "say" && "text" in step.message ? step.message.text : step.name);
  }
};

describe("a hand-over step by step", () => {
  test("starts, shows the earlier messages, forgets them, and does the rest", () => {
    expect(carriedOut(() => 2, 2)).toEqual([
      "catch-up",
      "past 0",
      "past 1",
      "forget-transcript",
      "rest 0",
      "rest 1",
    ]);
  });

  test("does the rest once and in order, however much of the past expires meanwhile", () => {
    const most = fc.nat(6);
    fc.assert(
      fc.property(most, most, most, fc.nat(4), (before, after, expiresAt, restCount) => {
        const left = Math.min(before, after);
        const steps = carriedOut((done) => (done > expiresAt ? left : before), restCount);

        const ofPast = steps.filter((step) => step.startsWith("past"));
        expect(steps).toEqual([
          "catch-up",
          ...ofPast,
          "forget-transcript",
          ...Array.from({ length: restCount }, (_, index) => `rest ${index}`),
        ]);
        expect(ofPast).toEqual(many(ofPast.length, "past").map((_, index) => `past ${index}`));
        expect(ofPast.length).toBeGreaterThanOrEqual(left);
      }),
    );
  });
});

describe("the messages of a talk with the bot that operators have not seen", () => {
  test.each([
    { unseenCount: 0, length: 0, from: undefined },
    { unseenCount: 3, length: 3, from: 1 },
    { unseenCount: 200, length: 200, from: 1 },
    { unseenCount: 205, length: 200, from: 6 },
  ])("are the last $length of $saidCount messages", ({ unseenCount, length, from }) => {
    const numbers = unseenNumbers(unseenCount);

    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([
      length,
      from,
      from === undefined ? undefined : unseenCount,
    ]);
  });

  const event = aCustomerEvent({ content: { type: "text", text: "hello" } });
  const replies = [
    { text: "I am a bot.", telegramMessageId: "101" },
    { text: "Ask me.", telegramMessageId: "" },
  ];
  const stepsFor = (earlier: CustomerEvent, canSpeakAsBot: boolean) =>
    transcriptSteps(
      [{ event: earlier, acceptedAtMillis, replies }],
      someSettings({ canSpeakAsBot }),
    ).map((step) => step([{ step: "keep-file", id: "path-1.jpg" }]));

  test("are shown silently, each with the bot's answer, and left out after a third refusal", () => {
    const steps = stepsFor(event, true);

    const atMillis = sentAtMillisOf(event, acceptedAtMillis);
    expect(steps).toMatchObject([
      { name: "show-message", event, isSilent: true, skip: "refusal-after-three-failures" },
      { name: "show-bot-message", text: "I am a bot.", atMillis, telegramMessageId: "101" },
      { name: "show-bot-message", text: "Ask me.", atMillis, telegramMessageId: "" },
    ]);
    expect(steps.map(({ skip }) => skip)).toEqual([
      "refusal-after-three-failures",
      "any-after-two-failures",
      "any-after-two-failures",
    ]);
  });

  test("are the customer's alone when amoCRM knows no bot", () => {
    expect(stepsFor(event, false).map(({ name }) => name)).toEqual(["show-message"]);
  });

  test("have their files stored first", () => {
    const media = { kind: "picture", source: "file-1" } as const;
    const photo = aCustomerEvent({ content: { type: "media", media, text: "Look" } });

    expect(stepsFor(photo, false)).toMatchObject([
      { name: "keep-file", media, skip: "refusal-after-three-failures" },
      { name: "show-message", kept: { path: "path-1.jpg" }, skip: "refusal-after-three-failures" },
    ]);
  });
});
