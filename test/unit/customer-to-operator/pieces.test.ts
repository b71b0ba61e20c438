import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contentsOf } from "../../../lambdas/telegram/decode/content.ts";
import {
  crmContentOf,
  longestText,
  piecesOf,
} from "../../../lambdas/customer-to-operator/content.ts";
import type { Piece, CustomerEvent } from "../../../lambdas/model/message.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { richMessages, wordsIn } from "../../support/rich-messages.ts";

const shown = (piece: Piece) =>
  crmContentOf(piece, { texts: catalogue.en, inWords: true, addressOf: (path) => path });
const textOf = (piece: Piece) => {
  const content = shown(piece);
  return "text" in content ? content.text : "";
};
const aText = (text: string, changes: Partial<CustomerEvent> = {}) =>
  aCustomerEvent({ content: { type: "text", text }, ...changes });
const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `line ${at} of many, all alike`).join("\n");

describe("the pieces of a customer's message", () => {
  test("are one with the message's own id when the message is short", () => {
    const quote = { from: "customer", text: "When?", isPart: false } as const;
    const event = aText("Good morning", { quote });

    expect(piecesOf(event, catalogue.en)).toEqual([
      { number: 1, msgid: "tg-700-42-5", content: event.content, quote },
    ]);
  });

  test("are as many as the text needs, with numbered ids, and join to the whole text", () => {
    const text = lines(1000);

    const pieces = piecesOf(aText(text), catalogue.en);

    expect(pieces.map(({ msgid }) => msgid)).toEqual([
      "tg-700-42-5",
      "tg-700-42-5.2",
      "tg-700-42-5.3",
    ]);
    expect(pieces.map(textOf).join("")).toBe(text);
    expect(Math.max(...pieces.map((piece) => textOf(piece).length))).toBeLessThanOrEqual(
      longestText,
    );
  });

  test("have the author and the quote in the first one", () => {
    const quote = { from: "customer", text: "When?", isPart: false } as const;
    const event = aText(lines(1000), { quote, forwardedFrom: "Ann" });

    const [first, ...others] = piecesOf(event, catalogue.en).map(textOf);

    expect(first).toMatch(/^Forwarded from Ann:\n> When\?\nline 0 /);
    expect(others.join("")).not.toContain("Ann");
  });

  test("have a caption that is too long after its file", () => {
    const media = { kind: "picture", source: "p1", fileName: "face.jpg" } as const;
    const text = lines(500);

    const pieces = piecesOf(
      aCustomerEvent({ content: { type: "media", media, text } }),
      catalogue.en,
    );

    expect(pieces.map(({ content }) => content.type)).toEqual(["media", "text"]);
    expect(pieces.map(({ content }) => ("text" in content ? content.text : "")).join("")).toBe(
      text,
    );
    expect(textOf(pieces[0] as Piece).length).toBeLessThanOrEqual(longestText);
  });

  test("are within the limit for a file with a very long name, too", () => {
    const media = { kind: "file", source: "d1", fileName: "n".repeat(20_000) } as const;
    const text = lines(500);

    const pieces = piecesOf(
      aCustomerEvent({ content: { type: "media", media, text } }),
      catalogue.en,
    );

    expect(pieces.map(({ content }) => ("text" in content ? content.text : "")).join("")).toBe(
      text,
    );
    expect(textOf(pieces[0] as Piece)).toContain("nnn…] could not be carried over");
    expect(Math.max(...pieces.map((piece) => textOf(piece).length))).toBeLessThanOrEqual(
      longestText,
    );
  });

  test("are the contents of the message, in order", () => {
    const further = [
      { type: "location", latitude: 1, longitude: 2 },
      { type: "text", text: "and this" },
    ] as const;

    const pieces = piecesOf(aText("See", { further }), catalogue.en);

    expect(pieces.map(({ msgid, content }) => [msgid, content.type])).toEqual([
      ["tg-700-42-5", "text"],
      ["tg-700-42-5.2", "location"],
      ["tg-700-42-5.3", "text"],
    ]);
  });

  test("hold a hundred links with all their targets", () => {
    const urls = Array.from(
      { length: 100 },
      (_, at) => `https://shop.example/${at}/${"x".repeat(2000)}`,
    );
    const text = urls.map(() => "a ").join("");
    const entities = urls.map((url, at) => ({ type: "text_link", offset: at * 2, length: 1, url }));
    const [content] = contentsOf({ text, entities });

    const pieces = piecesOf(aCustomerEvent({ content }), catalogue.en).map(textOf);

    const all = pieces.join("");
    expect(urls.every((url) => all.includes(`(${url})`))).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(longestText);
  });

  test("are cut for a placeholder, a location and a contact, too", () => {
    const text = lines(1000);
    const contents = [
      { type: "unsupported", kind: "hologram", text },
      { type: "location", latitude: 1, longitude: 2, text },
      { type: "contact", name: text, phone: "+7" },
    ] as const;
    for (const content of contents) {
      const pieces = piecesOf(aCustomerEvent({ content }), catalogue.en).map(textOf);

      expect(pieces.join("")).toContain(text);
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(longestText);
    }
  });
});

describe("an arbitrary customer message", () => {
  const longText = fc
    .array(fc.string({ unit: fc.constantFrom("а", "👍", " ", "\n", ". ") }), { maxLength: 400 })
    .map((parts) => parts.join("").repeat(8));

  test("has no piece that is too long, splits no character and loses none", () => {
    fc.assert(
      fc.property(longText, fc.boolean(), (text, isForwarded) => {
        const event = aText(`.${text}`, isForwarded ? { forwardedFrom: "Ann" } : {});

        const pieces = piecesOf(event, catalogue.en).map(textOf);

        const whole = pieces.join("").replace(/^Forwarded from Ann:\n/, "");
        expect(whole.replaceAll(/\s/g, "")).toBe(`.${text}`.replaceAll(/\s/g, ""));
        expect(pieces.every((piece) => piece.length <= longestText && piece.isWellFormed())).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("has every word of a rich message in its pieces, once and in order", () => {
    const padding = "x".repeat(900);
    fc.assert(
      fc.property(richMessages, ({ value, words }) => {
        const long = JSON.parse(
          JSON.stringify(value).replaceAll(/w\d+z/g, `$& ${padding}`),
        ) as unknown;
        const [content, ...further] = contentsOf({ rich_message: long });

        const pieces = piecesOf(aCustomerEvent({ content, further }), catalogue.en).map(textOf);

        expect(wordsIn(pieces.join("\n"))).toEqual(words);
        expect(pieces.every(({ length }) => length <= longestText)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
