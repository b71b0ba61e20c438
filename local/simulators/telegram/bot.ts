import { Rate } from "../rate.ts";
import { Files } from "./files.ts";
import { LongPolling } from "./long-polling.ts";
import type { WebhookDelivery } from "./webhook-delivery.ts";
import { TelegramRefusal, badRequest } from "./answers.ts";
import type { Parameters } from "./parameters.ts";

/** A person who writes to the bot. Their private chat has the same id. */
export type SimulatedCustomer = {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
};

/** One message that the bot sent. */
export type SimulatedTelegramMessage = {
  readonly chatId: number;
  readonly messageId: number;
  readonly text: string;
  readonly date: number;
  readonly method: string;
  readonly replyToMessageId?: number | undefined;
  readonly topic?: number | undefined;
  /** The message's topic in the direct messages of a channel. */
  readonly directTopic?: number | undefined;
  readonly replyMarkup?: unknown;
  readonly businessConnectionId?: string | undefined;
  /** The form that Telegram gave a file. `text` is its caption. */
  readonly file?: {
    readonly form: string;
    readonly fileId: string;
    readonly fileName: string;
    readonly sizeBytes: number;
  };
};

/** One call of a method. Status 0 when the caller got no answer. */
export type SimulatedTelegramCall = {
  /** The function of the laptop's host that called. */
  readonly caller: string;
  readonly method: string;
  /** The event that the function was handling, if a queue brought it. */
  readonly eventId?: string | undefined;
  readonly chatId?: string;
  readonly atMillis: number;
  readonly tookMillis: number;
  readonly status: number;
};

/** Settings of the simulated Bot API. */
export type TelegramSimulatorOptions = {
  /** `<bot id>:<secret part>`, as BotFather issues it. */
  botToken: string;
  botUsername?: string;
  /** Without it, there are no limits. */
  limits?: { perChatPerSecond?: number; perBotPerSecond?: number };
  /** The wait before a refused update is sent again. By default 1 s, doubling up to a minute. */
  webhookBackoff?: { firstMillis: number; mostMillis: number };
  /** The timeout for the webhook's answer. 60 s by default. */
  webhookPatienceMillis?: number;
  now?: () => number;
  /** Gets every call of a method when its answer is ready. */
  onCall?: (call: SimulatedTelegramCall) => void;
};

/** The whole state of the simulated Bot API for its one bot. */
export type Bot = ReturnType<typeof createBot>;

/** The bot at the start: without chats and settings. */
export function createBot(
  options: TelegramSimulatorOptions,
  webhook: WebhookDelivery,
  now: () => number,
) {
  return {
    id: Number(options.botToken.split(":", 1)[0]),
    token: options.botToken,
    username: options.botUsername ?? "simulated_bot",
    chats: new Chats(),
    files: new Files(),
    limits: options.limits ?? {},
    rate: new Rate(),
    webhook,
    polling: new LongPolling(webhook, now),
    sent: [] as SimulatedTelegramMessage[],
    callbackIds: new Set<string>(),
    answeredCallbacks: new Set<string>(),
    businessConnections: new Set<string>(),
    /** The update of each message that a customer sent, by chat and message. */
    updates: new Map<string, { readonly updateId: number; isAccepted: boolean }>(),
    /** Each user's photos, every photo in its sizes, the newest first. */
    profilePhotos: new Map<number, readonly (readonly object[])[]>(),
    /** By scope and language, see `methods.ts`. */
    commands: new Map<string, readonly object[]>(),
    now,
  };
}

/** The bot as a `User` object. */
export function botObject(bot: Bot): Record<string, unknown> {
  return { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username };
}

/** The present time in seconds, as the Bot API counts. */
export function unixSeconds(bot: Bot): number {
  return Math.floor(bot.now() / 1000);
}

type DialogueLine = { messageId: number; from: "customer" | "bot"; text: string; date: number };

/** The private chat of one customer, or a place of many people. Message ids are unique only within it. */
export type Chat = ReturnType<typeof newChat>;

