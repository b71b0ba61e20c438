import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (message: object) =>
  decodeUpdate(bytesOf(aTelegramUpdate({ text: undefined, ...message })), botId);
const empty = { type: "unsupported", kind: "message" };
const linked = (url: string) => [{ type: "text_link", offset: 0, length: 1, url }];
const photo = [{ file_id: "p", file_unique_id: "p", width: 90, height: 60 }];

describe("a message of invisible characters", () => {
  test.each([
    "\u3164",
    "\u2800",
    "\u200b",
    "\u{e0041}\u{e007f}",
    "\ufe0f\ufe0e",
    " \u2800\n\u200b",
  ])("is empty: %j", (text) => {
    expect(decode({ text })).toMatchObject({ content: empty });
    expect(decode({ caption: text, photo })).toMatchObject({ content: { type: "media" } });
    expect(decode({ caption: text, photo })).not.toHaveProperty("content.text");
    const rich_message = { blocks: [{ type: "paragraph", text }] };
    expect(decode({ rich_message })).not.toMatchObject({ content: { type: "text" } });
    expect(decode({ rich_message, text: "in other words" })).toMatchObject({
      content: { type: "text", text: "in other words" },
    });
  });

  test("is empty with formatting around them", () => {
    const entities = [{ type: "spoiler", offset: 0, length: 1 }];

    expect(decode({ text: "\u2800", entities })).toMatchObject({ content: empty });
  });

  test("shows the target of its link, its only content", () => {
    const url = "https://example.com/~anna";
    const mention = [{ type: "text_mention", offset: 0, length: 1, user: { id: 8 } }];

    expect(decode({ text: "\u200b", entities: linked(url) })).toMatchObject({
      content: { type: "text", text: `(${url})` },
    });
    expect(decode({ caption: "\u2800", caption_entities: linked(url), photo })).toMatchObject({
      content: { type: "media", text: `(${url})` },
    });
    expect(decode({ text: "\u3164", entities: mention })).toMatchObject({
      content: { type: "text", text: "(tg://user?id=8)" },
    });
  });
});
