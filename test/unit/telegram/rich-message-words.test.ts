import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { wordsOf } from "../../../lambdas/telegram/decode/content.ts";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";
import { richMessages, wordsIn } from "../../support/rich-messages.ts";

const wordsShown = (body: Uint8Array): string => {
  const event = decodeUpdate(body, botId);
  const contents = "content" in event ? [event.content, ...(event.further ?? [])] : [];
  return contents.map(wordsOf).join("\n");
};

describe("a rich message with arbitrary content", () => {
  test("shows every word once and in order", () => {
    fc.assert(
      fc.property(richMessages, ({ value, words }) => {
        const update = aTelegramUpdate({ text: undefined, rich_message: value });

        const all = wordsShown(bytesOf(update));

        expect(wordsIn(all)).toEqual(words);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { name: "blocks", open: '{"type":"blockquote","blocks":[', close: "]}" },
    { name: "lists", open: '{"type":"list","items":[{"label":"1.","blocks":[', close: "]}]}" },
    { name: "texts", open: '{"type":"paragraph","text":', close: "}" },
    { name: "arrays", open: "[", close: "]" },
    { name: "unknown things", open: '{"hologram":', close: "}" },
  ])("loses no word of $name a hundred thousand levels deep", ({ open, close }) => {
    const levels = 100_000;
    const deep = `${open.repeat(levels)}${open.endsWith("[") ? '{"type":"paragraph","text":"found"}' : '"found"'}${close.repeat(levels)}`;
    const body = `{"update_id":1,"message":{"message_id":5,"chat":{"id":42,"type":"private"},"rich_message":{"blocks":[${deep}]}}}`;

    const all = wordsShown(Buffer.from(body));

    expect(all.match(/found/g)).toHaveLength(1);
  });
});
