import { describe, expect, test } from "@jest/globals";
import { renderText } from "../../../lambdas/telegram/decode/entities.ts";
import { Page, richText } from "../../../lambdas/telegram/decode/rich-text.ts";

const words = (value: unknown) => richText(value, new Page());

describe("formatted text", () => {
  const entities = (type: string, more = {}) => [{ type, offset: 4, length: 4, ...more }];

  test.each([
    { type: "strikethrough", more: {} },
    { type: "spoiler", more: {} },
    { type: "code", more: {} },
    { type: "bold", more: {} },
    { type: "text_mention", more: { user: { id: 7 } } },
    { type: "date_time", more: { unix_time: 1_647_531_900 } },
  ])("has the marks of ordinary text: $type", ({ type, more }) => {
    expect(words(["see ", { type, text: "here", ...more }, " now"])).toBe(
      renderText("see here now", entities(type, more)),
    );
  });

  test.each([
    {
      part: { type: "url", text: "the page", url: "https://a.example/x" },
      text: "the page (https://a.example/x)",
    },
    { part: { type: "url", text: "a.example", url: "https://a.example/" }, text: "a.example" },
    {
      part: { type: "email_address", text: "write", email_address: "a@b.example" },
      text: "write (a@b.example)",
    },
    { part: { type: "mention", text: "@ivan", username: "ivan" }, text: "@ivan" },
    { part: { type: "custom_emoji", custom_emoji_id: "5", alternative_text: "🪑" }, text: "🪑" },
    { part: { type: "mathematical_expression", expression: "x^2" }, text: "x^2" },
    { part: { type: "anchor", name: "top" }, text: "" },
    { part: { type: "reference_link", text: "[1]", reference_name: "note-1" }, text: "[1]" },
    { part: { type: "spoiler", text: { type: "spoiler", text: "x" } }, text: "||x||" },
    { part: { type: "hologram", text: "x", tip: "y", align: "left" }, text: "x (y)" },
  ])("shows $text for $part.type", ({ part, text }) => {
    expect(words(part)).toBe(text);
  });
});
