import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, sightings, useBridge } from "./bridge.ts";
import {
  asksBot,
  question,
  seenBy,
  useBridgeWithBot,
  writesToOperators,
  untilSeen,
  words,
} from "./hand-off.ts";
import { aKnownContact, anothers, contactsOf, lastSaid, phoneWords, untilSaid } from "./phone.ts";

const aCustomer = (id: number, first_name: string) => ({ id, first_name, language_code: "en" });
const thanked = `bot (silent): ${phoneWords.thanks}`;

describe("with the greeting", () => {
  const bridge = useBridge({ ASK_PHONE: "at-start" });

  const shares = async (chatId: number, phone: string) => {
    await bridge.telegram.customer.share(chatId, phone);
    await untilSaid(bridge, chatId, phoneWords.thanks);
    await untilSeen(bridge, chatId, thanked);
  };
  const starts = async (customer: ReturnType<typeof aCustomer>) => {
    await bridge.telegram.customerSays(customer, "/start");
    await untilSeen(bridge, customer.id, `bot (silent): ${phoneWords.ask}`);
  };

  test("the customer gets a button that asks for the number; it disappears after sharing, and operators see both", async () => {
    const anna = aCustomer(201, "Anna");
    await starts(anna);
    const asked = lastSaid(bridge, anna.id);

    await shares(anna.id, "79990000201");

    expect(asked?.replyMarkup).toEqual({
      keyboard: [[{ text: "Share my number", request_contact: true }]],
      one_time_keyboard: true,
      resize_keyboard: true,
    });
    expect(lastSaid(bridge, anna.id)?.replyMarkup).toEqual({ remove_keyboard: true });
    const shown = bridge.amocrm
      .messages()
      .find(
        ({ type, conversationId }) => type === "contact" && conversationId === conversationOf(201),
      );
    expect(shown?.content["contact"]).toEqual({ name: "Anna", phone: "79990000201" });
  });

  test("a number that no contact has is added to the customer's contact, once", async () => {
    const boris = aCustomer(202, "Boris");
    await starts(boris);

    await shares(boris.id, "79990000202");
    await bridge.telegram.customer.send(boris, {
      contact: { phone_number: "+79990000202", first_name: "Boris", user_id: boris.id },
    });
    await eventually(
      "the second thanks",
      () => seenBy(bridge, boris.id).filter((line) => line === thanked).length === 2,
    );

    expect(contactsOf(bridge, boris)).toMatchObject([
      { name: "Boris", phones: ["+79990000202"], chats: [expect.any(String)] },
    ]);
  });

  test("a known contact gets the chat, in whatever format its number is written; among several, the oldest", async () => {
    const known = await aKnownContact(bridge, "Vera of the shop", "89990000203");
    await aKnownContact(bridge, "Vera again", "+79990000203");
    const vera = aCustomer(203, "Vera");
    await starts(vera);

    await shares(vera.id, "79990000203");
    await writesToOperators(bridge, vera, "It is me");

    expect(contactsOf(bridge, vera).filter(({ chats }) => chats.length > 0)).toMatchObject([
      { id: known, name: "Vera of the shop", phones: ["89990000203"], chats: [expect.any(String)] },
    ]);
  });

  test("a customer who shared a number is not asked again", async () => {
    const dora = aCustomer(204, "Dora");
    await starts(dora);
    await shares(dora.id, "79990000204");

    await bridge.telegram.customerSays(dora, "/start");
    await writesToOperators(bridge, dora, "Hello");

    const texts = bridge.telegram.messages().filter(({ chatId }) => chatId === dora.id);
    expect(texts.filter(({ text }) => text === phoneWords.ask)).toHaveLength(1);
  });

  test("another person's number is a normal message, links no contact, and the customer gets a notice", async () => {
    const egor = aCustomer(205, "Egor");
    await starts(egor);

    await bridge.telegram.customer.send(egor, anothers("+79990000299"));
    await untilSaid(bridge, egor.id, phoneWords.notYours);

    expect(seenBy(bridge, egor.id).some((line) => line === "customer: ")).toBe(true);
    expect(contactsOf(bridge, egor)).toMatchObject([{ name: "Egor", phones: [] }]);
  });

  test("while the main API fails the message waits, and the number is linked when the API works again", async () => {
    const fedor = aCustomer(206, "Fedor");
    await starts(fedor);
    bridge.amocrm.faults.add({ match: "GET /api/v4/contacts", status: 502, times: 1 });

    await shares(fedor.id, "79990000206");

    expect(contactsOf(bridge, fedor)).toMatchObject([{ phones: ["+79990000206"] }]);
  });

  test("a lost answer right after the number was added does not add the number again", async () => {
    const galina = aCustomer(207, "Galina");
    await starts(galina);
    bridge.amocrm.faults.add({ match: "PATCH /api/v4/contacts", loseAnswer: true });

    await shares(galina.id, "79990000207");

    expect(contactsOf(bridge, galina)).toMatchObject([{ phones: ["+79990000207"] }]);
  });

  test("no number is in any log line", () => {
    expect(sightings(bridge, ["9990000"]).inLog).toEqual([]);
  });
});

