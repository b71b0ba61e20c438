import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, statusOf, textsTo } from "./bridge.ts";
import {
  asksBot,
  callsOperator,
  menuOf,
  question,
  seenBy,
  useBridgeWithBot,
  writesToOperators,
  untilSeen,
  words,
} from "./hand-off.ts";

// Without the main API, amoCRM itself makes a contact and a lead from a message that it treats as
// a request.
const bridge = useBridgeWithBot({ AMOCRM_API_TOKEN: "" });

const leadsOf = (chatId: number) =>
  bridge.amocrm.leads().filter(({ conversationId }) => conversationId === conversationOf(chatId));
const press = (chatId: number, text: string) =>
  bridge.telegram.customer.press(chatId, menuOf(bridge, chatId).messageId, { text });

describe("the bot", () => {
  test("shows its menu and answers, by text and by button, and nothing appears in amoCRM", async () => {
    const anna = { id: 101, first_name: "Anna", language_code: "en" };
    const calls = bridge.amocrm.calls().length;

    await asksBot(bridge, anna, "/start");
    const { buttons } = menuOf(bridge, anna.id);
    const { isAnswered } = await press(anna.id, "Opening hours");
    await eventually("the hours", () => textsTo(bridge.telegram, anna.id).length === 2);
    await asksBot(bridge, anna, question);

    expect(buttons).toEqual(["Opening hours", "Call an operator"]);
    expect(isAnswered).toBe(true);
    expect(textsTo(bridge.telegram, anna.id)).toEqual([words.hello, words.hours, words.hours]);
    expect(bridge.amocrm.calls()).toHaveLength(calls);
  });

  test.each([
    {
      id: 102,
      code: "ru",
      asks: "Какие у вас часы работы?",
      buttons: ["Часы работы", "Позвать оператора"],
      says: [/^Здравствуйте!/, /^Мы работаем с понедельника по пятницу, с 9:00 до 18:00\.$/],
    },
    {
      id: 103,
      code: "pt-br",
      asks: "Qual é o horário?",
      buttons: ["Horário de atendimento", "Chamar um atendente"],
      says: [/^Olá!/, /^Atendemos de segunda a sexta-feira, das 9h às 18h\.$/],
    },
    {
      id: 104,
      code: "es-419",
      asks: "¿Cuál es el horario?",
      buttons: ["Horario de atención", "Llamar a un agente"],
      says: [/^¡Hola!/, /^Atendemos de lunes a viernes, de 9:00 a 18:00\.$/],
    },
  ])("answers in the customer's language: $code", async ({ id, code, asks, buttons, says }) => {
    const customer = { id, first_name: "Ivan", language_code: code };

    await asksBot(bridge, customer, "/start");
    const menu = menuOf(bridge, id);
    await asksBot(bridge, customer, asks);

    expect(menu.buttons).toEqual(buttons);
    expect(textsTo(bridge.telegram, id)).toEqual(says.map((text) => expect.stringMatching(text)));
  });
});

describe("an operator is called", () => {
  const customers = [
    { how: "by button", id: 111, request: "Call an operator" },
    { how: "by command", id: 112, request: "/operator" },
    { how: "by a question that the bot cannot answer", id: 113, request: "Where is order 7?" },
  ];

  test.each(customers)(
    "$how: operators get the talk so far, silently, in order and once, then the request with a notification",
    async ({ how, id, request }) => {
      const customer = { id, first_name: "Boris", language_code: "en" };
      await asksBot(bridge, customer, question);
      await asksBot(bridge, customer, "/start");

      await (how === "by button"
        ? press(id, request)
        : bridge.telegram.customerSays(customer, request));
      await untilSeen(bridge, id, `bot (silent): ${words.called}`);

      expect(seenBy(bridge, id)).toEqual([
        `customer (silent): ${question}`,
        `bot (silent): ${words.hours}`,
        "customer (silent): /start",
        `bot (silent): ${words.hello}`,
        `customer: ${request}`,
        `bot (silent): ${words.called}`,
      ]);
      expect(textsTo(bridge.telegram, id)).toEqual([words.hours, words.hello, words.called]);
      expect(leadsOf(id)).toHaveLength(1);
    },
  );

  test("the fields that amoCRM sorts by also keep the order of the talk", async () => {
    const customer = { id: 114, first_name: "Vera", language_code: "en" };
    for (const text of [question, "/help", question]) await asksBot(bridge, customer, text);

    await callsOperator(bridge, customer);

    const moments = bridge.amocrm
      .messages()
      .filter(({ conversationId }) => conversationId === conversationOf(customer.id))
      .map(({ msecTimestamp }) => msecTimestamp);
    expect(moments).toHaveLength(8);
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
  });
});

describe("while operators answer", () => {
  test("the customer's messages go to operators and not to the bot, before and after the first answer", async () => {
    const customer = { id: 121, first_name: "Galina", language_code: "en" };
    await callsOperator(bridge, customer);

    await writesToOperators(bridge, customer, question);
    const sent = await bridge.amocrm.operatorSays(conversationOf(customer.id), "Good morning");
    await eventually("the status", () => statusOf(bridge.amocrm, sent.messageId));
    await writesToOperators(bridge, customer, "/start");

    expect(statusOf(bridge.amocrm, sent.messageId)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, customer.id)).toEqual([words.called, "Good morning"]);
    expect(seenBy(bridge, customer.id)).toEqual([
      "customer: /operator",
      `bot (silent): ${words.called}`,
      `customer: ${question}`,
      "operator: Good morning",
      "customer: /start",
    ]);
    expect(leadsOf(customer.id)).toHaveLength(1);
  });

  test("a button of the bot's menu is a message for operators", async () => {
    const customer = { id: 122, first_name: "Dina", language_code: "en" };
    await asksBot(bridge, customer, "/start");
    const menu = menuOf(bridge, customer.id);
    await callsOperator(bridge, customer);

    await bridge.telegram.customer.press(customer.id, menu.messageId, { text: "Opening hours" });

    await untilSeen(bridge, customer.id, "customer: Opening hours");
    expect(textsTo(bridge.telegram, customer.id)).toEqual([words.hello, words.called]);
  });
});
