import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, opened, shown, useBridge, textsTo, finalStatusOf } from "./bridge.ts";
import { conversationOf } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };

const bridge = useBridge();
beforeAll(async () => {
  await opened(bridge, anna);
});

/**
 * Sends a hook of the operator's message that names its chat only by amoCRM's id, instead of the
 * original hook. Returns the message's id.
 */
const saysUnnamed = async (text: string, chatId?: string): Promise<string> => {
  bridge.amocrm.faults.add({ match: "hook", dropRequest: true });
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(anna.id), text);
  const accepted = await bridge.amocrm.sendHook(
    hookOf(messageId, text, chatId === undefined ? {} : { id: chatId }),
  );
  expect(accepted).toBe(200);
  return messageId;
};
/**
 * A hook of a message that amoCRM knows. Names its chat only by amoCRM's id, unless `name` sets
 * another name.
 */
const hookOf = (messageId: string, text: string, name: Readonly<Record<string, string>>) => {
  const message = bridge.amocrm.messages().find(({ id }) => id === messageId);
  return {
    account_id: accountOf(bridge),
    message: {
      conversation: { id: message?.chatId, ...name },
      timestamp: message?.timestamp,
      msec_timestamp: message?.msecTimestamp,
      message: { id: messageId, type: "text", text },
    },
  };
};
const accountOf = ({ run }: Bridge) => run.scopeId.split("_")[1];
const typingShown = () =>
  bridge.telegram.calls().filter(({ method }) => method === "sendChatAction").length;

describe("a hook without client_id", () => {
  test("of a known chat reaches its customer, and counts as late", async () => {
    const messageId = await saysUnnamed("We are open");

    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).at(-1)).toBe("We are open");
    const late = bridge.log.filter((line) => line.includes("without-client-id"));
    expect(late.map((line) => /LateEvent|DeliverySent/.exec(line)?.[0])).toEqual([
      "LateEvent",
      "DeliverySent",
    ]);
  });

  test("waits while an event of that chat is being delivered, and then goes out", async () => {
    const before = textsTo(bridge.telegram, anna.id).length;
    bridge.telegram.faults.add({ match: "sendMessage", status: 502, times: 2 });
    await bridge.amocrm.operatorSays(conversationOf(anna.id), "First");
    await eventually("the first to wait", () =>
      bridge.log.some((line) => line.includes("DeliveryDeferred")),
    );

    const moved = () => bridge.log.filter((line) => line.includes("EventRegrouped")).length;
    const movedBefore = moved();
    const second = await saysUnnamed("Second");
    // Until the sender has moved it to its chat's group, a hook that names the chat may overtake
    // it.
    await eventually("the second in the group of its chat", () => moved() > movedBefore);
    await bridge.amocrm.operatorSays(conversationOf(anna.id), "Third");

    expect(await finalStatusOf(bridge, second)).toEqual({ status: 1 });
    await eventually("the third", () => textsTo(bridge.telegram, anna.id).includes("Third"));
    expect(textsTo(bridge.telegram, anna.id).slice(before)).toEqual(["First", "Second", "Third"]);
  });

  test("twice, and a named hook between them, go out in the order in which they came", async () => {
    const before = textsTo(bridge.telegram, anna.id).length;
    const moved = () => bridge.log.filter((line) => line.includes("EventRegrouped")).length;
    const movedBefore = moved();
    bridge.telegram.faults.add({ match: "sendMessage", status: 502, times: 2 });

    await saysUnnamed("One");
    await saysUnnamed("Two");
    await eventually("both in the group of their chat", () => moved() === movedBefore + 2);
    await bridge.amocrm.operatorSays(conversationOf(anna.id), "Three");
    const last = await saysUnnamed("Four");

    expect(await finalStatusOf(bridge, last)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).slice(before)).toEqual([
      "One",
      "Two",
      "Three",
      "Four",
    ]);
  });

  test("that arrives again, or arrives also with a name, goes out once", async () => {
    const before = textsTo(bridge.telegram, anna.id).length;
    const messageId = await saysUnnamed("Only once");
    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });

    for (const name of [{}, { client_id: conversationOf(anna.id) }]) {
      await bridge.amocrm.sendHook(hookOf(messageId, "Only once", name));
    }
    const next = await saysUnnamed("And this");

    expect(await finalStatusOf(bridge, next)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).slice(before)).toEqual(["Only once", "And this"]);
  });

  test("about typing shows it in the customer's chat, and counts as late", async () => {
    const { chatId } = bridge.amocrm.messages()[0] ?? {};
    const typing = { conversation: { id: chatId }, expired_at: Math.floor(Date.now() / 1000) + 60 };
    const shownBefore = typingShown();
    const lateBefore = bridge.log.filter((line) => line.includes("LateEvent")).length;

    await bridge.amocrm.sendHook({ account_id: accountOf(bridge), action: { typing } });

    await eventually("typing", () => typingShown() > shownBefore);
    const late = bridge.log.filter((line) => line.includes("LateEvent"));
    expect(late.slice(lateBefore)).toEqual([expect.stringContaining("without-client-id")]);
  });

  test("of an unknown chat gives the operator an error after one or two look-ups", async () => {
    const status = await finalStatusOf(
      bridge,
      await saysUnnamed("Hello?", "c0ffee00-0000-4000-8000-1"),
    );

    expect(status).toMatchObject({ status: -1, errorCode: 904 });
    expect(status.error).toMatch(/не может написать первым/);
  });

  test("about a reaction sets it on the customer's message", async () => {
    const { messageId } = await bridge.telegram.customerSays(anna, "Thanks");
    const { id, chatId } = await shown(bridge, anna.id, messageId);
    await bridge.amocrm.sendHook({
      account_id: accountOf(bridge),
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
