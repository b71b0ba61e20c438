import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { operatorTyping } from "../../../lambdas/operator-to-customer/answer.ts";
import { askForPhone } from "../../../lambdas/conversation/say.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { CustomerEvent, CustomerReaction } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { aCustomerEvent, anEnvelope, someSettings } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";

const chatId = "-1002-dm42";
const conversationId = `tg-700-${chatId}`;

/** An event in the direct messages of that customer. */
const happened = async (
  event: CustomerEvent | CustomerReaction,
  crm = aFakeCrm(),
  known?: Omit<Conversation, "conversationId">,
) => {
  const messenger = aFakeMessenger();
  const deps = routingDependencies({ crm, messenger, decodeTelegram: () => event });
  if (known !== undefined) await deps.conversations.update(conversationId, known);
  const { conversations, carryOut, probe } = deps;
  const bench = aDeliveryBench(createRouter(deps), { conversations, carryOut, probe });
  const id = "tg:700:1";
  await bench.attempt({ direction: "to-amocrm", id, envelope: anEnvelope({ id }) });
  return { crm, messenger, deps, state: bench.ledger.entry(id)?.state };
};

/** An administrator of the channel writes to the customer. */
const written = (
  crm = aFakeCrm({ bot: true }),
  changes: Partial<CustomerEvent> = {},
  known?: Omit<Conversation, "conversationId">,
) => happened(aCustomerEvent({ conversationId, chatId, isOutgoing: true, ...changes }), crm, known);
const customer = { id: "tg-42", name: "Anna", language: "en" } as const;

describe("direct messages of a channel", () => {
  test("are shown silently as outgoing when an administrator writes, and are remembered as the bridge's own", async () => {
    const { crm, messenger, deps, state } = await written();

    expect(state).toBe("sent");
    expect(crm.messages()).toMatchObject([{ from: "bot", silent: true, conversationId }]);
    expect(messenger.sent).toEqual([]);
    expect((await deps.conversations.find(conversationId))?.echoedAtMillis).toBeDefined();
  });

  test.each([
    { kind: "message", sent: "sendMessage" },
    { kind: "edit", sent: "editMessage" },
  ] as const)(
    "of an administrator are shown silently under a line that names them when amoCRM knows no bot: $kind",
    async ({ kind, sent }) => {
      const { crm, deps, state } = await written(aFakeCrm({ bot: false }), { kind });

      const text = "[Written by an administrator of the channel]\nGood morning";
      expect(state).toBe("sent");
      expect(crm.calls.at(-1)).toMatchObject({
        method: sent,
        message: { from: "customer", silent: true, content: { text } },
      });
      // The same text from an operator is not an echo of these.
      expect((await deps.conversations.find(conversationId))?.echoedAtMillis).toBeUndefined();
    },
  );

  test.each([
    { name: "a location", content: { type: "location", latitude: 1, longitude: 2 } },
    { name: "a contact", content: { type: "contact", name: "Ivan", phone: "+7" } },
    { name: "a gift", content: { type: "unsupported", kind: "gift" } },
  ] as const)("of an administrator say so of $name", async ({ content }) => {
    const { crm } = await written(aFakeCrm({ bot: false }), { content });

    expect(crm.messages()).toMatchObject([
      {
        content: { text: expect.stringMatching(/^\[Written by an administrator of the channel\]/) },
      },
    ]);
  });

  const press = aCustomerEvent({ conversationId, chatId, isTopicGuessed: true });
  const reaction: CustomerReaction = {
    kind: "reaction",
    conversationId,
    chatId,
    customer,
    isTopicGuessed: true,
    telegramMessageId: "9",
    updateId: 90_001,
    atSeconds: 1_700_000_000,
    added: ["👍"],
    removed: [],
  };
  test.each([
    { name: "a button press", event: press },
    { name: "a reaction", event: reaction },
  ])("show $name without a topic to the conversation of its author alone", async ({ event }) => {
    const ofNobody = await happened(event);
    const ofCustomer = await happened(event, undefined, { amojoChatId: "amojo-chat" });

    expect([ofNobody.state, ofNobody.crm.calls]).toEqual(["ignored", []]);
    expect(await ofNobody.deps.conversations.find(conversationId)).toBeUndefined();
    expect(ofCustomer.state).toBe("sent");
    expect(ofCustomer.crm.calls).toHaveLength(1);
  });

  test("have no typing indicator and no button that shares the number", () => {
    const facts = { chat: { conversationId, chatId }, conversation: undefined, nowMillis: 0 };
    const settings = someSettings({ askPhone: "at-start" });
    const typing = { kind: "typing", conversationId, untilSeconds: 1_800_000_000 } as const;
    const event = aCustomerEvent({ conversationId, chatId });

    expect(operatorTyping(typing, facts)).toMatchObject({ kind: "ignore" });
    expect(askForPhone("at-start", event, undefined, settings)).toEqual([]);
  });
});
