import type { Button } from "./content.ts";
import type { Where } from "./message.ts";
import type { Language } from "./conversation.ts";

/** Options for everything that the bridge sends. */
export type SendOptions = Where & {
  /** The Telegram message that it answers. When that message no longer exists, the send still succeeds. */
  readonly repliesTo?: string;
  readonly buttons?: readonly (readonly Button[])[];
  /** Replaces the customer's keyboard: by one button that shares their number, or by their own again. */
  readonly keyboard?: { readonly sharePhone: string } | "remove";
  /** The business account in whose name, and in whose chat, the bot speaks. */
  readonly businessConnectionId?: string;
};

/** A file to send to a customer. */
export type OutgoingFile = {
  /** How Telegram shows it. */
  readonly as: "photo" | "video" | "voice" | "audio" | "sticker" | "document";
  readonly file: OpenedFile;
  readonly fileName: string;
  /** At most 1,024 UTF-16 units. */
  readonly caption?: string;
};

/** The customers' messenger. Methods may throw TransientFailure or PermanentFailure. */
export interface CustomerMessenger {
  /** Sends one text of at most 4,096 UTF-16 units. Returns the messenger's id of the message. */
  sendText(chatId: string, text: string, options?: SendOptions): Promise<string>;
  /** Sends one file of at most 50 MB. Reads it to its end or destroys it. Returns the message's id. */
  sendFile(chatId: string, outgoing: OutgoingFile, options?: SendOptions): Promise<string>;
  /** Makes a request of the team's bot. Returns the id of the message that it made, or "" for none. */
  request(
    chatId: string,
    method: string,
    payload: Readonly<Record<string, unknown>>,
    where?: Where,
  ): Promise<string>;
  /** Sets the bot's reaction to a message. Without an emoji, removes it. */
  react(chatId: string, telegramMessageId: string, emoji: string | undefined): Promise<void>;
  /** Shows the typing sign. It changes nothing. An answer shows that the bot can reach the chat. */
  sendTyping(chatId: string, where?: Where): Promise<void>;
}

/** An open file. The code that opened it reads it to the end or destroys it. */
export type OpenedFile = {
  readonly body: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
};

/** The customers' files, by the messenger's ids. Methods may throw TransientFailure or PermanentFailure. */
export interface CustomerFiles {
  /**
   * Opens a file. Throws PermanentFailure "file-too-large" for a file that the messenger does not
   * hand out. After `withinMillis`, the read fails like a download that broke off.
   */
  open(fileId: string, withinMillis?: number): Promise<OpenedFile>;
  /** The customer's picture: an id for `open`, or undefined when there is none. */
  profilePhoto(customerChatId: string): Promise<string | undefined>;
}

/** The files that operators attach. */
export interface OperatorFiles {
  /**
   * Opens an attachment by its address. Throws PermanentFailure "attachment-unavailable" when the
   * file no longer exists, or when its host is not one that the bridge fetches from. Throws
   * TransientFailure when the host does not answer.
   */
  open(address: string): Promise<OpenedFile>;
}

/** The store from which amoCRM fetches customers' files. */
export interface MediaStore {
  /** Keeps a file under a path that people cannot guess. Returns the path. */
  keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string>;
  /** The public address of a kept file. */
  addressOf(path: string): string;
}

/** Facts that the first bytes of a file show. */
export type FileFacts = {
  /** True when voice messages may have this format. */
  readonly isVoice: boolean;
  /** True for MPEG-4. Its brand does not always say whether the file holds more than sound. */
  readonly isMp4?: true;
  readonly picture?: { readonly width: number; readonly height: number };
};

/** Reads the facts from the beginning of a file, at most 64 KB. */
export type Inspect = (head: Uint8Array) => FileFacts;

/** One request that the bot makes to Telegram in answer to an update. */
export type BotRequest = {
  /** The Bot API method and its parameters, as JSON. */
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The text of the request, for the operators' transcript. */
  readonly text: string;
};

/** The bot's answer to an update. */
export type BotAnswer = {
  readonly requests: readonly BotRequest[];
  /** True when the customer asked for a person, or when the bot has no answer. */
  readonly callsOperator: boolean;
};

/**
 * The team's own bot. Its answer depends on the update only, because a retry asks the bot again.
 * The bridge carries out its requests only after the answer is complete.
 */
export interface BotAnswers {
  answer(update: Uint8Array, language: Language): Promise<BotAnswer>;
}
