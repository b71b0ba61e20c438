import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, statusOf, textsTo } from "./bridge.ts";
import {
  asksBot,
  callsOperator,
  question,
  seenBy,
  useBridgeWithBot,
  writesToOperators,
  untilSeen,
  words,
} from "./hand-off.ts";

const bridge = useBridgeWithBot();

const aCustomer = (id: number) => ({ id, first_name: `Anna ${id}`, language_code: "en" });
const textsFor = (chatId: number) => textsTo(bridge.telegram, chatId);
const untilShown = (chatId: number, last: string) =>
  eventually(`"${last}" in Telegram`, () => textsFor(chatId).at(-1) === last);
const runCaretaker = () => bridge.run.host.invoke("caretaker", { rounds: ["closeEnded"] });
const close = (chatId: number) => bridge.amocrm.closeTalk(conversationOf(chatId));
const operatorAnswers = async (chatId: number) => {
  const sent = await bridge.amocrm.operatorSays(conversationOf(chatId), "Good morning");
  await eventually("the status", () => statusOf(bridge.amocrm, sent.messageId));
};
/** If the talk goes on, operators get the message that the bot would have answered. */
const expectTalking = async (chatId: number) => {
  await writesToOperators(bridge, aCustomer(chatId), question);
  expect(textsFor(chatId)).not.toContain(words.over);
};

describe("an operator closes the talk in amoCRM's own interface", () => {
  test.each([
    { name: "before any answer", id: 151, hasAnswered: false },
    { name: "after an answer", id: 152, hasAnswered: true },
  ])(
    "$name: the customer gets one notice, and the bot answers again",
    async ({ id, hasAnswered }) => {
      await callsOperator(bridge, aCustomer(id));
      if (hasAnswered) await operatorAnswers(id);
      close(id);

      const once = await runCaretaker();
      await untilShown(id, words.over);
      const twice = await runCaretaker();
      await asksBot(bridge, aCustomer(id), question);

      expect([once, twice]).toEqual([{}, {}]);
      expect(textsFor(id).slice(-2)).toEqual([words.over, words.hours]);
      expect(textsFor(id).filter((text) => text === words.over)).toHaveLength(1);
    },
  );

  test("and reopens it: the talk goes on", async () => {
    await callsOperator(bridge, aCustomer(153));
    close(153);
    bridge.amocrm.reopenTalk(conversationOf(153));

    await runCaretaker();

    await expectTalking(153);
  });

  test("and the customer writes afterwards: operators have a new talk, which goes on", async () => {
    await callsOperator(bridge, aCustomer(154));
    close(154);
    await writesToOperators(bridge, aCustomer(154), "One more thing");

    await runCaretaker();

    await expectTalking(154);
  });

  test("that has already ended here, and another one has started: the new one goes on", async () => {
    const customer = aCustomer(155);
    await callsOperator(bridge, customer);
    await bridge.telegram.customerSays(customer, "/end");
    await untilSeen(bridge, customer.id, `bot (silent): ${words.over}`);
    close(customer.id);
    const before = seenBy(bridge, customer.id).length;
    await bridge.telegram.customerSays(customer, "/operator");
    await eventually("the call", () => seenBy(bridge, customer.id).length === before + 2);

    await runCaretaker();
    await writesToOperators(bridge, customer, question);

    expect(textsFor(customer.id)).toEqual([words.called, words.over, words.called]);
  });

  test("while a message is on its way: the message arrives, and the talk goes on", async () => {
    const customer = aCustomer(156);
    await callsOperator(bridge, customer);
    const chatId = conversationOf(customer.id);
    bridge.amocrm.faults.add({ match: "POST /v2/origin", status: 503, delayMillis: 1500, chatId });
    await bridge.telegram.customerSays(customer, "On my way");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    close(customer.id);

    await runCaretaker();
    await untilSeen(bridge, customer.id, "customer: On my way");

    await expectTalking(customer.id);
  });

  test("while the main API is failing: the next check finds it", async () => {
    await callsOperator(bridge, aCustomer(157));
    close(157);
    bridge.amocrm.faults.add({ match: "GET /api/v4/contacts/chats", status: 502 });

    const outcome = await runCaretaker();
    const before = textsFor(157).includes(words.over);
    await runCaretaker();
    await untilShown(157, words.over);

    expect([outcome, before]).toEqual([{}, false]);
    expect(bridge.log.filter((line) => line.includes("TalksNotSeen"))).toHaveLength(1);
  });
});
