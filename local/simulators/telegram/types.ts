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
  /** The message's topic in the private chat. */
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
