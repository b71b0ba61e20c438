import { customerIdOf } from "../../model/ids.ts";
import type { DeliveryStatus } from "../../model/envelope.ts";
import type { MessageReference } from "../../model/message.ts";
import type { CrmMessage, CrmPerson, CrmReaction, CrmContent } from "../../model/crm.ts";

/** The channel's bot, with the id and name from amoCRM support. */
export type ChannelBot = { readonly id: string; readonly name: string };

/** Body of `POST /chats`. */
export function encodeChat(conversationId: string, customer: CrmPerson) {
  return { conversation_id: conversationId, user: person(customer) };
}

/**
 * Body of `new_message` or `edit_message`. A receiver makes a message outgoing. amoCRM then knows the
 * sender by `ref_id`.
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

/** Body of `react`. A call makes one change. */
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
 * Body of `delivery_status`. The documentation has two sets of names for its fields and does not say
 * which one amoCRM reads. So the body has both: `status_code` of the reference, `msgid` and
 * `delivery_status` of the step-by-step guide.
 */
export function encodeStatus(amocrmMessageId: string, status: DeliveryStatus) {
  return {
    msgid: amocrmMessageId,
    delivery_status: status.statusCode,
    status_code: status.statusCode,
    ...(status.statusCode === -1 ? { error_code: status.errorCode, error: status.error } : {}),
  };
}

/** amoCRM's id of a message takes priority over our id. The bridge knows it for operators' messages too. */
function reference({ amocrmMessageId, msgid }: MessageReference) {
  if (amocrmMessageId !== undefined) return { id: amocrmMessageId };
  return msgid === undefined ? undefined : { msgid };
}

function person({ id, name, avatarAddress, phone, profileLink }: CrmPerson) {
  return {
    id,
    name,
    ...(avatarAddress === undefined ? {} : { avatar: avatarAddress }),
    ...(phone === undefined ? {} : { profile: { phone } }),
    ...(profileLink === undefined ? {} : { profile_link: profileLink }),
  };
}

/** Kinds that amoCRM accepts only with a size. The size 0 means an unknown size. */
const sized: ReadonlySet<CrmContent["type"]> = new Set(["picture", "video", "file"]);
const timed: ReadonlySet<CrmContent["type"]> = new Set(["video", "voice", "audio"]);

/**
 * The message object. It has the caption also when the caption is empty, because an edit may have removed
 * it.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function encodeContent(content: CrmContent) {
  switch (content.type) {
    case "text":
      return { type: content.type, text: content.text };
    case "emptied":
      // An edit without a file leaves the existing file.
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
