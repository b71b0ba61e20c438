import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, statusOf, textsTo, useBridge } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";
import { callsOperator, seenBy, untilSeen, useBridgeWithBot, words } from "./hand-off.ts";

const aCustomer = (id: number) => ({ id, first_name: `Anna ${id}`, language_code: "en" });
const line = "Thank you for waiting. Operators have your message and will answer you here.";
const runCaretaker = ({ run }: Bridge) =>
  run.host.invoke("caretaker", { rounds: ["findUnanswered"] });
const since = /^Клиент не получил ответа в Telegram с \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/;

let messages = 10_000;
/** A message in Telegram's past, so that its wait is due at once. */
const writesLongAgo = async (bridge: Bridge, id: number, text: string) => {
  const date = Math.floor(Date.now() / 1000) - 3600;
  const customer = { ...aCustomer(id), is_bot: false };
  const chat = { id, type: "private", first_name: customer.first_name };
  const message_id = (messages += 1);
  await bridge.telegram.sendUpdate({ message: { message_id, date, chat, from: customer, text } });
  await shown(bridge, id, message_id);
};
const leadOf = ({ amocrm }: Bridge, id: number) => {
  const contact = amocrm.contacts().find(({ name }) => name === `Anna ${id}`);
  return amocrm.leads().find(({ contactId }) => contactId === contact?.id)?.id;
};

describe("nobody answers a customer", () => {
  const bridge = useBridge({
    UNANSWERED: '{"afterWorkingMinutes": 15, "as": "task", "tellCustomer": true}',
  });
  const tasksOf = (id: number) =>
    bridge.amocrm.tasks().filter(({ entityId }) => entityId === leadOf(bridge, id));

  test("the responsible user gets one task, and the customer one line, however often the caretaker runs", async () => {
    await writesLongAgo(bridge, 911, "Hello");

    await runCaretaker(bridge);
    await eventually("the task", () => tasksOf(911).length > 0);
    await writesLongAgo(bridge, 911, "Anybody?");
    await runCaretaker(bridge);
    await writesLongAgo(bridge, 912, "Me too");
    await runCaretaker(bridge);
    await eventually("the next task", () => tasksOf(912).length > 0);

    expect(tasksOf(911)).toEqual([
      expect.objectContaining({ entity: "leads", text: expect.stringMatching(since) }),
    ]);
    expect(textsTo(bridge.telegram, 911)).toEqual([line]);
  });

  test("an answer ends the wait before it is due, and its time is measured", async () => {
    await writesLongAgo(bridge, 913, "Hello");
    const { messageId } = await bridge.amocrm.operatorSays(conversationOf(913), "Good morning");
    await eventually("the status", () => statusOf(bridge.amocrm, messageId));

    await runCaretaker(bridge);
    await writesLongAgo(bridge, 914, "After it");
    await runCaretaker(bridge);
    await eventually("the task of another customer", () => tasksOf(914).length > 0);

    expect(tasksOf(913)).toEqual([]);
    const [, seconds] = /"AnswerTime":(\d+)/.exec(bridge.log.join("\n")) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(3600);
  });

  test("an answer of amoCRM that is lost makes no second task", async () => {
    await writesLongAgo(bridge, 915, "Hello");
    bridge.amocrm.faults.add({ match: "POST /api/v4/tasks", loseAnswer: true });

    await runCaretaker(bridge);
    await eventually("a second look", () =>
      bridge.amocrm
        .calls()
        .some(({ method, path }) => method === "GET" && path === "/api/v4/tasks"),
    );
    await writesLongAgo(bridge, 916, "After it");
    await runCaretaker(bridge);
    await eventually("the task of another customer", () => tasksOf(916).length > 0);

    expect(tasksOf(915)).toHaveLength(1);
    expect(textsTo(bridge.telegram, 915)).toEqual([line]);
  });
});

describe("where a bot answers first", () => {
  const bridge = useBridgeWithBot({
    UNANSWERED: '{"afterWorkingMinutes": 1, "as": "note"}',
    CLOSE_TALKS: "force",
  });

  test("the customer's end closes the talk in amoCRM too", async () => {
    await callsOperator(bridge, aCustomer(921));
    await bridge.telegram.customerSays(aCustomer(921), "/end");
    await untilSeen(bridge, 921, `bot (silent): ${words.over}`);

    await eventually("the end of the talk", () =>
      bridge.amocrm.calls().some(({ path }) => /^\/api\/v4\/talks\/\d+\/close$/.test(path)),
    );
    expect(() => bridge.amocrm.closeTalk(conversationOf(921))).toThrow("There is no open talk");
    expect(seenBy(bridge, 921).at(-1)).toBe(`bot (silent): ${words.over}`);
  });
});

describe("where the account's survey may run", () => {
  const bridge = useBridgeWithBot({ CLOSE_TALKS: "survey" });

  test("its question reaches the customer, and the bot answers the next message", async () => {
    bridge.amocrm.setSwitches({ npsBot: true });
    await callsOperator(bridge, aCustomer(931));
    await bridge.telegram.customerSays(aCustomer(931), "/end");

    const question = "How do you rate the talk, from 1 to 5?";
    await eventually("the survey", () => textsTo(bridge.telegram, 931).includes(question));
    await bridge.telegram.customerSays(aCustomer(931), "When are you open?");

    await eventually("the bot's answer", () => textsTo(bridge.telegram, 931).at(-1) !== question);
    expect(textsTo(bridge.telegram, 931).at(-1)).toBe(words.hours);
  });
});
