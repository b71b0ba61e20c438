import { randomUUID } from "node:crypto";
import { describe } from "../control.ts";
import { findByEitherId, keepMessage } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import type { Attachments } from "./attachments.ts";
import { embedded, messageHook, reactionHook, typingHook } from "./hook-bodies.ts";
import type { Hooks } from "./hooks.ts";
import { operatorMessageSchema } from "./operator-schemas.ts";
import type { OperatorMessage } from "./operator-schemas.ts";
import { noteInTalk, setTalk } from "./talks.ts";
import type { ReactionShape, SaidHook, SimulatedAmocrmMessage } from "./types.ts";

/** The operator's actions in the account. It records each action and sends its hook once. */
export class Operator {
  readonly #account: Account;
  readonly #hooks: Hooks;
  readonly #attachments: Attachments;

  constructor(account: Account, hooks: Hooks, attachments: Attachments) {
    this.#account = account;
    this.#hooks = hooks;
    this.#attachments = attachments;
  }

  /** Sends one message, or a group of messages when there are several attachments. */
  async sends(conversationId: string, given: OperatorMessage): Promise<SaidHook[]> {
    const chat = this.#chat(conversationId);
    const checked = operatorMessageSchema.safeParse(given);
    if (!checked.success)
      throw new Error(`An operator cannot send that: ${describe(checked.error)}.`);
    const said: SaidHook[] = [];
    for (const content of this.#contentsOf(checked.data, chat)) {
      const message = operatorMessage(this.#account, chat, content);
      keepMessage(this.#account, message);
      noteInTalk(this.#account, message);
      const body = JSON.stringify(messageHook(this.#account, chat, message));
      message.hookStatus = await this.#hooks.send(body, { conversationId: chat.conversationId });
      said.push({ messageId: message.id, status: message.hookStatus });
    }
    return said;
  }

  types(conversationId: string): Promise<number> {
    const chat = this.#chat(conversationId);
    return this.#hooks.send(JSON.stringify(typingHook(this.#account, chat)), {
      conversationId: chat.conversationId,
    });
  }

  /** Closes the talk of a chat, or opens it again. The channel gets no hook about it. */
  setsTalk(conversationId: string, isOpen: boolean): void {
    setTalk(this.#account, this.#chat(conversationId), isOpen);
  }

  /** Adds a reaction to a message. Without an emoji it takes the reaction back. */
  reacts(messageId: string, emoji: string | undefined, shape: ReactionShape): Promise<number> {
    const message = this.#message(messageId);
    const chat = this.#chat(message.chatId);
    const { id: userId } = this.#account.operator;
    const others = message.reactions.filter((reaction) => reaction.userId !== userId);
    const own = emoji === undefined ? [] : [{ userId, emoji }];
    message.reactions.splice(0, message.reactions.length, ...others, ...own);
    const body = JSON.stringify(reactionHook(this.#account, chat, message, emoji, shape));
    return this.#hooks.send(body, { conversationId: chat.conversationId });
  }

  /** The message objects to send. Text and buttons go with the first attachment. */
  #contentsOf(given: OperatorMessage, chat: Chat): Record<string, unknown>[] {
    const { text = "", attachments = [], reply_to: quotedId, forward, ...more } = given;
    const quoted = quotedId === undefined ? undefined : this.#message(quotedId);
    if (quoted !== undefined && quoted.chatId !== chat.id) {
      throw new Error(`Message ${quoted.id} is of another conversation.`);
    }
    const first = {
      text,
      ...more,
      ...(quoted === undefined ? {} : { reply_to: { message: embedded(quoted) } }),
      ...(forward === undefined ? {} : { forwards: this.#forwards(forward) }),
    };
    if (attachments.length === 0) return [{ type: "text", ...first }];
    const group = attachments.length > 1 ? { media_group_id: randomUUID() } : {};
    return attachments.map(({ id, type }, index) => {
      const file = this.#attachments.get(id);
      if (file === undefined) throw new Error(`There is no attachment ${id}.`);
      const isSeen = type === "picture" || type === "video";
      return {
        type,
        ...(index === 0 ? first : { text: "" }),
        ...group,
        media: file.address,
        thumbnail: isSeen ? file.thumbnail : "",
        file_name: file.fileName,
        file_size: file.sizeBytes,
      };
    });
  }

  #forwards(messageId: string): object {
    const message = this.#message(messageId);
    return { messages: [embedded(message)], conversation_ref_id: message.chatId };
  }

  #message(id: string): SimulatedAmocrmMessage {
    const message = findByEitherId(this.#account, id);
    if (message === undefined) throw new Error(`There is no message ${id}.`);
    return message;
  }

  #chat(id: string): Chat {
    const chat = this.#account.chats.get(id) ?? this.#account.chatsByConversation.get(id);
    if (chat === undefined) throw new Error(`There is no conversation ${id}.`);
    return chat;
  }
}

function operatorMessage(
  account: Account,
  chat: Chat,
  content: Record<string, unknown>,
): SimulatedAmocrmMessage {
  const msecTimestamp = account.now();
  return {
    id: account.newId(),
    conversationId: chat.conversationId,
    chatId: chat.id,
    direction: "operator",
    type: String(content["type"]),
    text: String(content["text"]),
    content,
    silent: false,
    timestamp: Math.floor(msecTimestamp / 1000),
    msecTimestamp,
    sender: account.operator,
    ...(chat.customer === undefined ? {} : { receiver: chat.customer }),
    edited: false,
    deliveryStatus: [],
    reactions: [],
  };
}
