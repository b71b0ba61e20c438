import { describe, expect, test } from "@jest/globals";
import { inChosenLanguage, decideLanguage } from "../../../lambdas/conversation/say.ts";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { anAttempt, aCustomerEvent, anEntry, someSettings } from "../../support/events.ts";
import { aHandOff } from "../../support/hand-off.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";

const to = { conversationId: "tg-700-42", chatId: "42" };

describe("the bot's language", () => {
  test.each([
    { language: "en", question: "Choose a language:" },
    { language: "ru", question: "Выберите язык:" },
    { language: "pt", question: "Escolha um idioma:" },
    { language: "es", question: "Elija un idioma:" },
  ] as const)(
    "is requested by a list of all languages, which operators do not see: $language",
    ({ language, question }) => {
      const customer = { id: "tg-42", name: "Anna", language };

      const decision = decideLanguage(
        aCustomerEvent({ customer, command: "language" }),
        someSettings(),
      );

      const buttons = [
        [{ text: "English", ownChoice: "language:en" }],
        [{ text: "Русский", ownChoice: "language:ru" }],
        [{ text: "Português", ownChoice: "language:pt" }],
        [{ text: "Español", ownChoice: "language:es" }],
      ];
      const message = { text: question, options: { buttons } };
      expect(decision).toEqual({
        kind: "steps",
        steps: [{ name: "say", to, message, skip: "any-failure" }],
      });
    },
  );

  test("is requested also while operators answer", async () => {
    const { crm, customer, sentTexts } = aHandOff({ handOff: "operator" });

    await customer("/language", { command: "language" });

    expect(sentTexts()).toEqual(["Choose a language:"]);
    expect(crm.messages()).toEqual([]);
  });

  test.each([
    { language: "en", confirmed: "I will write to you in English." },
    { language: "ru", confirmed: "Буду писать вам по-русски." },
    { language: "pt", confirmed: "Vou escrever para você em português." },
    { language: "es", confirmed: "Le escribiré en español." },
  ] as const)("once chosen is remembered, then confirmed in it: $language", (choice) => {
    const { language, confirmed } = choice;
    const event = aCustomerEvent({ ownChoice: `language:${language}` });

    expect(decideLanguage(event, someSettings())).toEqual({
      kind: "steps",
      steps: [
        {
          name: "remember-language",
          conversationId: "tg-700-42",
          changes: { languageChosen: language, language },
        },
        { name: "say", to, message: { text: confirmed }, skip: "any-failure" },
      ],
    });
  });

  test.each([
    { name: "that is unknown", changes: { ownChoice: "language:tlh" } },
    { name: "of an amoCRM list entry", changes: { choice: "language:en" } },
    { name: "as a text", changes: { content: { type: "text", text: "language:en" } } },
    { name: "of another button", changes: { ownChoice: "en" } },
  ] as const)("is none $name: that is an answer like any other", ({ changes }) => {
    expect(decideLanguage(aCustomerEvent(changes), someSettings())).toBeUndefined();
  });

  test.each([
    { name: "when the chat is unknown", known: undefined, language: "en" },
    { name: "when none was chosen", known: { language: "ru" }, language: "en" },
    { name: "when one was chosen", known: { languageChosen: "ru" }, language: "ru" },
  ] as const)("to answer in is $language $name", ({ known, language }) => {
    const conversation =
      known === undefined ? undefined : { conversationId: "tg-700-42", ...known };
    const event = aCustomerEvent();

    expect(inChosenLanguage(event, conversation)).toEqual({
      ...event,
      customer: { ...event.customer, language },
    });
  });

  test("applies to the greeting after the choice, when operators always answer", async () => {
    const deps = routingDependencies({ decodeTelegram: () => aCustomerEvent({ command: "help" }) });
    await deps.conversations.update("tg-700-42", { languageChosen: "ru" });

    const event = await createRouter(deps)(anAttempt(), anAttemptAt(deps.conversations));
    const decision = await event.decide(anEntry());

    const greetings = stepsOf(decision).filter(({ name }) => name === "say");
    expect(greetings).toMatchObject([
      { message: { text: expect.stringMatching(/^Здравствуйте!/) } },
    ]);
  });

  test("is confirmed in the chosen language, and used from then on", async () => {
    const { customer, sentTexts } = aHandOff();

    await customer("Русский", { ownChoice: "language:ru" });
    await customer("/end", { command: "end" });

    expect(sentTexts()).toEqual([
      "Буду писать вам по-русски.",
      "Сейчас нет открытого разговора с оператором.",
    ]);
  });

  test.each(["bot", "operator"] as const)(
    "applies to every message to the customer after the choice, from the bot or not: %s",
    async (handOff) => {
      const { customer, sentTexts } = aHandOff({ handOff, languageChosen: "ru" });

      await customer("/operator", { command: "operator" });
      await customer("/end", { command: "end" });
      await customer("/language", { command: "language" });

      expect(sentTexts().filter((text) => /[a-z]/i.test(text))).toEqual([]);
      expect(sentTexts().length).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(["bot", "operator"] as const)(
    "that is requested and chosen in another topic keeps the next answer in its topic: %s",
    async (handOff) => {
      const { customer, deps } = aHandOff({ handOff, topics: ["1:77"] });
      const topics = async () => (await deps.conversations.find("tg-700-42"))?.topics;

      await customer("/language", { command: "language", where: { topicId: "78" } });
      expect(await topics()).toEqual(["1:77", expect.stringMatching(/^\d+:78$/)]);

      const press = { msgid: "tg-700-42-cb-1", sentAtSeconds: undefined };
      await customer("Русский", {
        ...press,
        ownChoice: "language:ru",
        where: { topicId: "79" },
      });
      expect(await topics()).toEqual(["1:77", expect.stringMatching(/:78$/), ":79"]);
    },
  );

  test("is not an unknown one: then the bot gets the message", async () => {
    const { asked, customer } = aHandOff();

    await customer("Klingon", { ownChoice: "language:tlh" });

    expect(asked).toEqual(["Klingon"]);
  });

  test("is not chosen by a list entry of amoCRM, whatever callback data it has", async () => {
    const { crm, customer, sentTexts, deps } = aHandOff({ handOff: "operator" });

    await customer("English lessons", { choice: "language:en" });

    expect(crm.messages()).toMatchObject([
      { content: { text: "English lessons" }, choice: "language:en" },
    ]);
    expect(sentTexts()).toEqual([]);
    expect(await deps.conversations.find("tg-700-42")).not.toHaveProperty("languageChosen");
  });
});
