import { customerIdOf } from "../../model/ids.ts";
import type { DeliveryStatus } from "../../model/delivery-status.ts";
import type { Customer } from "../../model/message.ts";
import type { CrmMessage } from "../../ports/crm-chat.ts";

/** The channel's bot, as amoCRM support gave it. */
export type ChannelBot = { readonly id: string; readonly name: string };

/** Body of `POST /chats`. */
export function encodeChat(conversationId: string, customer: Customer) {
  return { conversation_id: conversationId, user: person(customer) };
}

/**
 * Body of `new_message` or `edit_message`. What makes a message outgoing is its receiver; the
 * sender is then known to amoCRM by `ref_id`.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function encodeMessage(
  eventType: "new_message" | "edit_message",
  { conversationId, msgid, customer, from, sentAtMillis, silent, content }: CrmMessage,
  bot: ChannelBot,
) {
  const text = content.type === "text" ? content.text : (content.text ?? `[${content.kind}]`);
  return {
    event_type: eventType,
    payload: {
      timestamp: Math.floor(sentAtMillis / 1000),
      msec_timestamp: sentAtMillis,
      msgid,
      conversation_id: conversationId,
      sender:
        from === "customer"
          ? person(customer)
          : { id: customerIdOf("bot"), name: bot.name, ref_id: bot.id },
      ...(from === "customer" ? {} : { receiver: person(customer) }),
      message: { type: "text", text },
      silent,
    },
  };
}

/**
 * Body of `delivery_status`. The documentation names its fields in two ways and does not say which
 * is honoured, so both are sent: `status_code` of the reference, `msgid` and `delivery_status` of
 * the step-by-step guide.
 */
export function encodeStatus(amocrmMessageId: string, status: DeliveryStatus) {
  return {
    msgid: amocrmMessageId,
    delivery_status: status.statusCode,
    status_code: status.statusCode,
    ...(status.statusCode === -1 ? { error_code: status.errorCode, error: status.error } : {}),
  };
}

function person({ id, name }: Customer) {
  return { id, name };
}