describe("when the bot calls an operator", () => {
  const bridge = useBridgeWithBot({ ASK_PHONE: "when-called" });

  test("the customer is asked then, and not earlier", async () => {
    const anna = aCustomer(211, "Anna");
    await asksBot(bridge, anna, "/start");
    await asksBot(bridge, anna, question);

    await bridge.telegram.customerSays(anna, "/operator");
    await untilSeen(bridge, anna.id, `bot (silent): ${phoneWords.ask}`);
    await bridge.telegram.customer.share(anna.id, "79990000211");
    await untilSeen(bridge, anna.id, thanked);

    expect(seenBy(bridge, anna.id).slice(-4)).toEqual([
      `bot (silent): ${words.called}`,
      `bot (silent): ${phoneWords.ask}`,
      "customer: ",
      thanked,
    ]);
    expect(contactsOf(bridge, anna)).toMatchObject([{ phones: ["+79990000211"] }]);
  });

  test("a number shared with the bot calls no operator, and makes no second contact for a known number", async () => {
    const known = await aKnownContact(bridge, "Boris of the shop", "+79990000212");
    const boris = aCustomer(212, "Boris");
    await asksBot(bridge, boris, question);

    await bridge.telegram.customer.send(boris, {
      contact: { phone_number: "79990000212", first_name: "Boris", user_id: boris.id },
    });
    await untilSaid(bridge, boris.id, phoneWords.thanks);
    const before = seenBy(bridge, boris.id);
    await bridge.telegram.customerSays(boris, "/operator");
    await untilSeen(bridge, boris.id, `bot (silent): ${words.called}`);

    expect(before).toEqual([]);
    expect(seenBy(bridge, boris.id)).toEqual([
      `customer (silent): ${question}`,
      `bot (silent): ${words.hours}`,
      "customer (silent): ",
      thanked,
      "customer: /operator",
      `bot (silent): ${words.called}`,
    ]);
    expect(contactsOf(bridge, boris)).toMatchObject([{ id: known, name: "Boris of the shop" }]);
  });
});

describe("without an API token", () => {
  const bridge = useBridge({ ASK_PHONE: "when-called", AMOCRM_API_TOKEN: "" });

  test("the number goes with the message, into the contact that amoCRM makes", async () => {
    const anna = aCustomer(221, "Anna");
    await bridge.telegram.customer.send(anna, {
      contact: { phone_number: "79990000221", first_name: "Anna", user_id: anna.id },
    });
    await untilSaid(bridge, anna.id, phoneWords.thanks);

    expect(contactsOf(bridge, anna)).toMatchObject([{ name: "Anna", phones: ["+79990000221"] }]);
    expect(bridge.amocrm.calls().filter(({ path }) => path.startsWith("/api/v4"))).toEqual([]);
  });

  test("a customer who asks for an operator is asked for a number, and one who only starts the bot is not", async () => {
    const boris = aCustomer(222, "Boris");
    await bridge.telegram.customerSays(boris, "/start");
    await bridge.telegram.customerSays(boris, "/operator");
    await untilSaid(bridge, boris.id, phoneWords.ask);

    const texts = bridge.telegram.messages().filter(({ chatId }) => chatId === boris.id);
    expect(texts.map(({ text }) => text === phoneWords.ask)).toEqual([false, false, true]);
  });
});
