import { randomUUID } from "node:crypto";
import { defined } from "../../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { Faults } from "../faults.ts";
import { Rate } from "../rate.ts";
import { badData } from "./answers.ts";
import { createCrm } from "./crm.ts";
import type { EntityType } from "./crm.ts";
import type { RequestPerson } from "./schemas.ts";
import type {
  AmocrmSimulatorOptions,
  FileLink,
  SimulatedAmocrmMessage,
  SimulatedPerson,
} from "./types.ts";

/** One chat. `id` is amojo's, `conversationId` is ours. */
export type Chat = {
  readonly id: string;
  readonly conversationId: string;
  customer: SimulatedPerson | undefined;
  sourceExternalId: string | undefined;
};

/** A chat linked to a contact. */
export type ChatLink = { id: number; contactId: number; readonly chatId: string };

/**
 * A talk of a chat. It begins with the first message that is not silent, and ends
 * when an operator closes it.
 */
export type Talk = {
  readonly id: number;
  readonly chatId: string;
  readonly createdAt: number;
  updatedAt: number;
  isOpen: boolean;
  /** Until then the account's bot waits for the customer's mark. The talk is being closed. */
  markUntilMillis: number | undefined;
  readonly messageIds: Set<string>;
  /** The lead in which operators see it. The contact shows a talk without one. */
  leadId: number | undefined;
};

/** The whole state of the simulated account. */
export type Account = ReturnType<typeof createAccount>;

/** A method of the main API. `id` is the number in its path, NaN where it has none. */
export type Method = (account: Account, request: SimulatedRequest, id: number) => SimulatedAnswer;
/** A method that leads and contacts have alike. */
export type EntityMethod = (entity: EntityType, ...call: Parameters<Method>) => SimulatedAnswer;

/** The account at the start: the channel's bot and one operator. `closing` ends the simulator's calls. */
export function createAccount(
  options: AmocrmSimulatorOptions,
  closing = new AbortController().signal,
) {
  const bot: SimulatedPerson = { id: options.bot.id, name: options.bot.name };
  const newId: () => string = options.newId ?? randomUUID;
  const operator: SimulatedPerson = { id: newId(), name: options.operatorName ?? "Operator" };
  return {
    options,
    now: options.now ?? Date.now,
    newId,
    scopeId: `${options.channelId}_${options.accountId}`,
    bot,
    operator,
    /** The hook version of the connection. Undefined while the account is not connected. */
    connection: (options.connected === false ? undefined : { hookApiVersion: "v2" }) as
      { readonly hookApiVersion: "v1" | "v2" } | undefined,
    people: new Map([bot, operator].map((person) => [person.id, person])),
    peopleByClientId: new Map<string, SimulatedPerson>(),
    chats: new Map<string, Chat>(),
    chatsByConversation: new Map<string, Chat>(),
    /** All messages, oldest first. The next maps find them by amojo's id and by ours. */
    messages: [] as SimulatedAmocrmMessage[],
    messageById: new Map<string, SimulatedAmocrmMessage>(),
    messageByMsgid: new Map<string, SimulatedAmocrmMessage>(),
    ...createCrm(operator),
    talks: [] as Talk[],
    links: [] as ChatLink[],
    nextId: 1001,
    /** The requests to the main API. */
    mainApiRate: new Rate(),
    /** The registered address for hooks. */
    hookUrl: undefined as string | undefined,
    faults: new Faults(),
    closing,
    /** In UTF-16 units. Undefined for no limit. */
    longestText: options.longestText,
    /** Called for each file that a message or a person newly names. */
    onFile: (_link: FileLink): void => undefined,
    /** Called when the account's own bot asks a customer for a mark. */
    onBotQuestion: (_chat: Chat, _message: SimulatedAmocrmMessage): void => undefined,
  };
}

/** A number for the next contact, lead or link. */
export function takeId(account: Account): number {
  account.nextId += 1;
  return account.nextId;
}

/** The chat under our id. Creates it if there is none. */
export function openChat(account: Account, conversationId: string): Chat {
  const known = account.chatsByConversation.get(conversationId);
  if (known !== undefined) return known;
  const chat: Chat = {
    id: account.newId(),
    conversationId,
    customer: undefined,
    sourceExternalId: undefined,
  };
  account.chats.set(chat.id, chat);
  account.chatsByConversation.set(conversationId, chat);
  return chat;
}

/** Records a message in its chat. */
export function keepMessage(account: Account, message: SimulatedAmocrmMessage): void {
  account.messages.push(message);
  account.messageById.set(message.id, message);
  if (message.msgid !== undefined) account.messageByMsgid.set(message.msgid, message);
}

/** A message by amojo's id or ours. */
export function findByEitherId(account: Account, id: string): SimulatedAmocrmMessage | undefined {
  return account.messageById.get(id) ?? account.messageByMsgid.get(id);
}

/** Replaces a person's reaction to a message. Without an emoji it takes the reaction back. */
export function setReaction(message: SimulatedAmocrmMessage, userId: string, emoji?: string): void {
  const others = message.reactions.filter((reaction) => reaction.userId !== userId);
  const own = emoji === undefined ? [] : [{ userId, emoji }];
  message.reactions.splice(0, message.reactions.length, ...others, ...own);
}

/** The amojo user of a person in a request: by `ref_id`, else by our id, else a new one. */
export function resolvePerson(account: Account, given: RequestPerson): SimulatedPerson {
  const known =
    given.ref_id === undefined
      ? account.peopleByClientId.get(given.id)
      : byRefId(account, given.ref_id);
  if (known === undefined) return addPerson(account, given);
  if (known.clientId === undefined) return known;
  const before = known.avatar;
  return noteAvatar(account, Object.assign(known, details(given)), before);
}

function byRefId(account: Account, refId: string): SimulatedPerson {
  const person = account.people.get(refId);
  if (person === undefined) throw badData("sender: user not found");
  return person;
}

function addPerson(account: Account, given: RequestPerson): SimulatedPerson {
  const person = { id: account.newId(), clientId: given.id, ...details(given) };
  account.people.set(person.id, person);
  account.peopleByClientId.set(given.id, person);
  return noteAvatar(account, person, undefined);
}

function noteAvatar(
  account: Account,
  person: SimulatedPerson,
  before: string | undefined,
): SimulatedPerson {
  const { id: ownerId, avatar: address } = person;
  if (address !== undefined && address !== before) {
    account.onFile({ purpose: "avatar", ownerId, address });
  }
  return person;
}

function details({ name, avatar, profile = {}, profile_link: profileLink }: RequestPerson) {
  return { name, ...defined({ avatar, phone: profile.phone, email: profile.email, profileLink }) };
}

/** A person as the chat service shows them to us. Unknown fields are left out. */
export function personObject(person: SimulatedPerson): Record<string, unknown> {
  const { clientId: client_id, profileLink: _, ...rest } = person;
  return { ...rest, ...(client_id === undefined ? {} : { client_id }) };
}
