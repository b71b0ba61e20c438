import type { FaultPlan } from "../faults.ts";

/** A person who writes to the bot; the private chat with them has the same id. */
export type SimulatedCustomer = {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
};

/** One message the bot sent. */
export type SimulatedTelegramMessage = {
  readonly chatId: number;
  readonly messageId: number;
  readonly text: string;
  readonly date: number;
  readonly method: string;
  readonly replyToMessageId?: number;
  /** The topic of the private chat in which it stands. */
  readonly topic?: number;
  /** The topic of the direct messages of a channel in which it stands. */
  readonly directTopic?: number;
  readonly replyMarkup?: unknown;
  readonly businessConnectionId?: string;
  /** What Telegram made of a file; `text` is its caption. */
  readonly file?: {
    readonly form: string;
    readonly fileId: string;
    readonly fileName: string;
    readonly sizeBytes: number;
  };
};

/** One call of a method; status 0 when the caller got no answer. */
export type SimulatedTelegramCall = {
  readonly method: string;
  readonly chatId?: string;
  readonly atMillis: number;
  readonly status: number;
};

/** An update as it goes to the webhook. */
export type SimulatedUpdate = { readonly update_id: number } & Readonly<Record<string, unknown>>;

/** Settings of the simulated Bot API. */
export type TelegramSimulatorOptions = {
  port?: number;
  /** `<bot id>:<secret part>`, as BotFather issues it. */
  botToken: string;
  botUsername?: string;
  /** Off unless given. */
  limits?: { perChatPerSecond?: number; perBotPerSecond?: number };
  /** Wait before a refused update is sent again: 1 s, doubling up to a minute, unless given. */
  webhookBackoff?: { firstMillis: number; mostMillis: number };
  /** How long the webhook's answer is awaited; 60 s unless given. */
  webhookPatienceMillis?: number;
  now?: () => number;
};

type Accepted = { readonly updateId: number; readonly messageId: number };

/** What customers do beside writing text; messages are named by their ids in the chat. */
export type CustomerActs = {
  /** A message with any fields of a `Message`, perhaps in answer to another one. */
  send(
    customer: SimulatedCustomer,
    fields: Readonly<Record<string, unknown>>,
    answers?: { readonly messageId: number; readonly quote?: string },
  ): Promise<Accepted>;
  /** The fields replace those of the message; null takes one away. */
  edit(
    chatId: number,
    messageId: number,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Accepted>;
  /** Forwards a message of the chat; without an origin it was its own author who wrote it first. */
  forward(
    chatId: number,
    messageId: number,
    origin?: Readonly<Record<string, unknown>>,
  ): Promise<Accepted>;
  /** Presses the button with that text; tells whether the press was answered by then. */
  press(
    chatId: number,
    messageId: number,
    button: { readonly text: string; readonly isOld?: boolean },
  ): Promise<Accepted & { readonly isAnswered: boolean }>;
  /** Presses the button that shares their own number, which an earlier message has to show. */
  share(chatId: number, phone: string): Promise<Accepted>;
  /** All reactions the customer has there from now on: emoji, or `ReactionType` objects. */
  react(
    chatId: number,
    messageId: number,
    reactions: readonly (string | object)[],
  ): Promise<Accepted>;
};

/** A Bot API of one bot, on the loopback interface. */
export type TelegramSimulator = {
  /** Methods at `<root>/bot<token>/<method>`, files at `<root>/file/bot<token>/<path>`. */
  readonly root: string;
  /** The Bot API method of the same name, with nothing else given; throws what it refuses. */
  setWebhook(url: string, secretToken: string, allowedUpdates?: readonly string[]): void;
  /** Resolves when the webhook has accepted the update with 2xx, which it is given until it does. */
  customerSays(
    customer: SimulatedCustomer,
    text: string,
  ): Promise<{ updateId: number; messageId: number }>;
  /**
   * The customer does something, which resolves when the webhook has accepted it. Throws for a message
   * or button that is not there.
   */
  readonly customer: CustomerActs;
  /** Gives a `file_id` its bytes, or tells those of a file that went in or out. */
  putFile(fileId: string, bytes: Uint8Array): void;
  file(fileId: string): Buffer | undefined;
  /** A profile photo that shows instead of the earlier ones, in sizes of 160, 320 and 640. */
  setProfilePhoto(userId: number, bytes: Uint8Array): void;
  /** The bot's reaction to a message. */
  reaction(chatId: number, messageId: number): string | undefined;
  /**
   * Sends any fields beside `update_id` (a given `update_id` is kept, to send an update twice).
   * Resolves after the first attempt with its status, 0 when there was no answer or nothing to send to.
   */
  sendUpdate(update: Record<string, unknown>): Promise<{ updateId: number; status: number }>;
  /** Deletes a topic of a private chat with all its messages; of that no update tells. */
  deleteTopic(chatId: number, topic: number): void;
  /** The customer blocks the bot, which learns it by `my_chat_member`. */
  block(chatId: number): void;
  unblock(chatId: number): void;
  deactivate(chatId: number): void;
  /** Everything the bot sent, oldest first, or what came after so many. */
  messages(from?: number): readonly SimulatedTelegramMessage[];
  calls(): readonly SimulatedTelegramCall[];
  readonly faults: FaultPlan;
  close(): Promise<void>;
};
