import type { Direction } from "../../lambdas/model/envelope.ts";
import { hookSignature } from "../../test/support/bodies.ts";
import { anHttpEvent, anSqsEvent } from "../../test/support/lambda-events.ts";
import { channelSecret, conversationOf, scopeId, webhookSecret } from "./names.ts";

/** A Cyrillic text of a typical length. */
const typicalText =
  "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ №15926745? Жду уже третий день.";

/** A chat, and the number of its message, with which the message's text ends. */
type Numbered = { readonly chat: number; readonly number: number; readonly nowMillis: number };

/** A message of that direction as its webhook gets it, in the form of the HTTP API. */
export function webhookEvent(direction: Direction, { chat, number, nowMillis }: Numbered) {
  const date = Math.floor(nowMillis / 1000);
  const text = `${typicalText} ${number}`;
  if (direction === "to-amocrm") {
    const person = { id: chat, first_name: "Анна", last_name: "Петрова", username: "anna_petrova" };
    const from = { ...person, is_bot: false, language_code: "ru" };
    const message = { message_id: number, from, chat: { ...person, type: "private" }, date, text };
    const body = JSON.stringify({ update_id: number, message });
    return anHttpEvent({ body, headers: { "x-telegram-bot-api-secret-token": webhookSecret } });
  }
  const id = amocrmMessageIdOf(number);
  const body = JSON.stringify({
    account_id: scopeId.split("_")[1],
    time: date,
    message: {
      receiver: { id: `2ed64e26-70a1-4857-8382-${twelve(chat)}`, phone: "" },
      sender: { id: "76fc2bea-902f-425c-9a3d-dcdac4766090" },
      conversation: { id: amojoChatIdOf(chat), client_id: conversationOf(chat) },
      source: { external_id: "bench" },
      timestamp: date,
      msec_timestamp: nowMillis,
      message: {
        id,
        type: "text",
        text,
        tag: "",
        media: "",
        thumbnail: "",
        file_name: "",
        file_size: 0,
      },
    },
  });
  const headers = { "x-signature": hookSignature(body, channelSecret) };
  return anHttpEvent({ body, headers, scopeId });
}

/** amoCRM's id of the operator's message of that number. */
export function amocrmMessageIdOf(number: number): string {
  return `0371a0ff-b78a-4c7b-8538-${twelve(number)}`;
}

/** amoCRM's id of a customer's chat. */
export function amojoChatIdOf(chat: number): string {
  return `8e4d4baa-9e6c-4a88-838a-${twelve(chat)}`;
}

function twelve(number: number): string {
  return String(number).padStart(12, "0");
}

/** One message of a queue, in the form of the event source. */
export function queueEvent(message: {
  readonly queue: string;
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly sentAtMillis: number;
  readonly receives: number;
}): object {
  const { queue, id, body, receives: receiveCount, group: MessageGroupId } = message;
  const SentTimestamp = String(message.sentAtMillis);
  const { Records } = anSqsEvent(body, { queue, receiveCount, SentTimestamp, MessageGroupId });
  return { Records: Records.map((each) => ({ ...each, messageId: id, receiptHandle: id })) };
}
