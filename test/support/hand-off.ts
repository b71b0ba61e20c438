import { MemoryTranscript } from "./memory/stores.ts";
import { createRouter } from "../../lambdas/routing/route-event.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import type { CustomerEvent, OperatorEvent } from "../../lambdas/model/message.ts";
import type { BotAnswer } from "../../lambdas/model/messenger.ts";
import { aDeliveryBench } from "./delivery-bench.ts";
import { aCustomerEvent, anEnvelope, anOperatorEvent, scopeId } from "./events.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aFakeMessenger } from "./fake-messenger.ts";
import { routingDependencies } from "./routing-dependencies.ts";
import type { Fakes } from "./routing-dependencies.ts";

/** The bot gives one answer to every message except a question about life. */
const usual = (update: Uint8Array): BotAnswer => {
  const text = Buffer.from(update).toString();
  if (text.includes("life")) return { requests: [], callsOperator: true };
  const says = "I am a bot.";
  return {
    requests: [{ method: "sendMessage", payload: { text: says }, text: says }],
    callsOperator: false,
  };
};

/** One conversation with a bot before the operators. Everything outside is a fake. */
export function aHandOff(
  known: Omit<Conversation, "conversationId"> = {},
  {
    answer = usual,
    crm = aFakeCrm(),
    messenger = aFakeMessenger(),
    ...fakes
  }: Pick<
    Fakes,
    | "askPhone"
    | "openConversation"
    | "closeTalks"
    | "logger"
    | "now"
    | "talks"
    | "tasks"
    | "unanswered"
    | "waits"
    | "workingHours"
  > & {
    answer?: (update: Uint8Array) => BotAnswer;
    crm?: ReturnType<typeof aFakeCrm>;
    messenger?: ReturnType<typeof aFakeMessenger>;
  } = {},
) {
  let next: CustomerEvent | OperatorEvent = aCustomerEvent();
  const asked: string[] = [];
  const transcript = new MemoryTranscript();
  const deps = routingDependencies({
    crm,
    messenger,
    transcript,
    ...fakes,
    bot: {
      answer: async (update) => {
        asked.push(Buffer.from(update).toString());
        return answer(update);
      },
    },
    decodeTelegram: () => next as CustomerEvent,
    decodeAmocrm: () => next as OperatorEvent,
  });
  const { conversations, carryOut, probe } = deps;
  const bench = aDeliveryBench(createRouter(deps), { conversations, carryOut, probe });
  const opened = deps.conversations.update("tg-700-42", known);
  let events = 0;
  const deliver = async (direction: "to-amocrm" | "to-telegram", body: string, id?: string) => {
    await opened;
    events += 1;
    const source = direction === "to-amocrm" ? "telegram" : "amocrm";
    const envelope = anEnvelope({
      id: id ?? `event-${events}`,
      source,
      scopeId,
      body: Buffer.from(body).toString("base64"),
    });
    return bench.attempt({ direction, id: envelope.id, envelope, group: "tg-700-42" });
  };
  return {
    asked,
    bench,
    crm,
    messenger,
    transcript,
    deps,
    state: async () => (await deps.conversations.find("tg-700-42"))?.handOff,
    /** A customer writes. Each message has the number of its event as Telegram's id. */
    customer: (text: string, changes: Partial<CustomerEvent> = {}, id?: string) => {
      const msgid = `tg-700-42-${1000 + events}`;
      next = aCustomerEvent({ msgid, content: { type: "text", text }, ...changes });
      return deliver("to-amocrm", text, id);
    },
    operator: (text: string, changes: Partial<OperatorEvent> = {}) => {
      const amocrmMessageId = `operators-${events}`;
      next = anOperatorEvent({ amocrmMessageId, content: { type: "text", text }, ...changes });
      return deliver("to-telegram", text);
    },
    /** The messages shown to operators: the author, the text, and whether there was a notification. */
    shown: () =>
      crm.messages().map(({ from, content, silent }) => {
        const text = "text" in content ? content.text : content.type;
        return `${from}${silent ? " (silent)" : ""}: ${text}`;
      }),
    sentTexts: () => messenger.sent.map(({ text }) => text),
  };
}
