import { describe, expect, test } from "@jest/globals";
import { contentsWithin } from "../../../lambdas/telegram/decode/rich-message.ts";

describe("the texts inside an unknown object", () => {
  test.each([
    { thing: { note: "gently" }, words: "gently" },
    { thing: { deep: { er: [{ said: "hello" }, { said: "you" }] } }, words: "hello\nyou" },
    { thing: "just words", words: "just words" },
    { thing: { file_id: "AgAC", mime_type: "x/y", type: "new" }, words: "" },
    { thing: { from: { first_name: "Ann" } }, words: "" },
    { thing: { star_count: 5, id: 7 }, words: "star_count: 5" },
  ])("are '$words' in $thing", ({ thing, words }) => {
    const shown = contentsWithin(thing).flatMap((content) =>
      content.type === "text" ? content.text : [],
    );

    expect(shown.join("\n")).toBe(words);
  });
});
