import { TelegramRefusal, badRequest } from "./answers.ts";
import type { SimulatedCustomer } from "./types.ts";

type DialogueLine = { messageId: number; from: "customer" | "bot"; text: string; date: number };

/** The private chat of one customer, or a place of many people. Message ids are unique only within it. */
export type Chat = {
  readonly id: number;
  customer: SimulatedCustomer;
  state: "active" | "blocked" | "deactivated";
  lastMessageId: number;
  readonly messageIds: Set<number>;
  readonly dialogue: DialogueLine[];
  /** Messages in the Bot API's form, as far as the simulator knows them completely. */
  readonly objects: Map<number, Readonly<Record<string, unknown>>>;
  /** The bot's reactions, and the customer's. */
  readonly botReactions: Map<number, string>;
  readonly customerReactions: Map<number, readonly object[]>;
  /** Its topics, and the topic of each message. */
  readonly topics: Set<number>;
  readonly topicOf: Map<number, number>;
  /** The direct messages of a channel: the writer of each topic. */
  readonly directTopics: Map<number, unknown>;
  /** The message whose button shares the customer's number, while the customer's keyboard shows it. */
  numberButtonAt?: number | undefined;
  /** The `Chat` object of a group or channel. */
  readonly place?: Readonly<Record<string, unknown>>;
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

  /**
   * The chat of a customer. It is created when unknown, and the new facts about the
   * customer replace the old ones.
   */
  open(customer: SimulatedCustomer): Chat {
    const known = this.#chats.get(customer.id);
    if (known !== undefined) {
      known.customer = customer;
      return known;
    }
    return this.#add({ id: customer.id, customer });
  }

  /** The chat of a group or channel. It is created when unknown. */
  openPlace(place: { readonly id: number } & Readonly<Record<string, unknown>>): Chat {
    const customer = { id: place.id, first_name: "" };
    return this.#chats.get(place.id) ?? this.#add({ id: place.id, customer, place });
  }

  #add(known: Pick<Chat, "id" | "customer" | "place">): Chat {
    const chat: Chat = {
      ...known,
      state: "active",
      lastMessageId: 0,
      messageIds: new Set(),
      dialogue: [],
      objects: new Map(),
      botReactions: new Map(),
      customerReactions: new Map(),
      topics: new Set(),
      topicOf: new Map(),
      directTopics: new Map(),
    };
    this.#chats.set(chat.id, chat);
    return chat;
  }

  /**
   * The chat that a method addresses. Throws the Bot API's refusal for an unknown chat, or one where the
   * bot cannot write.
   */
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

/** Records a message under the next free id, or under its given id. */
export function record(
  chat: Chat,
  said: Omit<DialogueLine, "messageId">,
  messageId?: number,
): number {
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
export function chatObject({ customer, place }: Chat): Record<string, unknown> {
  if (place !== undefined) return { ...place };
  const { language_code: _, ...names } = customer;
  return { ...names, type: "private" };
}
