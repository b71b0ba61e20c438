import { describe, expect, test } from "@jest/globals";
import { eventually, useBridge, statusOf, textsIn, textsTo } from "./bridge.ts";

const anna = { id: 42, first_name: "Анна", last_name: "К", language_code: "ru" };
const conversationOf = (customer: { id: number }) => `tg-1000000001-${customer.id}`;

const bridge = useBridge();

describe("a conversation over the shipped bundles", () => {
  test("a customer's text reaches the operator in a linked chat, and the answer reaches the customer", async () => {
    const { telegram, amocrm } = bridge;
    await telegram.customerSays(anna, "Где мой заказ? 📦");
    const shown = await eventually("the question", () =>
      amocrm.messages().find((message) => message.text === "Где мой заказ? 📦"),
    );
    const answer = await amocrm.operatorSays(conversationOf(anna), "Уже едет");
    await eventually("the answer", () => textsTo(telegram, anna.id).includes("Уже едет"));
    await eventually("the status", () => statusOf(amocrm, answer.messageId));

    expect(shown).toMatchObject({
      direction: "customer",
      silent: false,
      sender: { name: "Анна К" },
    });
    expect(amocrm.contacts()).toMatchObject([{ name: "Анна К", chats: [shown.chatId] }]);
    expect(amocrm.leads()).toMatchObject([
      { name: "Telegram: Анна К", contactId: amocrm.contacts()[0]?.id, category: undefined },
    ]);
    expect(answer.status).toBe(200);
    expect(statusOf(amocrm, answer.messageId)).toEqual({ status: 1 });
    const paths = amocrm.calls().map(({ path }) => path.replace(bridge.run.scopeId, "scope"));
    const contactId = amocrm.contacts()[0]?.id;
    expect(paths.slice(0, 6)).toEqual([
      "/v2/origin/custom/scope/chats",
      "/api/v4/contacts",
      "/api/v4/contacts/chats",
      `/api/v4/contacts/${contactId}`,
      "/api/v4/leads",
      "/v2/origin/custom/scope",
    ]);
  });

  test("/start is imported silently, the customer gets a greeting in their language, and the greeting is shown as the bot's", async () => {
    const { telegram, amocrm } = bridge;
    const bob = { id: 43, first_name: "Bob", language_code: "en" };

    await telegram.customerSays(bob, "/start");
    await telegram.customerSays(bob, "I need help");

    await eventually("the first real message", () =>
      textsIn(amocrm, conversationOf(bob)).includes("I need help"),
    );
    const messages = amocrm.messages().filter((m) => m.conversationId === conversationOf(bob));
    expect(messages.map(({ direction, silent }) => [direction, silent])).toEqual([
      ["customer", true],
      ["bot", true],
      ["customer", false],
    ]);
    expect(messages[1]?.text).toBe(textsTo(telegram, bob.id)[0]);
    expect(messages[1]?.text).toMatch(/^Hello!/);
    const times = messages.map((message) => message.msecTimestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("a long answer arrives complete, in order, in parts that Telegram accepts", async () => {
    const { telegram, amocrm } = bridge;
    const before = textsTo(telegram, anna.id).length;
    const long = Array.from({ length: 900 }, (_, i) => `Строка номер ${i} 😀.`).join(" ");

    await amocrm.operatorSays(conversationOf(anna), long);

    const parts = await eventually("all parts", () => {
      const arrived = textsTo(telegram, anna.id).slice(before);
      return arrived.join(" ").length >= long.length - 1 ? arrived : undefined;
    });
    expect(parts.join(" ").replace(/\s+/g, " ")).toBe(long);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(4096);
  });

  test("no log line contains a text or a name", async () => {
    const secrets = ["Где мой заказ", "Уже едет", "Анна", "I need help", "Строка номер"];

    expect(bridge.log.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual(
      [],
    );
  });

  test("each message has a log line with the fields that the metric filters read", () => {
    const sent = bridge.log.filter((line) => line.includes("DeliverySent"));

    for (const direction of ["to-amocrm", "to-telegram"]) {
      const line = sent.find((each) => each.includes(direction)) ?? "";
      const fields = JSON.parse(line.slice(line.indexOf("{"))) as object;
      expect(fields).toMatchObject({ fact: "DeliverySent", direction });
      expect(fields).toHaveProperty("latencyMillis", expect.any(Number));
    }
  });
});
