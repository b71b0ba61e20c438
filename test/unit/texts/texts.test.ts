import { describe, expect, test } from "@jest/globals";
import {
  catalogue,
  failureForOperator,
  lateNote,
  placeholder,
  quoted,
  sendFileAnew,
} from "../../../lambdas/texts/texts.ts";
import { ledgerDays } from "../../../lambdas/model/ledger.ts";
import type { PermanentReason } from "../../../lambdas/model/failure.ts";

/** The compiler requires a row for every reason. */
const codes: Readonly<Record<PermanentReason, number>> = {
  blocked: 901,
  deactivated: 901,
  "chat-not-found": 904,
  "write-first": 904,
  "customer-is-bot": 904,
  "customer-restricts": 905,
  "bot-not-in-chat": 905,
  "bot-has-no-right": 905,
  forbidden: 905,
  "foreign-conversation": 904,
  "kind-not-supported": 905,
  "file-too-large": 905,
  "attachment-unavailable": 905,
  "empty-text": 905,
  "refused-by-telegram": 905,
  "refused-by-amocrm": 905,
  "outcome-unknown": 905,
  "gave-up": 905,
  "not-understood": 905,
  "foreign-account": 905,
  "too-old": 905,
  "not-authentic": 905,
};
const reasons = (Object.entries(codes) as [PermanentReason, number][]).map(([reason, code]) => ({
  reason,
  code,
}));

describe("the operator's text about a failure", () => {
  test.each(reasons)("$reason has code $code and its sentence in every language", (row) => {
    for (const texts of Object.values(catalogue)) {
      expect(failureForOperator(row.reason, texts)).toEqual({
        errorCode: row.code,
        error: texts.failures[row.reason],
      });
    }
  });
});

test("has the same age limit as the ledger", () => {
  for (const texts of Object.values(catalogue)) {
    expect(failureForOperator("too-old", texts).error).toContain(` ${ledgerDays} `);
  }
});

describe("the time of a late message", () => {
  const written = Date.parse("2026-11-30T23:05:59Z");

  test.each([
    { name: "a minute ago", after: 60_000, note: "[written 23:05 UTC] " },
    { name: "almost a day ago", after: 86_399_999, note: "[written 23:05 UTC] " },
    { name: "a day ago", after: 86_400_000, note: "[written 2026-11-30 23:05 UTC] " },
    { name: "in the future", after: -86_400_000, note: "[written 23:05 UTC] " },
  ])("is shown, $name", ({ after, note }) => {
    expect(lateNote(written, written + after, catalogue.en)).toBe(note);
  });

  test("is shown in every language, and not when it is unknown", () => {
    expect(Object.values(catalogue).map((texts) => lateNote(written, written, texts))).toEqual([
      "[written 23:05 UTC] ",
      "[написано 23:05 UTC] ",
      "[enviada: 23:05 UTC] ",
      "[enviado: 23:05 UTC] ",
    ]);
    expect(lateNote(undefined, written, catalogue.ru)).toBe("");
  });
});

describe("the customer's text", () => {
  test("of the greeting is in the customer's language", () => {
    expect(catalogue.ru.greeting).toMatch(/^Здравствуйте/);
    expect(catalogue.en.greeting).toMatch(/^Hello/);
  });
});

test("of a quote ends with a whole character", () => {
  expect(quoted(`${"a".repeat(199)}👍 and more`)).toBe(`> ${"a".repeat(199)}…`);
});

describe("a placeholder", () => {
  test.each([
    { kind: "photo", text: undefined, language: "en", shown: "[photo]" },
    { kind: "photo", text: "", language: "en", shown: "[photo]" },
    { kind: "photo", text: "My receipt", language: "en", shown: "[photo] My receipt" },
    { kind: "photo", text: "Мой чек", language: "ru", shown: "[фото · photo] Мой чек" },
    { kind: "voice", text: undefined, language: "ru", shown: "[голосовое сообщение · voice]" },
    { kind: "voice", text: undefined, language: "pt", shown: "[mensagem de voz · voice]" },
    { kind: "photo", text: "Mi recibo", language: "es", shown: "[foto · photo] Mi recibo" },
    { kind: "sticker", text: undefined, language: "es", shown: "[sticker]" },
    { kind: "hologram", text: undefined, language: "ru", shown: "[hologram]" },
  ] as const)("of $kind with $text in $language is $shown", ({ kind, text, language, shown }) => {
    expect(placeholder(kind, text, catalogue[language])).toBe(shown);
  });

  test.each(["constructor", "toString"])("names the unknown kind %s by its word", (kind) => {
    expect(placeholder(kind, undefined, catalogue.ru)).toBe(`[${kind}]`);
  });
});

describe("the size of a file", () => {
  test.each([
    { sizeBytes: 1, en: "1 kB", ru: "1 кБ" },
    { sizeBytes: 1025, en: "2 kB", ru: "2 кБ" },
    { sizeBytes: 1024 * 1024, en: "1 MB", ru: "1 МБ" },
    { sizeBytes: 1.55 * 1024 * 1024, en: "1.6 MB", ru: "1,6 МБ" },
    { sizeBytes: 20 * 1024 * 1024, en: "20 MB", ru: "20 МБ" },
  ])("is $en in English and $ru in Russian", ({ sizeBytes, en, ru }) => {
    const written = [catalogue.en, catalogue.ru].map((texts) =>
      /at most (.*), or|не больше (.*) или/.exec(sendFileAnew("tooLarge", sizeBytes, texts)),
    );

    expect(written.map((found) => (found?.[1] ?? found?.[2])?.replace("\u00a0", " "))).toEqual([
      en,
      ru,
    ]);
  });
});
