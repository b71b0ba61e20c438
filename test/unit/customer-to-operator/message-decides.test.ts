import { describe, expect, test } from "@jest/globals";
import {
  customerToOperator,
  sentAtMillisOf,
} from "../../../lambdas/customer-to-operator/message.ts";
import { stepAfter } from "../../../lambdas/delivery/attempt.ts";
import type { BridgeSettings } from "../../../lambdas/delivery/settings.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { aCustomerEvent, someSettings } from "../../support/events.ts";
import { stepsOf } from "../../support/steps.ts";

const start = (changes: Partial<CustomerEvent> = {}) =>
  aCustomerEvent({ content: { type: "text", text: "/start" }, command: "start", ...changes });

describe("the steps of a customer's message", () => {
  const acceptedAtMillis = 1_700_000_000_500;
  /** All of its steps when all of them succeed. */
  const stepsFor = (
    event: CustomerEvent,
    settings: Partial<BridgeSettings> = {},
    known?: Partial<Conversation>,
  ) => {
    const conversation = known && { ...known, conversationId: "tg-700-42" };
    return stepsOf(
      customerToOperator(event, acceptedAtMillis, conversation, someSettings(settings)),
    );
  };

  test("show it within Telegram's second, and nothing else", () => {
    const event = aCustomerEvent();

    expect(stepsFor(event)).toEqual([
      {
        name: "show-message",
        event,
        piece: { number: 1, msgid: "tg-700-42-5", content: event.content },
        isLast: true,
        sentAtMillis: 1_699_999_999_599,
        isSilent: false,
      },
    ]);
  });

  test("show a press at the time at which the queue accepted it", () => {
    expect(stepsFor(aCustomerEvent({ sentAtSeconds: undefined }))).toMatchObject([
      { name: "show-message", sentAtMillis: acceptedAtMillis },
    ]);
  });

  test.each([
    { command: "start", isSilent: true, isGreeted: true },
    { command: "help", isSilent: false, isGreeted: true },
    { command: "operator", isSilent: false, isGreeted: true },
    { command: "end", isSilent: false, isGreeted: false },
  ] as const)(
    "of /$command show it silently: $isSilent, and greet: $isGreeted",
    ({ command, isSilent, isGreeted }) => {
      const greeting = expect.stringMatching(/^Hello/);
      const event = start({ command });

      const steps = stepsFor(event);

      const sentAtMillis = sentAtMillisOf(event, acceptedAtMillis);
      expect(steps).toMatchObject([
        { name: "show-message", isSilent, sentAtMillis },
        ...(isGreeted
          ? [
              { name: "say", to: { chatId: "42" }, message: { text: greeting } },
              { name: "show-bot-message", text: greeting, atMillis: sentAtMillis },
            ]
          : []),
      ]);
    },
  );

  test("go on after a failed greeting, and after two failures of its copy", () => {
    expect(stepsFor(start()).map(({ skip }) => skip)).toEqual([
      undefined,
      "any-failure",
      "any-after-two-failures",
    ]);
  });

  test.each([
    { language: "ru", greeting: /^Здравствуйте/ },
    { language: "en", greeting: /^Hello/ },
  ] as const)("is greeted in $language", ({ language, greeting }) => {
    const customer = { id: "tg-42", name: "Anna", language };

    expect(stepsFor(start({ customer }))[1]).toMatchObject({
      message: { text: expect.stringMatching(greeting) },
    });
  });

  test("greet without a copy of the greeting when there is no channel bot", () => {
    expect(stepsFor(start(), { canSpeakAsBot: false }).map(({ name }) => name)).toEqual([
      "show-message",
      "say",
    ]);
  });

  const names = (steps: ReturnType<typeof stepsFor>) => steps.map(({ name }) => name);
  const answered = ["say", "show-bot-message"];

  test.each([
    { askPhone: "at-start", command: "start", known: {}, asks: true },
    { askPhone: "at-start", command: "operator", known: {}, asks: false },
    { askPhone: "when-called", command: "operator", known: {}, asks: true },
    { askPhone: "when-called", command: "start", known: {}, asks: false },
    { askPhone: "never", command: "start", known: {}, asks: false },
    { askPhone: "at-start", command: "start", known: { phoneState: "asked" }, asks: true },
    { askPhone: "at-start", command: "start", known: { phoneState: "shared" }, asks: false },
  ] as const)(
    "of /$command ask for the number: $asks ($askPhone, $known)",
    ({ askPhone, command, known, asks }) => {
      const steps = stepsFor(start({ command }), { askPhone }, known);

      expect(names(steps)).toEqual(["show-message", ...answered, ...(asks ? answered : [])]);
      const question = steps[3];
      expect(question && "remember" in question ? question.remember : undefined).toEqual(
        asks ? { phoneState: "asked" } : undefined,
      );
    },
  );

  test("of the customer's own number open the chat with it once and send thanks for it", () => {
    const event = aCustomerEvent({ ownPhone: "+15550100" });

    const [shown, say, copy] = stepsFor(event, { askPhone: "at-start" });

    expect(shown).toMatchObject({ name: "show-message", event: { ownPhone: "+15550100" } });
    expect(say).toMatchObject({
      message: { options: { keyboard: "remove" } },
      remember: { phoneState: "shared" },
    });
    expect(copy).toMatchObject({ name: "show-bot-message" });
    expect(copy).not.toMatchObject({ chat: { ownPhone: expect.anything() } });
  });

  describe("with files", () => {
    const media = (source: string) =>
      ({ type: "media", media: { kind: "picture", source } }) as const;
    const two = aCustomerEvent({ content: media("file-1"), further: [media("file-2")] });
    const tooLarge = { step: "keep-file", outcome: "too-large" } as const;
    const gone = { step: "keep-file", outcome: "unavailable" } as const;
    const kept = { step: "keep-file", id: "path-1.jpg" } as const;
    const shown = { step: "show-message", id: "amojo-1" } as const;

    /** The step after the completed ones. */
    const next = (event: CustomerEvent, done: StepRecord[], known?: Partial<Conversation>) => {
      const conversation = known && { ...known, conversationId: "tg-700-42" };
      const work = customerToOperator(event, acceptedAtMillis, conversation, someSettings());
      return work.kind === "steps" ? stepAfter(work, done) : undefined;
    };

    test("show the message piece by piece, and store each file before its piece", () => {
      expect(next(two, [])).toEqual({
        name: "keep-file",
        media: { kind: "picture", source: "file-1" },
      });
      expect(next(two, [kept])).toMatchObject({
        name: "show-message",
        isLast: false,
        kept: { path: "path-1.jpg" },
      });
      expect(next(two, [kept, shown])).toMatchObject({ media: { source: "file-2" } });
      expect(next(two, [kept, shown, tooLarge])).toMatchObject({
        name: "show-message",
        isLast: true,
        kept: { why: "tooLarge" },
      });
    });

    test.each([
      { name: "no notice when all files were stored", files: [kept, kept], notices: [] },
      {
        name: "one notice when one file was too large",
        files: [tooLarge, kept],
        notices: ["too large"],
      },
      {
        name: "one notice when one file was unavailable",
        files: [kept, gone],
        notices: ["send it once more"],
      },
      {
        name: "one notice when two files were unavailable",
        files: [gone, gone],
        notices: ["send it once more"],
      },
      {
        name: "one notice for each kind of problem",
        files: [gone, tooLarge],
        notices: ["too large", "send it once more"],
      },
    ])("send the customer $name, after the message itself", ({ files, notices }) => {
      const done: StepRecord[] = files.flatMap((file) => [file, shown]);
      const says = [];
      for (;;) {
        const step = next(two, done);
        if (step === undefined) break;
        says.push(step);
        done.push({ step: step.name, id: "101" });
      }

      expect(says).toMatchObject(
        notices.map((words) => ({
          name: "say",
          message: { text: expect.stringContaining(words) },
          skip: "any-after-two-failures",
        })),
      );
    });

    test("send the notice in the language that the customer chose", () => {
      const done = [gone, shown, kept, shown];

      expect(next(two, done, { languageChosen: "ru" })).toMatchObject({
        message: { text: expect.stringMatching(/^Ваш файл не дошёл/) },
      });
    });

    test("of a command greet after all of that", () => {
      const event = { ...two, command: "start" } as const;

      expect(next(event, [gone, shown, kept, shown])).toMatchObject({ name: "say" });
      expect(next(event, [gone, shown, kept, shown, { step: "say", id: "1" }])).toMatchObject({
        name: "say",
        message: { text: expect.stringMatching(/^Hello/) },
      });
    });
  });
});
