import { describe, expect, test } from "@jest/globals";
import { eventually, useBridge, statusOf, textsIn, textsTo } from "./bridge.ts";

const bridge = useBridge();

const conversationOf = (id: number) => `tg-1000000001-${id}`;
const aCustomer = async (id: number) => {
  const customer = { id, first_name: `Customer ${id}` };
  await bridge.telegram.customerSays(customer, "hello");
  await eventually("the chat", () => textsIn(bridge.amocrm, conversationOf(id)).length > 0);
  return customer;
};

describe("when amoCRM is down", () => {
  test("two answers of one chat still reach Telegram, and their statuses arrive later", async () => {
    await aCustomer(61);
    bridge.amocrm.faults.add({ match: "delivery_status", status: 503, times: 1000 });

    const first = await bridge.amocrm.operatorSays(conversationOf(61), "one");
    const second = await bridge.amocrm.operatorSays(conversationOf(61), "two");

    await eventually("both answers", () => textsTo(bridge.telegram, 61).length === 2);
    expect(textsTo(bridge.telegram, 61)).toEqual(["one", "two"]);
    expect(statusOf(bridge.amocrm, first.messageId)).toBeUndefined();
    bridge.amocrm.faults.clear();
    // In any order: the first status report of the second answer may be in flight when amoCRM
    // recovers.
    for (const { messageId } of [first, second]) {
      await eventually("the status", () => statusOf(bridge.amocrm, messageId));
      expect(statusOf(bridge.amocrm, messageId)).toEqual({ status: 1 });
    }
  });

  test("a customer's messages from that time arrive later, once and in order", async () => {
    const customer = await aCustomer(62);
    bridge.amocrm.faults.add({ match: "/v2/origin", status: 500, times: 2 });

    for (const text of ["a", "b", "c"]) await bridge.telegram.customerSays(customer, text);

    await eventually("all of it", () => textsIn(bridge.amocrm, conversationOf(62)).length === 4);
    expect(textsIn(bridge.amocrm, conversationOf(62))).toEqual(["hello", "a", "b", "c"]);
  });

  test("a message whose answer was lost is found in the history and not sent again", async () => {
    const customer = await aCustomer(63);
    bridge.amocrm.faults.add({
      match: `POST /v2/origin/custom/${bridge.run.scopeId}`,
      loseAnswer: true,
    });

    await bridge.telegram.customerSays(customer, "once");
    await bridge.telegram.customerSays(customer, "after");

    await eventually("the next message", () =>
      textsIn(bridge.amocrm, conversationOf(63)).includes("after"),
    );
    expect(textsIn(bridge.amocrm, conversationOf(63))).toEqual(["hello", "once", "after"]);
    expect(bridge.amocrm.calls().some(({ path }) => path.endsWith("/history"))).toBe(true);
  });
});

describe("when Telegram sets a rate limit", () => {
  test("the chat waits in order, no call comes too early, and other chats go on", async () => {
    await aCustomer(64);
    await aCustomer(65);
    const body = {
      ok: false,
      error_code: 429,
      description: "Too Many Requests",
      parameters: { retry_after: 3 },
    };
    bridge.telegram.faults.add({ match: "sendMessage", chatId: "64", status: 429, body });
    const startedAtMillis = Date.now();

    await bridge.amocrm.operatorSays(conversationOf(64), "one");
    await bridge.amocrm.operatorSays(conversationOf(64), "two");
    await bridge.amocrm.operatorSays(conversationOf(65), "elsewhere");

    await eventually("the other chat", () => textsTo(bridge.telegram, 65).length === 1);
    expect(textsTo(bridge.telegram, 64)).toEqual([]);
    await eventually("both answers", () => textsTo(bridge.telegram, 64).length === 2);
    expect(textsTo(bridge.telegram, 64)).toEqual(["one", "two"]);
    const sends = bridge.telegram
      .calls()
      .filter((call) => call.method === "sendMessage" && String(call.chatId) === "64");
    const [refused, repeated] = sends;
    expect(refused?.atMillis).toBeGreaterThanOrEqual(startedAtMillis);
    expect((repeated?.atMillis ?? 0) - (refused?.atMillis ?? 0)).toBeGreaterThanOrEqual(3000);
  });
});

describe("when the sender dies", () => {
  test("in the middle of a send, its next attempt delivers the message", async () => {
    await aCustomer(66);
    bridge.telegram.faults.add({
      match: "sendMessage",
      chatId: "66",
      delayMillis: 5000,
      dropRequest: true,
    });

    await bridge.amocrm.operatorSays(conversationOf(66), "survives");
    await eventually("the send under way", () =>
      bridge.log.some((line) => line.includes("HookAccepted")),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const pid of bridge.run.host.processes("delivery-sender")) process.kill(pid, "SIGKILL");

    await eventually("the message", () => textsTo(bridge.telegram, 66).length > 0);
    expect(textsTo(bridge.telegram, 66)).toEqual(["survives"]);
    const touched = bridge.telegram.calls().some(({ method }) => method === "sendChatAction");
    expect(touched).toBe(true);
  });

  test("a killed ingest process is replaced, and the next update is accepted", async () => {
    for (const pid of bridge.run.host.processes("telegram-webhook")) process.kill(pid, "SIGKILL");

    await aCustomer(67);

    expect(textsIn(bridge.amocrm, conversationOf(67))).toEqual(["hello"]);
  });
});

describe("what arrives twice", () => {
  test("a repeated update is shown once", async () => {
    bridge.telegram.faults.add({ match: "webhook", loseAnswer: true });
    const customer = await aCustomer(68);

    await bridge.telegram.customerSays(customer, "next");

    await eventually("the next message", () =>
      textsIn(bridge.amocrm, conversationOf(68)).includes("next"),
    );
    expect(textsIn(bridge.amocrm, conversationOf(68))).toEqual(["hello", "next"]);
  });
});
