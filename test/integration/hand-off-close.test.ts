import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, statusOf, textsTo } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";
import {
  asksBot,
  callsOperator,
  question,
  seenBy,
  startWithBot,
  tellsOperators,
  untilSeen,
  words,
} from "./hand-off.ts";

let bridge: Bridge;
beforeAll(async () => {
  bridge = await startWithBot();
});
afterAll(() => bridge.run.close());

const aCustomer = (id: number) => ({ id, first_name: `Anna ${id}`, language_code: "en" });
const told = (chatId: number) => textsTo(bridge.telegram, chatId);
const untilTold = (chatId: number, last: string) =>
  eventually(`"${last}" in Telegram`, () => told(chatId).at(-1) === last);
const look = () => bridge.run.host.invoke("caretaker", { rounds: ["closeEnded"] });
const close = (chatId: number) => bridge.amocrm.closeTalk(conversationOf(chatId));
const operatorAnswers = async (chatId: number) => {
  const said = await bridge.amocrm.operatorSays(conversationOf(chatId), "Good morning");
  await eventually("the status", () => statusOf(bridge.amocrm, said.messageId));
};
/** Where the talk goes on, operators get what the bot would have answered. */
const expectTalking = async (chatId: number) => {
  await tellsOperators(bridge, aCustomer(chatId), question);
  expect(told(chatId)).not.toContain(words.over);
};

describe("an operator closes the talk in amoCRM's own interface", () => {
  test.each([
    { name: "before any answer", id: 151, hasAnswered: false },
    { name: "after an answer", id: 152, hasAnswered: true },
  ])("$name: the customer is told once, and the bot is back", async ({ id, hasAnswered }) => {
    await callsOperator(bridge, aCustomer(id));
    if (hasAnswered) await operatorAnswers(id);
    close(id);

    const once = await look();
    await untilTold(id, words.over);
    const twice = await look();
    await asksBot(bridge, aCustomer(id), question);

    expect([once, twice]).toEqual([{}, {}]);
    expect(told(id).slice(-2)).toEqual([words.over, words.hours]);
    expect(told(id).filter((text) => text === words.over)).toHaveLength(1);
  });

  test("and opens it again: the talk goes on", async () => {
    await callsOperator(bridge, aCustomer(153));
    close(153);
    bridge.amocrm.reopenTalk(conversationOf(153));

    await look();

    await expectTalking(153);
  });

  test("and the customer writes after that: operators have a new talk, which goes on", async () => {
    await callsOperator(bridge, aCustomer(154));
    close(154);
    await tellsOperators(bridge, aCustomer(154), "One more thing");

    await look();

    await expectTalking(154);
  });

  test("that was over here already, and another one has begun: that one goes on", async () => {
    const customer = aCustomer(155);
    await callsOperator(bridge, customer);
    await bridge.telegram.customerSays(customer, "/end");
    await untilSeen(bridge, customer.id, `bot (silent): ${words.over}`);
    close(customer.id);
    const before = seenBy(bridge, customer.id).length;
    await bridge.telegram.customerSays(customer, "/operator");
    await eventually("the call", () => seenBy(bridge, customer.id).length === before + 2);

    await look();
    await tellsOperators(bridge, customer, question);

    expect(told(customer.id)).toEqual([words.called, words.over, words.called]);
  });

  test("while a message is on its way: it arrives, and the talk goes on", async () => {
    const customer = aCustomer(156);
    await callsOperator(bridge, customer);
    const chatId = conversationOf(customer.id);
    bridge.amocrm.faults.add({ match: "POST /v2/origin", status: 503, delayMillis: 1500, chatId });
    await bridge.telegram.customerSays(customer, "On my way");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    close(customer.id);

    await look();
    await untilSeen(bridge, customer.id, "customer: On my way");

    await expectTalking(customer.id);
  });

  test("while the main API is in trouble: the next look finds it", async () => {
    await callsOperator(bridge, aCustomer(157));
    close(157);
    bridge.amocrm.faults.add({ match: "GET /api/v4/", status: 502 });

    const outcome = await look();
    const before = told(157).includes(words.over);
    await look();
    await untilTold(157, words.over);

    expect([outcome, before]).toEqual([{}, false]);
    expect(bridge.log.filter((line) => line.includes("TalksNotSeen"))).toHaveLength(1);
  });
});
