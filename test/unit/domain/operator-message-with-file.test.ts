import { describe, expect, test } from "@jest/globals";
import { operatorToCustomer } from "../../../lambdas/domain/operator-to-customer.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import type { OperatorEvent } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anOperatorEvent } from "../../support/events.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

const media: Media = { kind: "picture", source: "https://amojo.amocrm.ru/1", fileName: "a.jpg" };
const buttons = [[{ text: "Yes" }, { text: "No" }]];
const inspect = () => ({ isVoice: false, picture: { width: 10, height: 10 } });

/** What the customer gets of a message, and what the ledger keeps. */
const delivered = async (
  changes: Partial<OperatorEvent>,
  {
    isLate = false,
    attempts = 1,
    messenger = aFakeMessenger(),
    telegramMessageOf = async (_id: string) => undefined as string | undefined,
  } = {},
) => {
  const operatorFiles = fakeFiles(aFile("bytes"));
  const deps = jobDependencies({ messenger, operatorFiles, inspect, telegramMessageOf });
  const work = await operatorToCustomer(anOperatorEvent(changes), { isLate }, deps);
  const bench = aDeliveryBench({ work: async () => work });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await bench.attempt();
    bench.clock.advance(600_000);
  }
  return { sent: messenger.sent, entry: bench.entry(), ledger: bench.ledger };
};

describe("an operator's message with a file", () => {
  test("has a caption of up to 1,024 characters under the file", async () => {
    const text = "x".repeat(1024);

    const { sent } = await delivered({ content: { type: "media", media, text } });

    expect(sent).toMatchObject([{ as: "photo", text }]);
  });

  test("has its buttons under the caption, as long as that has room for their words", async () => {
    const spelledOut = "\n\n• Yes\n• No";
    const text = "x".repeat(1024 - spelledOut.length);

    const fitting = await delivered({ content: { type: "media", media, text }, buttons });
    const longer = await delivered({
      content: { type: "media", media, text: `${text}x` },
      buttons,
    });

    expect(fitting.sent).toMatchObject([{ as: "photo", text, options: { buttons } }]);
    expect(longer.sent).toMatchObject([
      { as: "photo", text: "", options: {} },
      { text: `${text}x`, options: { buttons } },
    ]);
  });

  test.each([
    { name: "under a file", media, kinds: ["photo"] },
    {
      name: "behind a sticker, under their own labels",
      media: { ...media, kind: "sticker" as const },
      kinds: ["photo", undefined],
    },
  ])("without words has its buttons $name", async ({ media: file, kinds }) => {
    const { sent } = await delivered({ content: { type: "media", media: file }, buttons });

    expect(sent.map(({ as }) => as)).toEqual(kinds);
    expect(sent.at(-1)).toMatchObject({
      text: kinds.length === 1 ? "" : "Yes\nNo",
      options: { buttons },
    });
  });

  test("has a longer text behind the file, whole, with the buttons under its end", async () => {
    const text = "word ".repeat(1000).trim();

    const { sent } = await delivered({ content: { type: "media", media, text }, buttons });

    expect(sent.map(({ as, options }) => [as, options?.buttons])).toEqual([
      ["photo", undefined],
      [undefined, undefined],
      [undefined, buttons],
    ]);
    expect(sent.map((each) => each.text).join("")).toBe(text);
  });

  test("has the text behind a sticker, which can hold none", async () => {
    const content = { type: "media", media: { ...media, kind: "sticker" }, text: "Hi" } as const;

    const { sent } = await delivered({ content });

    expect(sent.map(({ text }) => text)).toEqual(["", "Hi"]);
  });

  test("that is late says its time in the caption, or before a file that leaves no room for it", async () => {
    const late = { isLate: true };
    const long = "x".repeat(1024);
    const of = (text: string): Partial<OperatorEvent> => ({
      sentAtMillis: 0,
      content: { type: "media", media, text },
    });

    const short = await delivered(of("Hi"), late);
    const full = await delivered(of(long), late);

    expect(short.sent).toMatchObject([{ text: "[written 1970-01-01 00:00 UTC] Hi" }]);
    expect(full.sent.map(({ text }) => text)).toEqual(["[written 1970-01-01 00:00 UTC]", long]);
  });
});

describe("an operator's late file without room for its time", () => {
  const text = "x".repeat(1024);
  const late = { sentAtMillis: 0, content: { type: "media", media, text } } as const;
  const trouble = new TransientFailure("Telegram answered 502");
  const refusal = new PermanentFailure("refused-by-telegram");

  test.each([
    { name: "fails and is sent again", sends: ["101", trouble, "102"] as const },
    {
      name: "is refused as a picture and goes as a document",
      sends: ["101", refusal, "102"] as const,
    },
  ])("has it before once, also when it $name", async ({ sends }) => {
    const messenger = aFakeMessenger({ sends });

    const { sent } = await delivered(late, { isLate: true, messenger, attempts: 2 });

    expect(sent.map((each) => each.text)).toEqual(["[written 1970-01-01 00:00 UTC]", text, text]);
  });
});

describe("an operator's answer to a message", () => {
  const quote = { amocrmMessageId: "amojo-1", text: "When?" };

  test("answers the customer's message in Telegram, known by our name of it", async () => {
    const { sent } = await delivered({ quote: { ...quote, msgid: "tg-700-42-9" } });

    expect(sent).toMatchObject([{ text: "How can we help?", options: { repliesTo: "9" } }]);
  });

  test("answers the operator's own message, found by the ledger", async () => {
    const telegramMessageOf = async (id: string) => (id === "amojo-1" ? "77" : undefined);

    const { sent } = await delivered({ quote }, { telegramMessageOf });

    expect(sent).toMatchObject([{ options: { repliesTo: "77" } }]);
  });

  test("quotes the words of one that is not known", async () => {
    const { sent } = await delivered({ quote });

    expect(sent).toEqual([{ chatId: "42", text: "> When?\nHow can we help?" }]);
  });
});
