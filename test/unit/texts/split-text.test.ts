import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { splitText } from "../../../lambdas/texts/split-text.ts";

/** Texts with many borders, surrogate pairs and long words. */
const prose = fc
  .array(
    fc.constantFrom(
      "word",
      "Яблоко",
      "😀",
      "👩‍👩‍👧",
      ". ",
      "! ",
      "…» ",
      "\n",
      " ",
      "-",
      "x".repeat(30),
    ),
    {
      minLength: 1,
      maxLength: 80,
    },
  )
  .map((pieces) => pieces.join(""));
const limits = fc.integer({ min: 2, max: 60 });

describe("splitting a text", () => {
  test("keeps a text within the limit whole", () => {
    expect(splitText("x".repeat(4096), 4096)).toEqual(["x".repeat(4096)]);
  });

  test("makes two parts of a text one unit over the limit", () => {
    expect(splitText("x".repeat(4097), 4096)).toEqual(["x".repeat(4096), "x"]);
  });

  test.each([
    {
      name: "a line break",
      text: "One. Two\nthree. four five",
      parts: ["One. Two\n", "three. four five"],
    },
    {
      name: "the last of several line breaks",
      text: "one\ntwo\nsix\nseven eight",
      parts: ["one\ntwo\nsix\n", "seven eight"],
    },
    {
      name: "a sentence before a word",
      text: "One two six. Three four",
      parts: ["One two six. ", "Three four"],
    },
    { name: "a question", text: "Is it so? Yes it is so", parts: ["Is it so? ", "Yes it is so"] },
    {
      name: "a sentence closed by a quotation mark",
      text: "«Это так.» Нет, не так",
      parts: ["«Это так.» ", "Нет, не так"],
    },
    {
      name: "a word without a sentence",
      text: "one two three four five",
      parts: ["one two three ", "four five"],
    },
    {
      name: "no abbreviation inside a word",
      text: "see example.com/long/way",
      parts: ["see example.com/", "long/way"],
    },
  ])("splits at $name", ({ text, parts }) => {
    expect(splitText(text, 16)).toEqual(parts);
  });

  test("ignores a border in the first half, so that parts stay long", () => {
    expect(splitText("a\nbbbbbbbbbbbbbb", 10)).toEqual(["a\nbbbbbbbb", "bbbbbb"]);
  });

  test("moves a surrogate pair at the limit to the next part", () => {
    expect(splitText("aaa😀bbb", 4)).toEqual(["aaa", "😀bb", "b"]);
  });

  test.each([
    { name: "a family", sign: "👨‍👩‍👧‍👦" },
    { name: "a flag", sign: "🇷🇺" },
    { name: "a skin colour", sign: "👍🏽" },
    { name: "a letter with an accent", sign: "e\u0301" },
    { name: "a letter with many accents", sign: "a\u0300\u0301\u0302\u0303" },
    { name: "a syllable", sign: "\u1112\u1161\u11ab" },
    { name: "a number in a box", sign: "1\ufe0f\u20e3" },
  ])("keeps a visible character whole: $name", ({ sign }) => {
    const whole = [...new Intl.Segmenter().segment(sign.repeat(40))].length;

    for (const before of ["", "a", "aa", "aaa", "aaaa"]) {
      const parts = splitText(before + sign.repeat(40), 50);

      const seen = parts.flatMap((part) => [...new Intl.Segmenter().segment(part)]);
      expect(parts.join("")).toBe(before + sign.repeat(40));
      expect(seen).toHaveLength(before.length + whole);
    }
  });

  test("cuts a character with more marks than a part holds", () => {
    expect(splitText(`a${"\u0301".repeat(25)}`, 10).map(({ length }) => length)).toEqual([
      10, 10, 6,
    ]);
  });

  test.each(["", " ", "\n\n", " \t\n ".repeat(2000), "\u200b", "\u2800\u3164".repeat(3000)])(
    "makes no part of invisible text",
    (text) => {
      expect(splitText(text, 4096)).toEqual([]);
    },
  );

  test("leaves out a part of white space alone", () => {
    expect(splitText(`${"a".repeat(9)} ${" ".repeat(10)}${"b".repeat(5)}`, 10)).toEqual([
      `${"a".repeat(9)} `,
      "bbbbb",
    ]);
  });

  test("makes parts that are within the limit and not empty, and splits no pair", () => {
    fc.assert(
      fc.property(prose, limits, (text, limit) => {
        for (const part of splitText(text, limit)) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.trim()).not.toBe("");
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test("makes parts that join to the original, except for invisible text", () => {
    fc.assert(
      fc.property(prose, limits, (text, limit) => {
        const joined = splitText(text, limit).join("");

        expect(joined.replaceAll(/[\s\u200d]/g, "")).toBe(text.replaceAll(/[\s\u200d]/g, ""));
      }),
    );
  });

  test("makes parts of words that join to the exact original", () => {
    const words = fc.array(fc.constantFrom("word", "слово", "😀", "longer-word"), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (pieces, limit) => {
        const text = pieces.join(" ");

        expect(splitText(text, limit).join("")).toBe(text);
      }),
    );
  });

  test("makes no lone surrogate from an arbitrary text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), limits, (text, limit) => {
        expect(splitText(text, limit).every((part) => part.isWellFormed())).toBe(true);
      }),
    );
  });
});
