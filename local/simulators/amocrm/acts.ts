import { randomUUID } from "node:crypto";
import { describe } from "../control.ts";
import { findByEitherId, keepMessage, setReaction, takeId } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import { crmActs } from "./crm-acts.ts";
import type { Attachments, FetchedFiles } from "./files.ts";
import { embedded, messageHook, reactionHook, sendHook, typingHook } from "./hooks.ts";
import { messageOfAccount } from "./messages.ts";
import { operatorMessageSchema } from "./operator-schemas.ts";
import type { OperatorMessage } from "./operator-schemas.ts";
import { noteInTalk, setTalk } from "./talks.ts";
import type { ReactionShape, SaidHook, SimulatedAmocrmMessage, SimulatedFetch } from "./types.ts";

/** What tests and people can do in the account, and read of it. */
export type AmocrmActs = ReturnType<typeof amocrmActs>;

/** The acts in one account. Those of an operator are recorded, and their hooks go out once. */
export function amocrmActs(account: Account, attachments: Attachments, files: FetchedFiles) {
  const send = ({ conversationId }: Chat, hook: object) =>
    sendHook(account, JSON.stringify(hook), { conversationId });
  const operatorSends = async (
    conversationId: string,
    given: OperatorMessage,
  ): Promise<readonly SaidHook[]> => {
    const chat = findChat(account, conversationId);
    const checked = operatorMessageSchema.safeParse(given);
    if (!checked.success)
      throw new Error(`An operator cannot send that: ${describe(checked.error)}.`);
    const said: SaidHook[] = [];
    for (const content of contentsOf(account, attachments, checked.data, chat)) {
      const message = messageOfAccount(account, chat, content);
      keepMessage(account, message);
      noteInTalk(account, message);
      message.hookStatus = await send(chat, messageHook(account, chat, message));
      said.push({ messageId: message.id, status: message.hookStatus });
    }
    return said;
  };
  return {
    /** Registers the address for hooks, and fills in `:scope_id`. */
    setHookUrl(url: string): void {
      if (!URL.canParse(url)) throw new Error(`not a URL: ${url}`);
      account.hookUrl = url;
    },
    /**
     * An operator answers in a chat, named by our id or amojo's. The hook goes out
     * once and is never repeated.
     */
    async operatorSays(conversationId: string, text: string): Promise<SaidHook> {
      const [said = { messageId: "", status: 0 }] = await operatorSends(conversationId, { text });
      return said;
    },
    /** The same with files, buttons, quotes and so on. Each file gets its own hook. */
    operatorSends,
    /** Stores a file that an operator can attach by its id. */
    addAttachment: (file: { bytes: Uint8Array; fileName: string; contentType: string }) =>
      attachments.add(file),
    /** Refuses longer texts from now on, in UTF-16 units. Undefined removes the limit. */
    limitTexts(longestText: number | undefined): void {
      account.longestText = longestText;
    },
    /**
     * An operator reacts to a message by amojo's id or ours, or takes the reaction back. Answers the
     * hook's status.
     */
    async operatorReacts(messageId: string, emoji?: string, shape: ReactionShape = "msgid") {
      const message = findMessage(account, messageId);
      const chat = findChat(account, message.chatId);
      setReaction(message, account.operator.id, emoji);
      return send(chat, reactionHook(account, chat, message, emoji, shape));
    },
    /**
     * An operator writes first to a contact, in a chat that amoCRM makes for it. The hook names only that
     * chat. Returns the message's id and the hook's status.
     */
    async operatorWritesFirst(contactId: number, text: string): Promise<SaidHook> {
      if (!account.contacts.has(contactId)) throw new Error(`There is no contact ${contactId}.`);
      const chat = {
        id: account.newId(),
        conversationId: "",
        customer: undefined,
        sourceExternalId: undefined,
      };
      account.chats.set(chat.id, chat);
      account.links.push({ id: takeId(account), contactId, chatId: chat.id });
      const message = messageOfAccount(account, chat, { type: "text", text });
      keepMessage(account, message);
      const hook = messageHook(account, chat, message) as { message: { conversation: object } };
      hook.message.conversation = { id: chat.id };
      message.hookStatus = await send(chat, hook);
      return { messageId: message.id, status: message.hookStatus };
    },
    async operatorTypes(conversationId: string) {
      const chat = findChat(account, conversationId);
      return send(chat, typingHook(account, chat));
    },
    /**
     * An operator closes the talk of a chat in amoCRM's own interface, or opens it
     * again. No hook reports it.
     */
    closeTalk: (conversationId: string) =>
      setTalk(account, findChat(account, conversationId), false),
    reopenTalk: (conversationId: string) =>
      setTalk(account, findChat(account, conversationId), true),
    /**
     * Sends any body as a signed hook. `raw` goes out byte for byte. An empty
     * `signature` leaves the header out.
     */
    sendHook: (body: unknown, { raw, ...rest }: { signature?: string; raw?: string } = {}) =>
      sendHook(account, raw ?? JSON.stringify(body), rest),
    /** All chats, with the contact of each. */
    chats: () =>
      [...account.chats.values()].map(({ id, conversationId, customer, sourceExternalId }) => ({
        id,
        conversationId,
        customer: customer && { ...customer },
        contactId: account.links.findLast((link) => link.chatId === id)?.contactId,
        isTalkOpen: account.talks.some((talk) => talk.chatId === id && talk.isOpen),
        sourceExternalId,
      })),
    /** All messages of all chats, oldest first, or the messages after the first `from`. */
    messages: (from = 0): readonly SimulatedAmocrmMessage[] =>
      account.messages.slice(from).map((message) => ({
        ...message,
        deliveryStatus: [...message.deliveryStatus],
        reactions: [...message.reactions],
      })),
    /** The fetched files, the latest last. */
    fetched: (): readonly SimulatedFetch[] => [...files.all],
    /** The last fetch for a message, by amojo's id or ours. Undefined before the first fetch. */
    mediaOf(messageId: string) {
      const message = findByEitherId(account, messageId);
      return message && files.latest("media", message.id);
    },
    /** The picture of a person, by our id. */
    avatarOf(clientId: string) {
      const person = account.peopleByClientId.get(clientId);
      return person && files.latest("avatar", person.id);
    },
    /** Fetches a message's file once more, as an operator's late click does. */
    async fetchAgain(messageId: string) {
      const message = findByEitherId(account, messageId);
      const address = message?.content["media"];
      if (message === undefined || typeof address !== "string" || address === "") {
        throw new Error(`There is no message ${messageId} with a file.`);
      }
      return files.fetchNow({ purpose: "media", ownerId: message.id, address });
    },
    ...crmActs(account),
  };
}

