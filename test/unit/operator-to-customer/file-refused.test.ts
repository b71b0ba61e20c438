import { describe, expect, test } from "@jest/globals";
import type { StepOf } from "../../../lambdas/delivery/step.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CustomerMessenger } from "../../../lambdas/model/messenger.ts";
import { anEntry } from "../../support/events.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";

const buttons = [[{ text: "Yes" }, { text: "Call", url: "tel:+15550100" }]];
const media: Media = { kind: "picture", source: "https://amojo.example/1", fileName: "face.jpg" };
const topicId = "77";
const refused = (blames: "buttons" | "quote" | "topic") =>
  new PermanentFailure("refused-by-telegram", "Telegram answered 400", { blames });

/** Sends the picture with its buttons as a reply to a message. It can be downloaded three times. */
const send = async (
  messenger: CustomerMessenger,
  way: StepOf<"send-file">["way"] = "as-itself",
  attempts = 0,
) => {
  const bytes = () => aFile("bytes of the file");
  const operatorFiles = fakeFiles(bytes(), bytes(), bytes());
  const inspect = () => ({ isVoice: false, picture: { width: 800, height: 600 } });
  const step: StepOf<"send-file"> = {
    name: "send-file",
    to: { conversationId: "tg-700-42", chatId: "42", where: { topicId } },
    media,
    way,
    caption: "Look",
    linkText: `Look\n\n${media.source}`,
    options: { buttons, repliesTo: "7" },
  };
  const { run } = routingDependencies({ messenger, operatorFiles, inspect });
  return run(step, anEntry({ attempts }));
};

describe("a file whose attributes Telegram refuses is sent in its own kind", () => {
  test.each([
    {
      name: "without its buttons, which become words",
      sends: [refused("buttons"), "103"] as const,
      last: { text: "Look\n\n• Yes\n• Call: tel:+15550100", options: { topicId, repliesTo: "7" } },
    },
    {
      name: "without the quoted message",
      sends: [refused("quote"), "103"] as const,
      last: { text: "Look", options: { topicId, buttons } },
    },
    {
      name: "outside of its topic",
      sends: [refused("topic"), "103"] as const,
      last: { text: "Look", options: { buttons, repliesTo: "7" } },
    },
    {
      name: "without its buttons and the quoted message",
      sends: [refused("quote"), refused("buttons"), "103"] as const,
      last: { text: "Look\n\n• Yes\n• Call: tel:+15550100", options: { topicId } },
    },
  ])("$name", async ({ sends, last }) => {
    const messenger = aFakeMessenger({ sends });

    expect(await send(messenger)).toEqual({ id: "103" });
    expect(messenger.sent.map(({ as }) => as)).toEqual(sends.map(() => "photo"));
    expect(messenger.sent.at(-1)).toMatchObject({ bytes: "bytes of the file", ...last });
    expect(messenger.sent.at(-1)?.options).toEqual(last.options);
  });

  test("as a document without all attributes, when Telegram does not name the refused one", async () => {
    const messenger = aFakeMessenger({
      sends: [new PermanentFailure("refused-by-telegram"), "103"],
    });

    expect(await send(messenger, "as-document")).toEqual({
      id: "103",
    });
    expect(messenger.sent.map(({ as }) => as)).toEqual(["document", "document"]);
    expect(messenger.sent.at(-1)).toMatchObject({
      text: "Look\n\n• Yes\n• Call: tel:+15550100",
      options: { topicId },
    });
  });

  test("and falls back to the next form when the refusal persists without all attributes", async () => {
    const messenger = aFakeMessenger({
      sends: [refused("quote"), refused("buttons"), refused("quote")],
    });

    expect(await send(messenger)).toEqual({ outcome: "refused" });
  });
});

describe("a file that Telegram fails to process", () => {
  const trouble = new TransientFailure("Telegram answered 400", { mostAttempts: 5 });

  test("is retried later", async () => {
    await expect(send(aFakeMessenger({ sends: [trouble] }), "as-itself", 4)).rejects.toBe(trouble);
  });

  test("is sent in another form when the failure persists", async () => {
    expect(await send(aFakeMessenger({ sends: [trouble] }), "as-itself", 5)).toEqual({
      outcome: "refused",
    });
  });

  test("fails when there is no other form", async () => {
    await expect(send(aFakeMessenger({ sends: [trouble] }), "as-link", 9)).rejects.toBe(trouble);
  });
});
