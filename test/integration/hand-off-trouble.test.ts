import { describe, expect, test } from "@jest/globals";
import { aRealJpeg } from "../support/real-pictures.ts";
import { eventually, fetchedFor, shown, textsTo } from "./bridge.ts";
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

const bridge = useBridgeWithBot();

const aCustomer = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const questions = [question, "/help", "What are your opening hours?"];
/** A talk of three questions with the bot, followed by a call to an operator. */
const asksAll = async (customer: ReturnType<typeof aCustomer>) => {
  for (const text of questions) await asksBot(bridge, customer, text);
};
const talk = [
  `customer (silent): ${questions[0]}`,
  `bot (silent): ${words.hours}`,
  `customer (silent): ${questions[1]}`,
  `bot (silent): ${words.hello}`,
  `customer (silent): ${questions[2]}`,
  `bot (silent): ${words.hours}`,
  "customer: /operator",
];
const newMessage = () => `POST /v2/origin/custom/${bridge.run.scopeId}`;

describe("in the middle of a hand-over", () => {
  test("a killed sender's next attempt continues where the first stopped: nothing twice, nothing missing", async () => {
    const customer = aCustomer(151);
    await asksAll(customer);
    bridge.amocrm.faults.add({ match: newMessage(), delayMillis: 400, times: 4 });

    await bridge.telegram.customerSays(customer, "/operator");
    await eventually("its first lines", () => seenBy(bridge, customer.id).length >= 2);
    for (const pid of bridge.run.host.processes("delivery-sender")) process.kill(pid, "SIGKILL");
    const linesThen = seenBy(bridge, customer.id).length;
    await writesToOperators(bridge, customer, "Hello?");

    expect(linesThen).toBeLessThan(talk.length);
    expect(seenBy(bridge, customer.id)).toEqual([
      ...talk,
      `bot (silent): ${words.called}`,
      "customer: Hello?",
    ]);
    expect(textsTo(bridge.telegram, customer.id).at(-1)).toBe(words.called);
  });

  test.each([
    { name: "amoCRM fails for a while", id: 152, fault: { status: 502, times: 3 } },
    { name: "its answers are lost", id: 153, fault: { loseAnswer: true, times: 3 } },
  ])(
    "$name: the talk is complete, in order and without duplicates, and later messages wait for it",
    async ({ id, fault }) => {
      const customer = aCustomer(id);
      await asksAll(customer);
      bridge.amocrm.faults.add({ match: newMessage(), ...fault });

      await bridge.telegram.customerSays(customer, "/operator");
      await bridge.telegram.customerSays(customer, "Hello?");
      await untilSeen(bridge, id, "customer: Hello?");

      expect(seenBy(bridge, id).slice(0, talk.length)).toEqual(talk);
      expect(seenBy(bridge, id).filter((line) => line.startsWith("customer:"))).toHaveLength(2);
    },
  );

  test("the customer blocks the bot: operators still get the talk and the request", async () => {
    const customer = aCustomer(154);
    await asksAll(customer);
    bridge.telegram.faults.add({ match: "sendMessage", chatId: "154", status: 403 });

    await bridge.telegram.customerSays(customer, "/operator");
    await untilSeen(bridge, customer.id, "customer: /operator");
    await eventually("the refused message", () => bridge.telegram.faults.unmet().length === 0);

    expect(seenBy(bridge, customer.id)).toEqual(talk);
  });
});

describe("a file that the customer sent to the bot", () => {
  test("appears in the transcript with its bytes and its caption", async () => {
    const customer = aCustomer(161);
    const bytes = aRealJpeg({ mark: "the door" });
    bridge.telegram.putFile("door", bytes);
    const photo = [{ file_id: "door", file_unique_id: "d", width: 64, height: 48 }];
    const { messageId } = await bridge.telegram.customer.send(customer, {
      photo: photo.map((size) => ({ ...size, file_size: bytes.length })),
      caption: question,
    });
    await eventually("the bot's answer", () => textsTo(bridge.telegram, customer.id).length === 1);

    await callsOperator(bridge, customer);

    const message = await shown(bridge, customer.id, messageId);
    expect(message).toMatchObject({ type: "picture", text: question, silent: true });
    expect((await fetchedFor(bridge, message)).bytes).toEqual(bytes);
    expect(seenBy(bridge, customer.id)[1]).toBe(`bot (silent): ${words.hours}`);
  });
});

describe("/language", () => {
  test("sets the language of the bot and the bridge, and overrides Telegram's language", async () => {
    const customer = aCustomer(171);
    await asksBot(bridge, customer, "/language");
    const { messageId, buttons } = menuOf(bridge, customer.id);

    await bridge.telegram.customer.press(customer.id, messageId, { text: "Русский" });
    await eventually("the choice", () => textsTo(bridge.telegram, customer.id).length === 2);
    await asksBot(bridge, customer, question);
    await asksBot(bridge, customer, "/operator");
    await asksBot(bridge, customer, "/end");
    await asksBot(bridge, customer, "/end");

    expect(buttons).toEqual(["English", "Русский", "Português", "Español"]);
    expect(textsTo(bridge.telegram, customer.id)).toEqual([
      "Choose a language:",
      "Буду писать вам по-русски.",
      "Мы работаем с понедельника по пятницу, с 9:00 до 18:00.",
      "Оператор вызван и ответит вам в этом чате.",
      "Разговор с оператором завершён. Снова отвечает бот.",
      "Сейчас нет открытого разговора с оператором.",
    ]);
  });
});