/** A chat without messages. `place` is the `Chat` object of a group or channel. */
function newChat(
  id: number,
  customer: SimulatedCustomer,
  place?: Readonly<Record<string, unknown>>,
) {
  return {
    id,
    customer,
    place,
    state: "active" as "active" | "blocked" | "deactivated",
    rate: new Rate(),
    lastMessageId: 0,
    messageIds: new Set<number>(),
    dialogue: [] as DialogueLine[],
    /** Messages in the Bot API's form, as far as the simulator knows them completely. */
    objects: new Map<number, Readonly<Record<string, unknown>>>(),
    /** The bot's reactions, and the customer's. */
    botReactions: new Map<number, string>(),
    customerReactions: new Map<number, readonly object[]>(),
    /** Its topics, and the topic of each message. */
    topics: new Set<number>(),
    topicOf: new Map<number, number>(),
    /** The direct messages of a channel: the writer of each topic. */
    directTopics: new Map<number, unknown>(),
    /** The message whose button shares the customer's number, while the customer's keyboard shows it. */
    numberButtonAt: undefined as number | undefined,
    /** The end of "typing…" above the chat. */
    typingUntilMillis: undefined as number | undefined,
  };
}

/** All chats of the bot. A chat exists once its customer has written. */
class Chats {
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
    const chat = this.#chats.get(customer.id) ?? this.#add(newChat(customer.id, customer));
    chat.customer = customer;
    return chat;
  }

  /** The chat of a group or channel. It is created when unknown. */
  openPlace(place: { readonly id: number } & Readonly<Record<string, unknown>>): Chat {
    const unnamed = { id: place.id, first_name: "" };
    return this.#chats.get(place.id) ?? this.#add(newChat(place.id, unnamed, place));
  }

  #add(chat: Chat): Chat {
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

/** The fields of a `Message` about its topic. */
type OfTopic = {
  readonly direct_messages_topic?: unknown;
  readonly message_thread_id?: unknown;
  readonly is_topic_message?: unknown;
};

/**
 * A customer's message in a topic opens the topic. Without `is_topic_message` the
 * thread is a chain of answers.
 */
export function noteTopic(chat: Chat, messageId: number, message: OfTopic): void {
  const direct = message.direct_messages_topic as { topic_id?: unknown } | undefined;
  if (typeof direct?.topic_id === "number") chat.directTopics.set(direct.topic_id, direct);
  const topic = message.message_thread_id;
  if (message.is_topic_message !== true || typeof topic !== "number") return;
  chat.topics.add(topic);
  chat.topicOf.set(messageId, topic);
}

/**
 * The topic that a method names. It must be one of the chat's topics. Messages outside of topics have
 * no number that a method accepts, and a chain of answers is no topic.
 */
export function readTopic(parameters: Parameters, chat: Chat): number | undefined {
  const topic = parameters.integer("message_thread_id");
  if (topic === undefined || chat.topics.has(topic)) return topic;
  throw badRequest("message thread not found");
}

/**
 * In a channel's direct messages, every send must name one of their topics. Anywhere
 * else, no send may name one.
 */
export function readDirectTopic(parameters: Parameters, chat: Chat): number | undefined {
  const topic = parameters.integer("direct_messages_topic_id");
  const isDirect = chat.place?.["is_direct_messages"] === true;
  const fits = isDirect ? chat.directTopics.has(topic ?? 0) : topic === undefined;
  if (fits) return topic;
  throw badRequest("wrong direct messages topic identifier specified");
}

/** A message's topic in the Bot API's form. */
export function inTopic(topic: number | undefined): OfTopic {
  return topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
}

/** Deletes a topic with all its messages. */
export function deleteTopic(chat: Chat, topic: number): void {
  if (!chat.topics.delete(topic)) throw new Error(`chat ${chat.id} has no topic ${topic}`);
  for (const [messageId, of] of chat.topicOf) {
    if (of !== topic) continue;
    chat.topicOf.delete(messageId);
    chat.messageIds.delete(messageId);
    chat.objects.delete(messageId);
  }
}
