import type { Button } from "../model/content.ts";
import type { Where } from "../model/message.ts";
import type { OpenedFile } from "./files.ts";

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
  touchChat(chatId: string, where?: Where): Promise<void>;
}
