import type { DeskChat } from "../stream.ts";
import type { Model } from "./model.ts";

/** The chat on the desk of the customer with that chat in Telegram. Undefined until amoCRM has it. */
export function chatOfCustomer(model: Model, customerId: number): DeskChat | undefined {
  const conversationId = `tg-${model.run?.botId}-${customerId}`;
  return [...model["desk-chat"].values()].find((chat) => chat.conversationId === conversationId);
}

/**
 * Telegram's chat of a chat on the desk. Undefined for a chat that an operator began, and for a
 * channel's direct messages.
 */
export function customerOfChat(model: Model, chatId: string): number | undefined {
  const start = `tg-${model.run?.botId}-`;
  const conversationId = model["desk-chat"].get(chatId)?.conversationId ?? "";
  const id = conversationId.startsWith(start) ? conversationId.slice(start.length) : "";
  return /^\d+$/.test(id) ? Number(id) : undefined;
}

/** The chosen one if it is there, else the first one. */
export function chosenOrFirst<Id>(chosen: Id | undefined, all: Iterable<Id>): Id | undefined {
  let first: Id | undefined;
  for (const id of all) {
    if (id === chosen) return id;
    first ??= id;
  }
  return first;
}