/** The message objects to send. Text and buttons go with the first attachment. */
function contentsOf(
  account: Account,
  files: Attachments,
  given: OperatorMessage,
  chat: Chat,
): Record<string, unknown>[] {
  const { text = "", attachments = [], reply_to: quotedId, forward, ...more } = given;
  const quoted = quotedId === undefined ? undefined : findMessage(account, quotedId);
  if (quoted !== undefined && quoted.chatId !== chat.id) {
    throw new Error(`Message ${quoted.id} is of another conversation.`);
  }
  const forwarded = forward === undefined ? undefined : findMessage(account, forward);
  const first = {
    text,
    ...more,
    ...(quoted && { reply_to: { message: embedded(quoted) } }),
    ...(forwarded && {
      forwards: { messages: [embedded(forwarded)], conversation_ref_id: forwarded.chatId },
    }),
  };
  if (attachments.length === 0) return [{ type: "text", ...first }];
  const group = attachments.length > 1 ? { media_group_id: randomUUID() } : {};
  return attachments.map(({ id, type }, index) => {
    const file = files.get(id);
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

function findMessage(account: Account, id: string): SimulatedAmocrmMessage {
  const message = findByEitherId(account, id);
  if (message === undefined) throw new Error(`There is no message ${id}.`);
  return message;
}

function findChat({ chats, chatsByConversation }: Account, id: string): Chat {
  const chat = chats.get(id) ?? chatsByConversation.get(id);
  if (chat === undefined) throw new Error(`There is no conversation ${id}.`);
  return chat;
}
