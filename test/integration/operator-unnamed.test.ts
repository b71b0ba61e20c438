import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, opened, shown, startBridge, textsTo, toldOf } from "./bridge.ts";
import { conversationOf } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };

let bridge: Bridge;
beforeAll(async () => {
  bridge = await startBridge();
  await opened(bridge, anna);
});
afterAll(async () => {
  await bridge.run.close();
});
afterEach(() => bridge.telegram.faults.clear());

/** A hook of the operator's that names its chat by amoCRM's id alone, in place of its own; answers the message's id. */
const saysUnnamed = async (text: string, chatId?: string): Promise<string> => {
  bridge.amocrm.faults.add({ match: "hook", dropRequest: true });
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(anna.id), text);
  const message = bridge.amocrm.messages().find(({ id }) => id === messageId);
  const accepted = await bridge.amocrm.sendHook({
    account_id: bridge.run.scopeId.split("_")[1],
    message: {
      conversation: { id: chatId ?? message?.chatId },
      timestamp: message?.timestamp,
      msec_timestamp: message?.msecTimestamp,
      message: { id: messageId, type: "text", text },
    },
  });
  expect(accepted).toBe(200);
  return messageId;
};

describe("a hook without client_id", () => {
  test("of a chat that is known reaches its customer, and counts as late", async () => {
    const messageId = await saysUnnamed("We are open");

    expect(await toldOf(bridge, messageId)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).at(-1)).toBe("We are open");
    const late = bridge.log.filter((line) => line.includes("without-client-id"));
    expect(late.map((line) => /LateEvent|DeliverySent/.exec(line)?.[0])).toEqual([
      "LateEvent",
      "DeliverySent",
    ]);
  });

  test("waits while an event of that chat is under way, and then goes", async () => {
    const before = textsTo(bridge.telegram, anna.id).length;
    bridge.telegram.faults.add({ match: "sendMessage", status: 502, times: 2 });
    await bridge.amocrm.operatorSays(conversationOf(anna.id), "First");
    await eventually("the first to wait", () =>
      bridge.log.some((line) => line.includes("DeliveryDeferred")),
    );

    const moved = () => bridge.log.filter((line) => line.includes("EventRegrouped")).length;
    const movedBefore = moved();
    const second = await saysUnnamed("Second");
    // Until the sender has moved it, what names its chat may come before it.
    await eventually("the second in the group of its chat", () => moved() > movedBefore);
    await bridge.amocrm.operatorSays(conversationOf(anna.id), "Third");

    expect(await toldOf(bridge, second)).toEqual({ status: 1 });
    await eventually("the third", () => textsTo(bridge.telegram, anna.id).includes("Third"));
    expect(textsTo(bridge.telegram, anna.id).slice(before)).toEqual(["First", "Second", "Third"]);
  });

  test("of a chat that nobody knows is told so after a look or two", async () => {
    const status = await toldOf(bridge, await saysUnnamed("Hello?", "c0ffee00-0000-4000-8000-1"));

    expect(status).toMatchObject({ status: -1, errorCode: 904 });
    expect(status.error).toMatch(/не может написать первым/);
  });

  test("that is a reaction is put to the customer's message", async () => {
    const { messageId } = await bridge.telegram.customerSays(anna, "Thanks");
    const { id, chatId } = await shown(bridge, anna.id, messageId);
    await bridge.amocrm.sendHook({
      account_id: bridge.run.scopeId.split("_")[1],
      action: {
        reaction: { type: "react", emoji: "👍", msgid: id, conversation: { id: chatId } },
      },
    });

    const put = await eventually("the reaction", () =>
      bridge.telegram.reaction(anna.id, messageId),
    );
    expect(put).toBe("👍");
  });
});
