import { describe, expect, test } from "@jest/globals";
import type { CustomerMessenger } from "../../../lambdas/ports/customer-messenger.ts";
import { stepAfter as nextStepOf } from "../../../lambdas/domain/delivery.ts";
import type { Work } from "../../../lambdas/domain/delivery.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import { operatorToCustomer } from "../../../lambdas/domain/operator-to-customer.ts";
import { anEntry, anOperatorEvent } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";

const outside = (messenger: CustomerMessenger) => jobDependencies({ messenger });
const nextStep = (work: Work, done: readonly StepRecord[]) =>
  work.kind === "steps" ? nextStepOf(work, done) : undefined;

describe("an operator's message", () => {
  test("goes to the Telegram chat that its conversation names", async () => {
    const messenger = aFakeMessenger({ sends: ["101"] });

    const work = await operatorToCustomer(anOperatorEvent(), {}, outside(messenger));
    const ids = await Promise.all(stepsOf(work).map((step) => step.run(anEntry())));

    expect(ids).toEqual([{ id: "101" }]);
    expect(messenger.sent).toEqual([{ chatId: "42", text: "How can we help?" }]);
  });

  test.each([
    { name: "the topic where the customer is", quote: undefined, options: { topicId: "78" } },
    {
      name: "that of the message it answers",
      quote: { msgid: "tg-700-42-12", text: "Where?" },
      options: { topicId: "77", repliesTo: "12" },
    },
  ])("goes to $name", async ({ quote, options }) => {
    const messenger = aFakeMessenger();
    const conversation = { conversationId: "tg-700-42", topics: ["10:77", "20:78"] };
    const event = anOperatorEvent(quote === undefined ? {} : { quote });

    const work = await operatorToCustomer(event, { conversation }, outside(messenger));
    await stepsOf(work)[0]?.run(anEntry());

    expect(messenger.sent).toMatchObject([{ options }]);
  });

  test("that quotes into another topic is remembered there, and is not sent again where it cannot be", async () => {
    const topics = ["10:77", "20:78"];
    const quoting = anOperatorEvent({ quote: { msgid: "tg-700-42-12", text: "Where?" } });
    const conversation = { conversationId: "tg-700-42", topics };
    const sent = async (isBroken: boolean) => {
      const messenger = aFakeMessenger({ sends: ["30"] });
      const deps = outside(messenger);
      await deps.conversations.update("tg-700-42", { topics });
      const update = async () => {
        throw new Error("no table");
      };
      if (isBroken) deps.conversations.update = update;
      const work = await operatorToCustomer(quoting, { conversation }, deps);
      const id = await partsOf(work)[0]?.send(anEntry());
      return { id, topics: (await deps.conversations.find("tg-700-42"))?.topics };
    };

    expect(await sent(false)).toEqual({ id: "30", topics: ["30=:77", ...topics] });
    expect(await sent(true)).toEqual({ id: "30", topics });
  });

  test("of 10,000 characters goes in as many messages as Telegram needs", async () => {
    const messenger = aFakeMessenger();
    const text = "слово ".repeat(1667).trim();

    const work = await operatorToCustomer(
      anOperatorEvent({ content: { type: "text", text } }),
      {},
      outside(messenger),
    );
    for (const step of stepsOf(work)) await step.run(anEntry());

    expect(messenger.sent.map((sent) => sent.text).join("")).toBe(text);
    expect(messenger.sent.map((sent) => sent.text.length <= 4096)).toEqual([true, true, true]);
  });

  test.each([
    {
      content: { type: "location", latitude: 55.7, longitude: 37.6, text: "Here" },
      text: "Here\nhttps://maps.google.com/?q=55.7,37.6",
    },
    { content: { type: "contact", name: "Ann", phone: "+1" }, text: "Ann +1" },
    { content: { type: "unsupported", kind: "hologram", text: "See this" }, text: "See this" },
  ] as const)("of type $content.type is said in words", async ({ content, text }) => {
    const messenger = aFakeMessenger();

    const work = await operatorToCustomer(anOperatorEvent({ content }), {}, outside(messenger));
    await stepsOf(work)[0]?.run(anEntry());

    expect(messenger.sent).toMatchObject([{ text }]);
  });

  test("is repeated only after a harmless call to the chat, because Telegram knows no repeats", async () => {
    const messenger = aFakeMessenger();

    const work = await operatorToCustomer(anOperatorEvent(), {}, outside(messenger));
    await stepsOf(work)[0]?.beforeRepeat?.();

    expect(messenger.touched()).toBe(1);
    expect(messenger.sent).toEqual([]);
  });

  test.each([
    {
      name: "without a conversation of ours",
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
      name: "of a kind that is not carried over",
      event: { content: { type: "unsupported", kind: "hologram" } },
      reason: "kind-not-supported",
    },
    {
      name: "of such a kind with blanks for words",
      event: { content: { type: "unsupported", kind: "hologram", text: " \n" } },
      reason: "kind-not-supported",
    },
    { name: "without text", event: { content: { type: "text", text: "" } }, reason: "empty-text" },
    {
      name: "of fillers alone",
      event: { content: { type: "text", text: "\u3164\u200b" } },
      reason: "empty-text",
    },
    {
      name: "of white space",
      event: { content: { type: "text", text: " \n " } },
      reason: "empty-text",
    },
  ] as const)("$name is parked as $reason", async ({ event, reason }) => {
    const work = await operatorToCustomer(anOperatorEvent(event), {}, outside(aFakeMessenger()));

    expect(work).toMatchObject({ kind: "park", reason });
  });

  test.each(["blocked", "deactivated"] as const)(
    "to a customer known as %s fails at once",
    async (reach) => {
      const conversation = { conversationId: "tg-700-42", reach };
      const deps = outside(aFakeMessenger());

      const work = await operatorToCustomer(anOperatorEvent(), { conversation }, deps);

      expect(work).toMatchObject({ kind: "park", reason: reach });
    },
  );

  test("that comes after a later one says when it was written, in the customer's language", async () => {
    const messenger = aFakeMessenger();
    const conversation = { conversationId: "tg-700-42", language: "ru" } as const;
    const event = anOperatorEvent({ sentAtMillis: Date.parse("2026-01-02T03:04:05Z") });

    const said = { conversation, isLate: true };
    const work = await operatorToCustomer(event, said, outside(messenger));
    await stepsOf(work)[0]?.run(anEntry());

    expect(messenger.sent).toMatchObject([{ text: "[написано 03:04 UTC] How can we help?" }]);
  });

  describe("whose words leave no room for such a note", () => {
    const text = "word ".repeat(2000).trim();
    const note = "[written 1970-01-01 00:00 UTC]";
    const event = anOperatorEvent({ content: { type: "text", text }, sentAtMillis: 0 });
    const stepAfter = async (
      done: readonly StepRecord[],
      isLate: boolean,
      messenger = aFakeMessenger(),
    ) => {
      const work = await operatorToCustomer(event, { isLate }, outside(messenger));
      return nextStep(work, done);
    };
    /** Sends what an attempt sends until it stops; answers what is through then. */
    const attempt = async (
      isLate: boolean,
      done: StepRecord[],
      stopsAfter: number,
      messenger: ReturnType<typeof aFakeMessenger>,
    ) => {
      while (done.length < stopsAfter) {
        const step = await stepAfter(done, isLate, messenger);
        if (step === undefined) break;
        done.push({ step: step.name, ...(await step.run(anEntry())) });
      }
    };
    const whole = async () => {
      const messenger = aFakeMessenger();
      await attempt(false, [], Infinity, messenger);
      return messenger.sent.map((sent) => sent.text);
    };

    test("has it in a message before, once, whichever attempt sends the rest", async () => {
      const texts = await whole();
      for (let stopsAfter = 1; stopsAfter <= texts.length + 1; stopsAfter += 1) {
        for (const isStillLate of [true, false]) {
          const messenger = aFakeMessenger();
          const done: StepRecord[] = [];
          await attempt(true, done, stopsAfter, messenger);
          await attempt(isStillLate, done, Infinity, messenger);

          expect(messenger.sent.map((sent) => sent.text)).toEqual([note, ...texts]);
        }
      }
    });

    test("does without it where its beginning is through already", async () => {
      const texts = await whole();
      for (let stopsAfter = 1; stopsAfter <= texts.length; stopsAfter += 1) {
        const messenger = aFakeMessenger();
        const done: StepRecord[] = [];
        await attempt(false, done, stopsAfter, messenger);
        await attempt(true, done, Infinity, messenger);

        expect(messenger.sent.map((sent) => sent.text)).toEqual(texts);
      }
    });
  });
});
