import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { contactFieldNames, newContactField } from "../../cli/amocrm/contact-fields.ts";
import { catalogue, placeholder, textsByPlace } from "../../lambdas/texts/texts.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** A text as a page quotes it: a value that varies is `…`. */
const asQuoted = (text: string) => text.replace(/\{\w+\}/g, "…").trim();
const quotable = (language: "en" | "ru") =>
  new Map(
    Object.entries(textsByPlace(catalogue[language])).map(([place, text]) => [
      place,
      asQuoted(text),
    ]),
  );
/** The quotes in the first column of a page's tables. */
const inTables = (page: string) =>
  [...read(page).matchAll(/^\| [«“](.+?)[»”] *\|/gm)].map(([, quote = ""]) => quote);
/** Whole sentences in quotation marks, outside of tables too. */
const sentences = (page: string) =>
  [
    ...read(page)
      .replace(/\s+/g, " ")
      .matchAll(/[«“]([^«»“”]+\.)[»”]/g),
  ].map(([, quote = ""]) => quote);

/** Texts that only customers read, or that stand for a part of a text. Operators read all others. */
const forCustomers =
  /^(?:greeting|waiting|outsideHours|stillWaiting|late|send\w+|fileByLink|unsupportedChat\..+|operatorCalled|talkClosed|nothingOpen|askPhone|sharePhone|phoneShared|notYourPhone|\w*[lL]anguage\w*|commands\..+|locale\..*|kinds\..+)$/;

describe("docs/administrator.ru.md", () => {
  const page = "docs/administrator.ru.md";
  const texts = quotable("ru");
  const forOperators = [...texts].filter(([place]) => !forCustomers.test(place));

  test("lists every text that an operator can read, in the very words of the bridge", () => {
    const expected = forOperators.map(([, text]) => text);

    expect(inTables(page).toSorted()).toEqual(expected.toSorted());
    expect(new Set(expected).size).toBe(expected.length);
  });
});

describe.each([
  ["docs/administrator.ru.md", "ru"],
  ["docs/support-lead.ru.md", "ru"],
  ["docs/support-lead.md", "en"],
] as const)("%s", (page, language) => {
  test("quotes sentences of the bridge word for word", () => {
    const known = [...quotable(language).values()];
    const quotes = sentences(page);

    expect(quotes.length).toBeGreaterThan(2);
    expect(quotes.filter((quote) => !known.includes(quote))).toEqual([]);
  });
});

describe("docs/administrator.ru.md also names", () => {
  const page = read("docs/administrator.ru.md").replace(/\s+/g, " ");

  test.each(contactFieldNames)("the contacts' field %s as bridge setup makes it", (field) => {
    expect(page).toContain(`«${newContactField(field, "ru").name}»`);
  });

  test("a kind that amoCRM does not have as the bridge writes it", () => {
    expect(page).toContain(`\`${placeholder("poll", "Обед?", catalogue.ru)}\``);
  });
});
