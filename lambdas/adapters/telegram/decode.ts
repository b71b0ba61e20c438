import * as z from "zod/mini";
import { conversationIdOf, customerIdOf, msgidOf } from "../../model/ids.ts";
import type {
  BotCommand,
  Customer,
  CustomerEvent,
  Ignored,
  MembershipEvent,
  MessageContent,
  NotUnderstood,
} from "../../model/message.ts";
import { parseObject } from "../untrusted.ts";
import { kindOf } from "./kinds.ts";
import { update } from "./wire.ts";
import type { Message } from "./wire.ts";

/** Reads an update: what a customer did, nothing to show, or not an update at all. */
export function decodeUpdate(
  body: Uint8Array,
  botId: string,
): CustomerEvent | MembershipEvent | Ignored | NotUnderstood {
  const parsed = z.safeParse(update, parseObject(body));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
    return { kind: "not-understood", reason: "not-understood", detail: `not an Update: ${where}` };
  }
  const { message, edited_message: edited, my_chat_member: member } = parsed.data;
  if (member?.chat.type === "private") {
    const reach = member.new_chat_member.status === "kicked" ? "blocked" : "reachable";
    const conversationId = conversationIdOf(botId, String(member.chat.id));
    return { kind: "membership", conversationId, reach, changedAtSeconds: member.date };
  }
  const shown = message ?? edited;
  if (shown === undefined) {
    // Field names of the Bot API only: anything else might be somebody's words.
    const kinds = Object.keys(parsed.data).filter((name) =>
      /^(?!update_id)[a-z_]{1,40}$/.test(name),
    );
    return { kind: "ignored", reason: `nothing to show in ${kinds[0] ?? "the update"}` };
  }
  const type = shown.chat.type ?? "private";
  if (type !== "private") return { kind: "ignored", reason: "not a private chat" };
  const content = contentOf(shown);
  if (content === undefined) return { kind: "ignored", reason: "a message without content" };

  const chatId = String(shown.chat.id);
  const command = message === undefined ? undefined : commandOf(content);
  return {
    kind: message === undefined ? "edit" : "message",
    conversationId: conversationIdOf(botId, chatId),
    chatId,
    customer: customerOf(shown),
    msgid: msgidOf(botId, chatId, String(shown.message_id)),
    sentAtSeconds: message === undefined ? (shown.edit_date ?? shown.date) : shown.date,
    content,
    ...(command === undefined ? {} : { command }),
  };
}

/** A private chat is with one person, whose names the chat repeats. */
function customerOf({ from, chat }: Message): Customer {
  const person = from ?? { ...chat, language_code: undefined };
  const fullName = [person.first_name, person.last_name]
    .map((name) => name?.trim() ?? "")
    .filter((name) => name !== "")
    .join(" ");
  return {
    id: customerIdOf(String(person.id)),
    name: fullName || person.username || `Telegram ${String(person.id)}`,
    language: person.language_code?.toLowerCase().startsWith("ru") === true ? "ru" : "en",
  };
}

function contentOf(message: Message): MessageContent | undefined {
  if (message.text !== undefined && message.text !== "") {
    return { type: "text", text: message.text };
  }
  const kind = kindOf(message);
  if (kind === undefined) return undefined;
  const { caption } = message;
  return { type: "unsupported", kind, ...(caption === undefined ? {} : { text: caption }) };
}

function commandOf(content: MessageContent): BotCommand | undefined {
  if (content.type !== "text") return undefined;
  const match = /^\/(start|operator)(?:@\w+)?(?=\s|$)/.exec(content.text);
  return match?.[1] as BotCommand | undefined;
}
