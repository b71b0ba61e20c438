import { describe, expect, test } from "@jest/globals";
import { languages } from "../../../lambdas/model/conversation.ts";
import {
  catalogue,
  failureForOperator,
  faultOf,
  textsByPlace,
  withOverrides,
  withOwnTexts,
} from "../../../lambdas/texts/texts.ts";

describe("a stage's own texts", () => {
  test("replace the catalogue's texts, in that language only", () => {
    const texts = withOwnTexts({
      ru: { greeting: "Добрый день!", "failures.blocked": "Бот заблокирован." },
    });

    expect(texts.ru.greeting).toBe("Добрый день!");
    expect(failureForOperator("blocked", texts.ru).error).toBe("Бот заблокирован.");
    expect(failureForOperator("deactivated", texts.ru).error).toBe(
      catalogue.ru.failures.deactivated,
    );
    expect(texts).toEqual({ ...catalogue, ru: texts.ru });
  });

  test("replace texts in every language", () => {
    const greeting = "Welcome!";

    const texts = withOwnTexts({
      en: { greeting },
      ru: { greeting },
      pt: { greeting },
      es: { greeting },
    });

    expect(Object.values(texts).map((each) => each.greeting)).toEqual(
      languages.map(() => greeting),
    );
  });

  test("do not change the catalogue itself", () => {
    const places = () => Object.values(catalogue).map(textsByPlace);
    const before = places();

    withOwnTexts({ en: { greeting: "Welcome!" }, ru: { "failures.blocked": "Нет." } });

    expect(places()).toEqual(before);
  });

  test.each(Object.entries(textsByPlace(catalogue.en)))("may exist for '%s'", (place, text) => {
    const changed = withOverrides(catalogue.en, { [place]: `${text}!` });

    expect(textsByPlace(changed)).toEqual({ ...textsByPlace(catalogue.en), [place]: `${text}!` });
  });

  test.each([
    { place: "greeting", text: "Hi", fault: undefined },
    { place: "greting", text: "Hi", fault: "no text is called so" },
    { place: "failures.tired", text: "Hi", fault: "no text is called so" },
    { place: "greeting", text: " ", fault: "expected words" },
    { place: "greeting", text: "\u3164\u200b", fault: "expected words" },
    { place: "forwarded", text: "From somebody", fault: "expected {name} in it" },
  ])("'$text' for '$place' gets: $fault", ({ place, text, fault }) => {
    expect(faultOf(place, text, catalogue.en)).toBe(fault);
  });

  test("have the same places in every language", () => {
    const places = Object.values(catalogue).map((texts) =>
      Object.keys(textsByPlace({ ...texts, kinds: {} })),
    );

    for (const each of places) expect(each.toSorted()).toEqual(places[0]?.toSorted());
  });
});
