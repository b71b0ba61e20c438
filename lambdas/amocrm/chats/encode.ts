import { customerIdOf } from "../../model/ids.ts";
import type { DeliveryStatus } from "../../model/envelope.ts";
import type { MessageReference } from "../../model/message.ts";
import type { CrmMessage, CrmPerson, CrmReaction, CrmContent } from "../../model/crm.ts";

/** The channel's bot, as amoCRM support gave it. */
export type ChannelBot = { readonly id: string; readonly name: string };

/** Body of `POST /chats`. */
export function encodeChat(conversationId: string, customer: CrmPerson) {
  return { conversation_id: conversationId, user: person(customer) };
}

/**
 * Body of `new_message` or `edit_message`. What makes a message outgoing is its receiver; the
 * sender is then known to amoCRM by `ref_id`.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function encodeMessage(
  eventType: "new_message" | "edit_message",
  message: CrmMessage,
  bot: ChannelBot,
) {
  const { conversationId, msgid, customer, from, sentAtMillis, silent } = message;
  const { content, repliesTo, choice } = message;
  const quoted = repliesTo === undefined ? undefined : reference(repliesTo);
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
      message: {
        ...encodeContent(content),
        ...(choice === undefined ? {} : { callback_data: choice }),
      },
      ...(quoted === undefined ? {} : { reply_to: { message: quoted } }),
      silent,
    },
  };
}

/** Body of `react`: one change a call. */
export function encodeReaction(reaction: CrmReaction) {
  const { conversationId, message, customer, type, emoji } = reaction;
  return {
    conversation_id: conversationId,
    ...reference(message),
    user: { id: customer.id },
    type,
    emoji,
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

/** amoCRM's id of a message goes before ours: it is known for operators' messages as well. */
function reference({ amocrmMessageId, msgid }: MessageReference) {
  if (amocrmMessageId !== undefined) return { id: amocrmMessageId };
  return msgid === undefined ? undefined : { msgid };
}

function person({ id, name, avatarAddress, phone }: CrmPerson) {
  return {
    id,
    name,
    ...(avatarAddress === undefined ? {} : { avatar: avatarAddress }),
    ...(phone === undefined ? {} : { profile: { phone } }),
  };
}

/** Kinds that amoCRM does not take without a size; nought stands for one that is not known. */
const sized: ReadonlySet<CrmContent["type"]> = new Set(["picture", "video", "file"]);
const timed: ReadonlySet<CrmContent["type"]> = new Set(["video", "voice", "audio"]);

/**
 * The message object. A caption goes out also when it is empty: an edit may have taken it away.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function encodeContent(content: CrmContent) {
  switch (content.type) {
    case "text":
      return { type: content.type, text: content.text };
    case "emptied":
      // An edit that names no file leaves the one that is there.
      return { type: content.was, text: content.text };
    case "location": {
      const { type, text, latitude: lat, longitude: lon } = content;
      return { type, text, location: { lon, lat } };
    }
    case "contact": {
      const { type, name, phone } = content;
      return { type, contact: { name, phone } };
    }
    case "picture":
    case "video":
    case "voice":
    case "audio":
    case "file":
    case "sticker": {
      const { type, text, address, fileName, durationSeconds } = content;
      const sizeBytes = content.sizeBytes ?? (sized.has(type) ? 0 : undefined);
      return {
        type,
        text,
        media: address,
        file_name: fileName,
        ...(sizeBytes === undefined ? {} : { file_size: sizeBytes }),
        ...(durationSeconds === undefined || !timed.has(type)
          ? {}
          : { media_duration: Math.round(durationSeconds) }),
      };
    }
  }
}
