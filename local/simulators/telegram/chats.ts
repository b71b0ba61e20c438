import { TelegramRefusal, badRequest } from "./answers.ts";
import type { SimulatedCustomer } from "./types.ts";

type Said = { messageId: number; from: "customer" | "bot"; text: string; date: number };

/** The private chat of one customer; message ids are unique only within it. */
export type Chat = {
  readonly id: number;
  customer: SimulatedCustomer;
  state: "active" | "blocked" | "deactivated";
  lastMessageId: number;
  readonly messageIds: Set<number>;
  readonly dialogue: Said[];
};

/** All chats of the bot. A chat exists once its customer has written. */
export class Chats {
  readonly #chats = new Map<number, Chat>();

  all(): readonly Chat[] {
    return [...this.#chats.values()];
  }

  get(id: number): Chat | undefined {
    return this.#chats.get(id);
  }

  /** The chat of a customer, made on first sight; what is known of them is replaced. */
  open(customer: SimulatedCustomer): Chat {
    const known = this.#chats.get(customer.id);
    if (known !== undefined) {
      known.customer = customer;
      return known;
    }
    const chat: Chat = {
      id: customer.id,
      customer,
      state: "active",
      lastMessageId: 0,
      messageIds: new Set(),
      dialogue: [],
    };
    this.#chats.set(customer.id, chat);
    return chat;
  }

  /** The chat a method addresses, or the refusal the Bot API gives for it. */
  addressed(chatId: string): Chat {
    if (chatId === "") throw badRequest("chat_id is empty");
    const chat = /^-?\d+$/.test(chatId) ? this.#chats.get(Number(chatId)) : undefined;
    if (chat === undefined) throw badRequest("chat not found");
    if (chat.state === "blocked") {
      throw new TelegramRefusal(403, "Forbidden: bot was blocked by the user");
    }
    if (chat.state === "deactivated") {
      throw new TelegramRefusal(403, "Forbidden: user is deactivated");
    }
    return chat;
  }
}

/** Writes down a message under the next free id, or under the id it has. */
export function record(chat: Chat, said: Omit<Said, "messageId">, messageId?: number): number {
  const id = messageId ?? chat.lastMessageId + 1;
  chat.lastMessageId = Math.max(chat.lastMessageId, id);
  chat.messageIds.add(id);
  chat.dialogue.push({ messageId: id, ...said });
  return id;
}

/** The customer as a `User` object. */
export function userObject(customer: SimulatedCustomer): Record<string, unknown> {
  return { is_bot: false, ...customer };
}

/** The chat as a `Chat` object. */
export function chatObject({ customer }: Chat): Record<string, unknown> {
  const { language_code: _, ...names } = customer;
  return { ...names, type: "private" };
}
