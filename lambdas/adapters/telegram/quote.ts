import * as z from "zod/mini";
import type { CustomerQuote } from "../../model/message.ts";
import { visibleName } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../untrusted.ts";
import { contentOf, wordsOf } from "./content.ts";
import { nameOf } from "./customer.ts";
import { renderText } from "./entities.ts";
import { present } from "./present.ts";
import * as wire from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a message answers, in the same chat or elsewhere.
 * @see https://core.telegram.org/bots/api#textquote
 */
export function quoteOf(message: Fields): CustomerQuote | undefined {
  const original = message["reply_to_message"];
  // A message in a topic answers the making of its topic when it answers nothing else.
  if (isObject(original) && original["forum_topic_created"] === undefined) {
    const id = original["message_id"];
    return {
      from: valueAt(original, "from", "is_bot") === true ? "bot" : "customer",
      ...present({ telegramMessageId: Number.isSafeInteger(id) ? String(id) : undefined }),
      ...quotedWords(message, wordsOf(contentOf(original)), true),
    };
  }
  const external = message["external_reply"];
  if (isObject(external)) {
    const isChosen = valueAt(message, "quote", "is_manual") === true;
    return { from: "elsewhere", ...quotedWords(message, wordsOf(contentOf(external)), isChosen) };
  }
  if (!isObject(message["reply_to_story"])) return undefined;
  return { from: "elsewhere", text: "", isPart: false };
}

/** Who wrote a forwarded message first. @see https://core.telegram.org/bots/api#messageorigin */
export function forwardedFrom(message: Fields): string | undefined {
  const origin = message["forward_origin"];
  if (!isObject(origin)) return undefined;
  const user = z.safeParse(wire.user, origin["sender_user"]);
  const chat = z.safeParse(wire.chat, origin["sender_chat"] ?? origin["chat"]);
  const seenAt = (field: string) => {
    const name = origin[field];
    return typeof name === "string" ? visibleName(name) : undefined;
  };
  const names = [
    user.success ? (nameOf(user.data) ?? `Telegram ${user.data.id}`) : undefined,
    seenAt("sender_user_name"),
    chat.success
      ? (visibleName(chat.data.title) ?? nameOf(chat.data) ?? `Telegram ${chat.data.id}`)
      : undefined,
    seenAt("author_signature"),
  ];
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? "Telegram" : known.join(", ");
}

function quotedWords(
  message: Fields,
  whole: string,
  isChosen: boolean,
): { text: string; isPart: boolean } {
  const part = valueAt(message, "quote", "text");
  if (typeof part !== "string" || part === "") return { text: whole, isPart: false };
  const text = renderText(part, valueAt(message, "quote", "entities"));
  return { text, isPart: isChosen && text !== whole };
}
