import type { FaultPlan } from "../faults.ts";

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
  readonly replyToMessageId?: number;
  /** The message's topic in the private chat. */
  readonly topic?: number;
  /** The message's topic in the direct messages of a channel. */
  readonly directTopic?: number;
  readonly replyMarkup?: unknown;
  readonly businessConnectionId?: string;
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
  readonly chatId?: string;
  readonly atMillis: number;
  readonly status: number;
};

/** An update as it goes to the webhook. */
export type SimulatedUpdate = { readonly update_id: number } & Readonly<Record<string, unknown>>;

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

type Accepted = { readonly updateId: number; readonly messageId: number };

/** Customers' actions other than writing text. Messages are named by their ids in the chat. */
export type CustomerActs = {
  /** A message with any fields of a `Message`. It may answer another message. */
  send(
    customer: SimulatedCustomer,
    fields: Readonly<Record<string, unknown>>,
    answers?: { readonly messageId: number; readonly quote?: string },
  ): Promise<Accepted>;
  /** The fields replace those of the message. Null removes a field. */
  edit(
    chatId: number,
    messageId: number,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Accepted>;
  /** Forwards a message of the chat. Without an origin, its own author is the original author. */
  forward(
    chatId: number,
    messageId: number,
    origin?: Readonly<Record<string, unknown>>,
  ): Promise<Accepted>;
  /** Presses the button with that text. Reports whether the bot had answered the press by then. */
  press(
    chatId: number,
    messageId: number,
    button: { readonly text: string; readonly isOld?: boolean },
  ): Promise<Accepted & { readonly isAnswered: boolean }>;
  /** Presses the button that shares their own number. An earlier message must show it. */
  share(chatId: number, phone: string): Promise<Accepted>;
  /** Sets all of the customer's reactions to the message: emoji, or `ReactionType` objects. */
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
  /** The Bot API method of the same name, with no other parameters. Throws the method's refusals. */
  setWebhook(url: string, secretToken: string, allowedUpdates?: readonly string[]): void;
  /** Sends a text as an update until the webhook accepts it with 2xx, and resolves then. */
  customerSays(
    customer: SimulatedCustomer,
    text: string,
  ): Promise<{ updateId: number; messageId: number }>;
  /**
   * The customer's actions. Each resolves when the webhook has accepted it. It throws for a message or
   * button that does not exist.
   */
  readonly customer: CustomerActs;
  /** `putFile` gives a `file_id` its bytes. `file` answers the bytes of a file that went in or out. */
  putFile(fileId: string, bytes: Uint8Array): void;
  file(fileId: string): Buffer | undefined;
  /** Sets a profile photo instead of the earlier ones, in sizes of 160, 320 and 640. */
  setProfilePhoto(userId: number, bytes: Uint8Array): void;
  /** The bot's reaction to a message. */
  reaction(chatId: number, messageId: number): string | undefined;
  /**
   * Sends any fields with a new `update_id`. It keeps a given `update_id`, to send an update twice.
   * Resolves after the first attempt with its status, 0 when there was no answer or no webhook.
   */
  sendUpdate(update: Record<string, unknown>): Promise<{ updateId: number; status: number }>;
  /** Deletes a topic of a private chat with all its messages. No update reports it. */
  deleteTopic(chatId: number, topic: number): void;
  /** The customer blocks the bot. The bot learns it by `my_chat_member`. */
  block(chatId: number): void;
  unblock(chatId: number): void;
  deactivate(chatId: number): void;
  /** All messages that the bot sent, oldest first, or the messages after the first `from`. */
  messages(from?: number): readonly SimulatedTelegramMessage[];
  calls(): readonly SimulatedTelegramCall[];
  readonly faults: FaultPlan;
  readonly close: () => Promise<void>;
};
