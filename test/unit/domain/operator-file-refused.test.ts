import { describe, expect, test } from "@jest/globals";
import { fileStep } from "../../../lambdas/domain/operator-file.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { CustomerMessenger } from "../../../lambdas/ports/customer-messenger.ts";
import { anEntry } from "../../support/events.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

const buttons = [[{ text: "Yes" }, { text: "Call", url: "tel:+15550100" }]];
const media: Media = { kind: "picture", source: "https://amojo.example/1", fileName: "face.jpg" };
const refused = (blames: "buttons" | "quote") =>
  new PermanentFailure("refused-by-telegram", "Telegram answered 400", { blames });

/** Sends the picture with its buttons in answer to a message; it can be fetched three times. */
const sendBy = async (
  messenger: CustomerMessenger,
  done: readonly StepRecord[] = [],
  attempts = 0,
) => {
  const options = { buttons, repliesTo: "7" };
  const sending = { media, chatId: "42", caption: "Look", language: "en", options } as const;
  const bytes = () => aFile("bytes of the file");
  const operatorFiles = fakeFiles(bytes(), bytes(), bytes());
  const inspect = () => ({ isVoice: false, picture: { width: 800, height: 600 } });
  const step = fileStep(sending, done, { messenger, operatorFiles, inspect });
  return step?.run(anEntry({ attempts }));
};

describe("a file whose company Telegram refuses is sent as what it is", () => {
  test.each([
    {
      name: "without its buttons, these in words",
      sends: [refused("buttons"), "103"] as const,
      last: { text: "Look\n\n• Yes\n• Call: tel:+15550100", options: { repliesTo: "7" } },
    },
    {
      name: "without what it answers",
      sends: [refused("quote"), "103"] as const,
      last: { text: "Look", options: { buttons } },
    },
    {
      name: "without both",
      sends: [refused("quote"), refused("buttons"), "103"] as const,
      last: { text: "Look\n\n• Yes\n• Call: tel:+15550100", options: {} },
    },
  ])("$name", async ({ sends, last }) => {
    const messenger = aFakeMessenger({ sends });

    expect(await sendBy(messenger)).toEqual({ id: "103" });
    expect(messenger.sent.map(({ as }) => as)).toEqual(sends.map(() => "photo"));
    expect(messenger.sent.at(-1)).toMatchObject({ bytes: "bytes of the file", ...last });
    expect(messenger.sent.at(-1)?.options).toEqual(last.options);
  });

  test("as a document without all of it, where Telegram does not say what it refuses", async () => {
    const messenger = aFakeMessenger({
      sends: [new PermanentFailure("refused-by-telegram"), "103"],
    });

    expect(await sendBy(messenger, [{ step: "send-file", outcome: "refused" }])).toEqual({
      id: "103",
    });
    expect(messenger.sent.map(({ as }) => as)).toEqual(["document", "document"]);
    expect(messenger.sent.at(-1)).toMatchObject({
      text: "Look\n\n• Yes\n• Call: tel:+15550100",
      options: {},
    });
  });

  test("and falls down its ladder where the refusal stays although all of that is gone", async () => {
    const messenger = aFakeMessenger({
      sends: [refused("quote"), refused("buttons"), refused("quote")],
    });

    expect(await sendBy(messenger)).toEqual({ outcome: "refused" });
  });
});

describe("a file that meets trouble within Telegram", () => {
  const trouble = new TransientFailure("Telegram answered 400", { mostAttempts: 5 });

  test("waits for better times", async () => {
    await expect(sendBy(aFakeMessenger({ sends: [trouble] }), [], 4)).rejects.toBe(trouble);
  });

  test("goes another way when it stays", async () => {
    expect(await sendBy(aFakeMessenger({ sends: [trouble] }), [], 5)).toEqual({
      outcome: "refused",
    });
  });

  test("fails by it when there is no other way", async () => {
    const done = Array.from(
      { length: 2 },
      (): StepRecord => ({ step: "send-file", outcome: "refused" }),
    );
    await expect(sendBy(aFakeMessenger({ sends: [trouble] }), done, 9)).rejects.toBe(trouble);
  });
});
