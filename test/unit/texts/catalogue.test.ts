import { describe, expect, test } from "@jest/globals";
import { languages } from "../../../lambdas/model/conversation.ts";
import { catalogue, sendFileAnew, textsByPlace } from "../../../lambdas/texts/texts.ts";

const translations = languages.filter((language) => language !== "en");
/** The letters of each language, so that a text in a wrong language shows. */
const alphabets = {
  en: /^[ -~]+$/,
  ru: /[а-яё]/i,
  pt: /^[ -~áâãàçéêíóôõúü]+$/i,
  es: /^[ -~¡¿áéíñóúü]+$/i,
};
const placesOf = (language: keyof typeof catalogue) =>
  Object.entries(textsByPlace({ ...catalogue[language], kinds: {} }));
const english = new Map(placesOf("en"));
const placeholdersOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
/** The signs that end a text: a sentence, a lead-in to something that follows, a label, or none. */
const endOf = (text: string) => /[.:\]] ?$/.exec(text)?.[0] ?? "";

describe.each(languages)("the texts in %s", (language) => {
  test.each(placesOf(language))("'%s' are words of this language", (place, text) => {
    expect(text).toMatch(alphabets[language]);
    expect(text.trim()).not.toBe("");
    expect(english.has(place)).toBe(true);
  });

  test("have a description that fits Telegram's menu, and one of its own, for each command", () => {
    const descriptions = Object.values(catalogue[language].commands);

    for (const description of descriptions) expect(description).toMatch(/^\p{Lu}.{1,255}$/u);
    expect(new Set(descriptions).size).toBe(descriptions.length);
  });

  test("have a sentence of its own for each failure", () => {
    const sentences = Object.values(catalogue[language].failures);

    for (const sentence of sentences) expect(sentence).toMatch(/^(?:\p{Lu}|amoCRM ).*\.$/u);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe.each(translations)("the translation to %s", (language) => {
  test.each(placesOf(language))("of '%s' has English's placeholders and ending", (place, text) => {
    const original = english.get(place) ?? "";

    expect(placeholdersOf(text)).toEqual(placeholdersOf(original));
    expect(endOf(text)).toBe(endOf(original));
    expect(text).not.toBe(original);
  });

  test("names kinds of content by words that are not the Bot API's own", () => {
    const kinds = Object.entries(catalogue[language].kinds);
    const russianKinds = Object.keys(catalogue.ru.kinds);

    for (const [kind, name] of kinds) {
      expect(russianKinds).toContain(kind);
      expect(name).not.toBe(kind);
      expect(name).toMatch(/^\p{Ll}/u);
    }
  });
});

test("every language names itself, once", () => {
  const names = languages.map((language) => catalogue[language].languageName);

  expect(names).toEqual(["English", "Русский", "Português", "Español"]);
});

test.each([
  { language: "pt", size: "1,6 MB" },
  { language: "es", size: "1.6 MB" },
] as const)("a size is written in $language as in $size", ({ language, size }) => {
  const text = sendFileAnew("tooLarge", 1.55 * 1024 * 1024, catalogue[language]);

  expect(text.replace("\u00a0", " ")).toContain(` ${size} `);
});
