import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { visibleName } from "../../../lambdas/model/visible-name.ts";

/** Zero-width, direction, fillers, controls, line breaks, Braille blank, lone surrogate. */
const unseen = [
  ...Array.from("\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u034f\u180e\u061c"),
  ...Array.from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
  ...Array.from("\u3164\u115f\u1160\uffa0\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}"),
  ...Array.from("\0\t\n\r\u000b\u0085\u2028\u2029"),
  "\ud83d",
];
const aPiece = fc.oneof(
  fc.constantFrom(...unseen, "\u200d", "\ufe0f", " ", "\u00a0", "👩", "💻", "❤"),
  fc.string({ unit: "binary" }),
);
const aName = fc.array(aPiece).map((pieces) => pieces.join(""));

describe("a visible name", () => {
  test.each([
    { written: "Anna Petrova", seen: "Anna Petrova" },
    { written: " Anna\r\n Petrova\t", seen: "Anna Petrova" },
    { written: "Anna\u2028Petrova", seen: "Anna Petrova" },
    { written: "An\u200bna\u202e", seen: "Anna" },
    { written: "Anna\u00a0\u2003Petrova", seen: "Anna Petrova" },
    {
      written: "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
      seen: "\u0639\u0644\u06cc\u0631\u0636\u0627",
    },
    { written: "👩\u200d💻 Ada", seen: "👩\u200d💻 Ada" },
    { written: "👩🏽\u200d💻", seen: "👩🏽\u200d💻" },
    { written: "❤\ufe0f\u200d🔥", seen: "❤\ufe0f\u200d🔥" },
    { written: "1\ufe0f\u20e3", seen: "1\ufe0f\u20e3" },
    { written: "🏴\u{e0067}\u{e0062}\u{e007f}", seen: "🏴\u{e0067}\u{e0062}\u{e007f}" },
    { written: "An\u200dna\ufe0f\u{e0067}", seen: "Anna" },
    { written: "👩\u200d", seen: "👩" },
    { written: "Anna \ud83d", seen: "Anna" },
  ])("of $written is $seen", ({ written, seen }) => {
    expect(visibleName(written)).toBe(seen);
  });

  test.each([undefined, "", " ", "\u3164", "\u2060\u200b", "\u2800", "\ufe0f\u200d", ...unseen])(
    "is absent for %j",
    (written) => {
      expect(visibleName(written)).toBeUndefined();
    },
  );

  test("is one line without invisible characters, and never blank", () => {
    fc.assert(
      fc.property(aName, (written) => {
        const seen = visibleName(written);

        expect(Array.from(seen ?? "").filter((character) => unseen.includes(character))).toEqual(
          [],
        );
        expect(seen ?? "").not.toMatch(
          /(?<!\p{Extended_Pictographic}.?)\u200d|\u200d(?!\p{Extended_Pictographic})/u,
        );
        expect(seen?.trim()).not.toBe("");
        expect(seen).toBe(seen?.trim());
      }),
      { numRuns: 1000 },
    );
  });

  test("does not change when it is cleaned again", () => {
    fc.assert(
      fc.property(aName, (written) => {
        const seen = visibleName(written);

        expect(visibleName(seen)).toBe(seen);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps letters, digits and marks in their order", () => {
    fc.assert(
      fc.property(aName, (written) => {
        const signs = (text: string) => text.match(/[\p{L}\p{N}\p{P}\p{Sm}]/gu)?.join("") ?? "";

        const fillers = /[\u115f\u1160\u3164\uffa0\u{13441}\u{13442}]/gu;
        expect(signs(visibleName(written) ?? "")).toBe(signs(written.replace(fillers, "")));
      }),
      { numRuns: 1000 },
    );
  });
});
