import { describe, expect, test } from "@jest/globals";
import {
  addressesIn,
  partsOf,
  safeAddress,
} from "../../../local/page/app/conversation/entities.ts";
import type { Entity, Part } from "../../../local/page/app/conversation/entities.ts";

/** The parts in one line: `bold(…)`. */
function shown(parts: readonly Part[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : `${part.entity.type}(${shown(part.parts)})`))
    .join("");
}
const entity = (type: string, offset: number, length: number): Entity => ({ type, offset, length });

describe("a text is cut into its entities", () => {
  test.each<[string, string, Entity[], string]>([
    ["without entities it stays whole", "hello", [], "hello"],
    ["an empty text has no parts", "", [entity("bold", 0, 3)], ""],
    ["offsets count UTF-16 units", "😀 yes", [entity("bold", 3, 3)], "😀 bold(yes)"],
    [
      "an entity within another stays within it",
      "one two three",
      [entity("italic", 4, 3), entity("bold", 0, 7)],
      "bold(one italic(two)) three",
    ],
    [
      "of two equal ranges one is in the other",
      "ab",
      [entity("bold", 0, 2), entity("italic", 0, 2)],
      "bold(italic(ab))",
    ],
    [
      "one that overlaps loses what is in both, and no letter is lost",
      "abcdef",
      [entity("bold", 0, 4), entity("italic", 2, 4)],
      "bold(abitalic(cd))ef",
    ],
    ["one that reaches beyond the text ends with it", "abc", [entity("code", 1, 99)], "acode(bc)"],
    ["one of no length is left out", "abc", [entity("code", 1, 0)], "abc"],
  ])("%s", (_what, text, entities, expected) => {
    expect(shown(partsOf(text, entities))).toBe(expected);
  });

  test("addresses in a plain text are links, without the stop after them", () => {
    const text = "See https://a.example/x?y=1. (or http://b.example) and mailto:c";
    expect(shown(partsOf(text, addressesIn(text)))).toBe(
      "See url(https://a.example/x?y=1). (or url(http://b.example)) and mailto:c",
    );
  });
});

test.each([
  ["https://a.example/", "https://a.example/"],
  ["a.example/x", "http://a.example/x"],
  ["javascript:alert(1)", undefined],
  ["JavaScript:alert(1)", undefined],
  ["data:text/html,x", undefined],
  ["tg://user?id=1", undefined],
  ["http://", undefined],
])("a link may lead to http and https only: %s", (address, expected) => {
  expect(safeAddress(address)).toBe(expected);
});
