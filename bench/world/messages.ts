import { createHmac } from "node:crypto";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { channelSecret, conversationOf, scopeId, webhookSecret } from "./names.ts";

/** A Cyrillic text of a typical length. */
const typicalText =
  "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ №15926745? Жду уже третий день.";

/** A chat, and the number of its message, with which the message's text ends. */
type Numbered = { readonly chat: number; readonly number: number; readonly nowMillis: number };

/** A message of that direction as its webhook gets it, in the form of the HTTP API. */
export function webhookEvent(direction: Direction, message: Numbered): { readonly body: string } {
  return direction === "to-amocrm" ? updateEvent(message) : hookEvent(message);
}

/** A customer's update from Telegram. */
function updateEvent({ chat, number, nowMillis }: Numbered) {
  const person = { id: chat, first_name: "Анна", last_name: "Петрова", username: "anna_petrova" };
  const body = JSON.stringify({
    update_id: number,
    message: {
      message_id: number,
      from: { ...person, is_bot: false, language_code: "ru" },
      chat: { ...person, type: "private" },
      date: Math.floor(nowMillis / 1000),
      text: `${typicalText} ${number}`,
    },
  });
  return httpEvent("POST /telegram", body, { "x-telegram-bot-api-secret-token": webhookSecret });
}

/** A signed operator's message from amoCRM. */
function hookEvent({ chat, number, nowMillis }: Numbered) {
  const [, accountId = ""] = scopeId.split("_");
  const body = JSON.stringify({
    account_id: accountId,
    time: Math.floor(nowMillis / 1000),
    message: {
      receiver: { id: `2ed64e26-70a1-4857-8382-${twelve(chat)}`, phone: "" },
      sender: { id: "76fc2bea-902f-425c-9a3d-dcdac4766090" },
      conversation: { id: amojoChatIdOf(chat), client_id: conversationOf(chat) },
      source: { external_id: "bench" },
      timestamp: Math.floor(nowMillis / 1000),
      msec_timestamp: nowMillis,
      message: {
        id: amocrmMessageIdOf(number),
        type: "text",
        text: `${typicalText} ${number}`,
        tag: "",
        media: "",
        thumbnail: "",
        file_name: "",
        file_size: 0,
      },
    },
  });
  const signature = createHmac("sha1", channelSecret).update(body).digest("hex");
  const event = httpEvent("POST /amocrm/{scopeId}", body, { "x-signature": signature });
  return { ...event, pathParameters: { scopeId } };
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

function httpEvent(routeKey: string, body: string, headers: Record<string, string>) {
  return {
    version: "2.0",
    routeKey,
    rawPath: "/",
    rawQueryString: "",
    headers: { "content-type": "application/json", ...headers },
    requestContext: { http: { method: "POST", path: "/" }, requestId: "bench" },
    body,
    isBase64Encoded: false,
  };
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
  const record = {
    messageId: message.id,
    receiptHandle: message.id,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAtMillis),
      MessageGroupId: message.group,
    },
    messageAttributes: {},
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${message.queue}`,
  };
  return { Records: [record] };
}
