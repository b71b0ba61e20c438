import type { Button } from "./content.ts";
import type { Where } from "./message.ts";
import type { Language } from "./conversation.ts";

/** What may accompany anything that is sent. */
export type SendOptions = Where & {
  /** The Telegram message it answers; one that is gone is no reason to refuse. */
  readonly repliesTo?: string;
  readonly buttons?: readonly (readonly Button[])[];
  /** In place of the customer's keyboard: one button that shares their number, or their own again. */
  readonly keyboard?: { readonly sharePhone: string } | "remove";
  /** Speaks in the name of the business account whose chat it is. */
  readonly businessConnectionId?: string;
};

/** A file on its way to a customer. */
export type OutgoingFile = {
  /** How Telegram shall show it. */
  readonly as: "photo" | "video" | "voice" | "audio" | "sticker" | "document";
  readonly file: OpenedFile;
  readonly fileName: string;
  /** At most 1,024 UTF-16 units. */
  readonly caption?: string;
};

/** The messenger of the customers. Methods may throw TransientFailure or PermanentFailure. */
export interface CustomerMessenger {
  /** Sends one text of at most 4,096 UTF-16 units; answers the messenger's id of the message. */
  sendText(chatId: string, text: string, options?: SendOptions): Promise<string>;
  /** Sends one file of at most 50 MB, read to its end or destroyed; answers the message's id. */
  sendFile(chatId: string, outgoing: OutgoingFile, options?: SendOptions): Promise<string>;
  /**
   * Makes a request that the team's bot asked for, in that chat; answers the id of the message that
   * it made, or "" when it made none.
   */
  request(
    chatId: string,
    method: string,
    payload: Readonly<Record<string, unknown>>,
    where?: Where,
  ): Promise<string>;
  /** Puts the bot's reaction to a message; without an emoji takes it back. */
  react(chatId: string, telegramMessageId: string, emoji: string | undefined): Promise<void>;
  /** Shows that somebody types: it changes nothing, and answered shows that the chat can be reached. */
  sendTyping(chatId: string, where?: Where): Promise<void>;
}

/** A file that is being read. Whoever opened it reads it to the end or destroys it. */
export type OpenedFile = {
  readonly body: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
};

/** The files of customers, by the messenger's names. Methods may throw Transient- and PermanentFailure. */
export interface CustomerFiles {
  /**
   * Throws PermanentFailure "file-too-large" for one that the messenger does not hand out. What is not
   * read within that time fails as any download that is broken off.
   */
  open(fileId: string, withinMillis?: number): Promise<OpenedFile>;
  /** The customer's picture: a name for `open`, or undefined without one. */
  profilePhoto(customerChatId: string): Promise<string | undefined>;
}

/** The files that operators attach. */
export interface OperatorFiles {
  /**
   * Opens an attachment by its address. Throws PermanentFailure "attachment-unavailable" for one
   * that is gone or lies where the bridge does not fetch from, and TransientFailure when it does
   * not answer.
   */
  open(address: string): Promise<OpenedFile>;
}

/** Where customers' files wait to be fetched by amoCRM. */
export interface MediaStore {
  /** Keeps a file under a path that nobody can guess, and answers the path. */
  keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string>;
  /** The public address of a kept file. */
  addressOf(path: string): string;
}

/** What the first bytes of a file say of it. */
export type FileFacts = {
  /** In a form that voice messages may have. */
  readonly isVoice: boolean;
  /** MPEG-4, whose brand does not always say whether there is more than sound in it. */
  readonly isMp4?: true;
  readonly picture?: { readonly width: number; readonly height: number };
};

/** ReconcileSchedule at the beginning of a file, 64 KB at most. */
export type Inspect = (head: Uint8Array) => FileFacts;

/** One request that the bot makes of Telegram in answer to an update. */
export type BotRequest = {
  /** The Bot API's method and its parameters, as JSON. */
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What it says, for the operators' transcript. */
  readonly text: string;
};

/** What the bot makes of an update. */
export type BotAnswer = {
  readonly requests: readonly BotRequest[];
  /** The customer asked for a person, or the bot has no answer. */
  readonly callsOperator: boolean;
};

/**
 * The team's own bot. A function of the update alone: it is asked again when an attempt is
 * repeated, and nothing it does is done before its answer is.
 */
export interface BotAnswers {
  answer(update: Uint8Array, language: Language): Promise<BotAnswer>;
}
