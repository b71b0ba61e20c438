import { describe, expect, test } from "@jest/globals";
import { stepAfter } from "../../../lambdas/delivery/attempt.ts";
import type { StepsDecision } from "../../../lambdas/delivery/attempt.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { OperatorEvent } from "../../../lambdas/model/message.ts";
import { operatorSteps, operatorWork, textsIn } from "../../support/operator-steps.ts";

const media: Media = { kind: "picture", source: "https://amojo.amocrm.ru/1", fileName: "a.jpg" };
const sticker: Media = { ...media, kind: "sticker" };
const buttons = [[{ text: "Yes" }, { text: "No" }]];

describe("an operator's message with a file", () => {
  test("has a caption of up to 1,024 characters under the file", () => {
    const text = "x".repeat(1024);

    expect(operatorSteps({ content: { type: "media", media, text } })).toEqual([
      {
        name: "send-file",
        to: { conversationId: "tg-700-42", chatId: "42", where: {} },
        media,
        way: "as-itself",
        caption: text,
        linkText: `${text}\n\nA file for you: a.jpg\n${media.source}`,
        options: {},
      },
    ]);
  });

  test("has its buttons under the caption when the caption has room for their words", () => {
    const text = "x".repeat(1024 - "\n\n• Yes\n• No".length);

    const fitting = operatorSteps({ content: { type: "media", media, text }, buttons });
    const longer = operatorSteps({ content: { type: "media", media, text: `${text}x` }, buttons });

    expect(fitting).toMatchObject([{ name: "send-file", caption: text, options: { buttons } }]);
    expect(longer).toMatchObject([
      { name: "send-file", caption: "", options: {} },
      { name: "send-text", message: { text: `${text}x`, options: { buttons } } },
    ]);
    expect(longer[0]).not.toHaveProperty("options.buttons");
  });

  test("without text has its buttons under a file", () => {
    expect(operatorSteps({ content: { type: "media", media }, buttons })).toMatchObject([
      { name: "send-file", caption: "", options: { buttons } },
    ]);
  });

  test("without text has its buttons after a sticker, under their own labels", () => {
    const steps = operatorSteps({ content: { type: "media", media: sticker }, buttons });

    expect(steps).toMatchObject([
      { name: "send-file", caption: "" },
      { name: "send-text", message: { text: "Yes\nNo", options: { buttons } } },
    ]);
    expect(steps[0]).toHaveProperty("options", {});
  });

  test("has a longer text after the file as a whole, with the buttons under its end", () => {
    const text = "word ".repeat(1000).trim();

    const steps = operatorSteps({ content: { type: "media", media, text }, buttons });

    expect(
      steps.map((step) => [
        step.name,
        "message" in step && "text" in step.message ? step.message.options : undefined,
      ]),
    ).toEqual([
      ["send-file", undefined],
      ["send-text", {}],
      ["send-text", { buttons }],
    ]);
    expect(steps[0]).toHaveProperty("options", {});
    expect(textsIn(steps).join("")).toBe(text);
  });

  test("has the text after a sticker, which cannot have one", () => {
    const steps = operatorSteps({ content: { type: "media", media: sticker, text: "Hi" } });

    expect(steps.map(({ name }) => name)).toEqual(["send-file", "send-text"]);
    expect(textsIn(steps)).toEqual(["", "Hi"]);
  });

  test("that Telegram refuses is sent as a document, then as a link", () => {
    const work = operatorWork({ content: { type: "media", media, text: "Hi" } }) as StepsDecision;
    const refused: StepRecord = { step: "send-file", outcome: "refused" };

    expect(stepAfter(work, [refused])).toMatchObject({ way: "as-document", caption: "Hi" });
    expect(stepAfter(work, [refused, refused])).toMatchObject({ way: "as-link", caption: "Hi" });
  });
});

describe("an operator's late file", () => {
  const note = "[written 1970-01-01 00:00 UTC]";
  const long = "x".repeat(1024);
  const of = (text: string): Partial<OperatorEvent> => ({
    sentAtMillis: 0,
    content: { type: "media", media, text },
  });

  test("has its time in the caption, or before a file without room for it", () => {
    const full = operatorSteps(of(long), { isLate: true });

    expect(textsIn(operatorSteps(of("Hi"), { isLate: true }))).toEqual([`${note} Hi`]);
    expect(full.map(({ name }) => name)).toEqual(["send-preface", "send-file"]);
    expect(textsIn(full)).toEqual([note, long]);
  });

  const preface: StepRecord = { step: "send-preface", id: "101" };
  const refused: StepRecord = { step: "send-file", outcome: "refused" };

  test.each([
    {
      name: "it is retried after an attempt that stopped after its time",
      done: [preface],
      way: "as-itself",
    },
    {
      name: "it is refused as a picture after its time",
      done: [preface, refused],
      way: "as-document",
    },
    {
      name: "it is refused as a picture while it was not late",
      done: [refused],
      way: "as-document",
    },
  ])(
    "without room for its time has the time before it at most once, when $name",
    ({ done, way }) => {
      const work = operatorWork(of(long), { isLate: true }) as StepsDecision;

      expect(stepAfter(work, done)).toMatchObject({ name: "send-file", way, caption: long });
    },
  );
});

describe("an operator's reply to a message", () => {
  const quote = { amocrmMessageId: "amojo-1", text: "When?" };

  test("replies to the message found in Telegram, with its first part alone", () => {
    const text = "word ".repeat(1000).trim();
    const event: Partial<OperatorEvent> = { content: { type: "text", text }, quote };

    const steps = operatorSteps(event, { repliesTo: "9" });

    expect(steps).toMatchObject([
      { message: { options: { repliesTo: "9" } } },
      { message: { options: {} } },
    ]);
    expect(steps[1]).toHaveProperty("message.options", {});
    expect(textsIn(steps).join("")).toBe(text);
  });

  test("replies with its file", () => {
    const content = { type: "media", media, text: "Here" } as const;

    expect(operatorSteps({ content, quote }, { repliesTo: "9" })).toMatchObject([
      { name: "send-file", caption: "Here", options: { repliesTo: "9" } },
    ]);
  });

  test("quotes the text of a message that was not found", () => {
    const steps = operatorSteps({ quote });

    expect(textsIn(steps)).toEqual(["> When?\nHow can we help?"]);
    expect(steps[0]).toHaveProperty("message.options", {});
  });
});
