import * as z from "zod/mini";
import type { MessageContent } from "../../model/content.ts";
import type { BotCommand, TelegramEvent } from "../../model/message.ts";
import { valueAt } from "../untrusted.ts";
import { contentsOf } from "./content.ts";
import { customerOf } from "./customer.ts";
import { directOf } from "./direct-messages.ts";
import type { Direct } from "./direct-messages.ts";
import { inGroup } from "./elsewhere.ts";
import { present } from "./present.ts";
import { forwardedFrom, quoteOf } from "./quote.ts";
import { isPrivate, misread, namesOf } from "./update.ts";
import type { Decode, Origin } from "./update.ts";
import * as wire from "./wire.ts";
import type { Message } from "./wire.ts";
import { whereIn } from "./where.ts";

/** A `message` update. */
export const decodeMessage: Decode = (subject, origin) =>
  read(subject, origin, (message, direct) => {
    const command = direct?.author === "administrator" ? undefined : commandOf(message);
    return {
      kind: "message",
      ...saidIn(message, origin, direct),
      sentAtSeconds: message.date,
      ...contentIn(message),
      ...present({ command }),
    };
  });

/** An `edited_message` update; a live location that moves is one as well, every few seconds. */
export const decodeEdit: Decode = (subject, origin) =>
  read(subject, origin, (message, direct) => {
    const { content, ...further } = contentIn(message);
    const isPlace =
      content.type === "location" &&
      message["location"] !== undefined &&
      message["venue"] === undefined;
    if (isPlace && valueAt(message, "location", "live_period") !== undefined) {
      return { kind: "ignored", reason: "live location moved" };
    }
    return {
      kind: "edit",
      ...saidIn(message, origin, direct),
      sentAtSeconds: message.edit_date ?? message.date,
      content: isPlace ? ended(content) : content,
      ...further,
    };
  });

function read(
  subject: unknown,
  origin: Origin,
  decode: (message: Message, direct?: Direct) => TelegramEvent,
): TelegramEvent {
  const parsed = z.safeParse(wire.message, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const message = parsed.data;
  if (isPrivate(message.chat)) return decode(message);
  const direct = directOf(message, origin);
  if (direct === undefined) return inGroup(message, origin);
  if (direct.author === "bot") return { kind: "ignored", reason: "an act of the bot's own" };
  return decode(message, direct);
}

/** Whose message it is, what it answers, and where it came from. */
function saidIn(message: Message, origin: Origin, direct: Direct | undefined) {
  const { message_id: id, chat, from } = message;
  // Ids of zero are given to messages that cannot be named; they are not unique.
  const name = id === undefined || id <= 0 ? undefined : String(id);
  return {
    ...namesOf(direct?.chat ?? chat.id, name, origin),
    customer: direct === undefined ? customerOf(from, chat) : customerOf(direct.user, direct.user),
    ...(direct?.author === "administrator" ? { isOutgoing: true as const } : {}),
    ...(direct === undefined ? whereIn(message) : {}),
    ...present({ quote: quoteOf(message), forwardedFrom: forwardedFrom(message) }),
  };
}

/** What it says; what is more than one message of amoCRM follows the first. */
function contentIn(message: Message) {
  const [content, ...further] = contentsOf(message);
  return { content, ...(further.length === 0 ? {} : { further }) };
}

function ended(place: Extract<MessageContent, { type: "location" }>): MessageContent {
  return { ...place, live: "ended" };
}

function commandOf(message: Message): BotCommand | undefined {
  const text = message["text"];
  if (message["rich_message"] !== undefined) return undefined;
  if (typeof text !== "string" || message["forward_origin"] !== undefined) return undefined;
  const match = /^\/(start|help|operator|end|language)(?:@\w+)?(?=\s|$)/.exec(text);
  return match?.[1] as BotCommand | undefined;
}
