import type * as z from "zod/mini";
import { conversationIdOf, msgidOf } from "../../model/ids.ts";
import type { Ignored, NotUnderstood, TelegramEvent } from "../../model/message.ts";
import { plainKind } from "./kinds.ts";
import type { Chat } from "./wire.ts";

/** Which update of which bot is being read. */
export type Origin = {
  readonly botId: string;
  readonly updateId: number;
  /** The one field beside `update_id`. */
  readonly type: string;
};

/** Reads the object of one type of update. */
export type Decode = (subject: Readonly<Record<string, unknown>>, origin: Origin) => TelegramEvent;

/** A chat with one person; where the type is missing, people have positive ids and groups negative. */
export function isPrivate(chat: Chat): boolean {
  return chat.type === "private" || (!otherTypes.has(chat.type ?? "") && chat.id > 0);
}

const otherTypes = new Set(["group", "supergroup", "channel"]);

/** Our names of what was said in a chat; without an id of its own it goes by its update's. */
export function namesOf(
  chatId: number | string,
  name: string | undefined,
  { botId, updateId }: Origin,
): { readonly conversationId: string; readonly chatId: string; readonly msgid: string } {
  const chat = String(chatId);
  return {
    conversationId: conversationIdOf(botId, chat),
    chatId: chat,
    msgid: msgidOf(botId, chat, name ?? `upd-${updateId}`),
  };
}

/** Nothing to show; `what` may be logged, so of an unknown name no more than that is told. */
export function ignored(what: string): Ignored {
  const name = what === "the update" ? what : plainKind(what);
  return { kind: "ignored", reason: `nothing to show in ${name}` };
}

/** Set aside for a person to look at; tells where it is odd, by the Bot API's names. */
export function notUnderstood(where: string): NotUnderstood {
  const detail = `not an Update: ${where}`;
  return { kind: "not-understood", reason: "not-understood", detail };
}

/** The same from what zod found in the object of a type of update. */
export function misread(type: string, error: z.core.$ZodError): NotUnderstood {
  const where = error.issues.map(({ path }) => [type, ...path].join(".")).join(", ");
  return notUnderstood(where);
}
