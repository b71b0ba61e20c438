import {
  createAccount,
  keepMessage,
  personObject,
} from "../../../local/simulators/amocrm/account.ts";
import type { Account, Chat } from "../../../local/simulators/amocrm/account.ts";
import { AmocrmRefusal, usualBody } from "../../../local/simulators/amocrm/answers.ts";
import { answerChatsApi } from "../../../local/simulators/amocrm/chats-api.ts";
import { signHook } from "../../../local/simulators/amocrm/check-signature.ts";
import { embedded } from "../../../local/simulators/amocrm/hooks.ts";
import { answerMainApi } from "../../../local/simulators/amocrm/main-api.ts";
import type { Lead } from "../../../local/simulators/amocrm/crm.ts";
import { allLeads, isOf } from "../../../local/simulators/amocrm/lead-records.ts";
import type { Switches } from "../../../local/simulators/amocrm/switches.ts";
import { noteInTalk } from "../../../local/simulators/amocrm/talks.ts";
import type { SimulatedAmocrmMessage } from "../../../local/simulators/amocrm/types.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../../local/http.ts";
import type { Random } from "../engine/random.ts";
import type { VendorFate } from "../world/faults.ts";
import { noiseOf } from "../world/noise.ts";
import { accountId, apiToken, channelBot, channelId } from "../world/names.ts";

/** A message that appeared in an amoCRM chat, or its new text after an edit. */
export type Appeared = {
  readonly conversationId: string;
  readonly msgid: string;
  readonly text: string;
  readonly isEdit: boolean;
  readonly msecTimestamp: number;
  readonly direction: "customer" | "bot" | "operator";
};

/** amoCRM: the laptop run's account and APIs without sockets, with rate limits that last. */
export class AmocrmVendor {
  readonly account: Account;
  readonly appeared: Appeared[] = [];
  /** Conversations that got a live message while their contact had never had a lead. */
  readonly leadless: string[] = [];
  /** Called when our bot's message appears. amoCRM sends a hook for it as for any message. */
  onBotMessage: (message: SimulatedAmocrmMessage) => void = () => undefined;
  readonly #now: () => number;
  #limitedUntil = { amojo: 0, "main-api": 0 };

  constructor(now: () => number, random: Random, switches: Partial<Switches> = {}) {
    this.#now = now;
    this.account = createAccount({
      accountId,
      channelId,
      channelSecret: "channel-secret-1",
      bot: channelBot,
      apiToken,
      repeatedMsgid: random.pick(["refuse", "accept"]),
      mainApiPerSecond: 7,
      ...switches,
      longestText: 10_000,
      now,
      newId: () => random.uuid(),
    });
  }

  /** Signs calls and hooks with another secret from now on. */
  changeSecret(secret: string): void {
    this.account.options.channelSecret = secret;
  }

  /**
   * Handles a request according to its fate. Returns `undefined` as the answer when none goes out.
   */
  answer(
    vendor: "amojo" | "main-api",
    request: SimulatedRequest,
    fate: VendorFate,
  ): {
    answer: SimulatedAnswer | undefined;
    applied: boolean;
    isFault: boolean;
    landed?: undefined;
  } {
    const failed = { applied: false, isFault: true };
    if (fate.kind === "lost-request") return { ...failed, answer: undefined };
    const leftMillis = this.#limitedUntil[vendor] - this.#now();
    if (leftMillis > 0 || fate.kind === "limit") {
      const seconds =
        leftMillis > 0 ? Math.ceil(leftMillis / 1000) : fate.kind === "limit" ? fate.seconds : 1;
      this.#limitedUntil[vendor] = Math.max(
        this.#limitedUntil[vendor],
        this.#now() + seconds * 1000,
      );
      return { ...failed, answer: tooFast(request, seconds) };
    }
    if (fate.kind === "status") {
      const body = fate.isPage ? "<html>a proxy</html>" : usualBody(request.path, fate.status);
      return { ...failed, answer: { status: fate.status, body } };
    }
    const answer = this.#work(vendor, request);
    const applied = answer.status >= 200 && answer.status < 300;
    const isLost = fate.kind === "lost-answer";
    return { answer: isLost ? undefined : answer, applied, isFault: isLost };
  }

  /** An operator writes. Returns the hook that amoCRM will send once. */
  operatorSays(
    conversationId: string,
    text: string,
    { atMillis = this.#now(), noise, quoted }: OperatorsWay = {},
  ) {
    const chat = this.account.chatsByConversation.get(conversationId) as Chat;
    const message: SimulatedAmocrmMessage = {
      id: this.account.newId(),
      conversationId,
      chatId: chat.id,
      direction: "operator",
      type: "text",
      text,
      content: quoted === undefined ? {} : { reply_to: { message: embedded(quoted) } },
      silent: false,
      timestamp: Math.floor(atMillis / 1000),
      msecTimestamp: atMillis,
      sender: this.account.operator,
      ...(chat.customer === undefined ? {} : { receiver: chat.customer }),
      edited: false,
      deliveryStatus: [],
      reactions: [],
    };
    keepMessage(this.account, message);
    noteInTalk(this.account, message);
    return { messageId: message.id, ...this.hookOf(message, noise) };
  }

  /** The v2 hook of a message, signed with the current secret. */
  hookOf(message: SimulatedAmocrmMessage, noise?: number): { body: string; signature: string } {
    const { chatId, conversationId, sender, receiver, timestamp } = message;
    const { reply_to } = message.content;
    const content = { id: message.id, type: message.type, text: message.text, reply_to };
    const body = JSON.stringify({
      account_id: accountId,
      time: Math.floor(this.#now() / 1000),
      ...(noise === undefined ? {} : { noise: noiseOf(noise) }),
      message: {
        receiver: receiver === undefined ? {} : personObject(receiver),
        sender: { id: sender.id, name: sender.name },
        conversation: {
          id: chatId,
          ...(isUnnamed(message.id) ? {} : { client_id: conversationId }),
        },
        timestamp,
        msec_timestamp: message.msecTimestamp,
        message: { ...content, markup: null, tag: "", media: "", thumbnail: "", file_name: "" },
      },
    });
    return { body, signature: signHook(body, this.account.options.channelSecret) };
  }

  #work(vendor: "amojo" | "main-api", request: SimulatedRequest): SimulatedAnswer {
    const { messages } = this.account;
    const before = messages.length;
    try {
      if (vendor === "main-api") return answerMainApi(this.account, request);
      const leads = allLeads(this.account);
      const answer = answerChatsApi(this.account, request);
      for (const message of messages.slice(before)) this.#note(message, leads);
      if (isEdit(request)) this.#noteEdit(request);
      return answer;
    } catch (error) {
      if (error instanceof AmocrmRefusal) return error.answer;
      throw error;
    }
  }

  #note(message: SimulatedAmocrmMessage, leads: readonly Lead[]): void {
    const { conversationId, msgid = "", msecTimestamp, direction } = message;
    const contactId = this.account.links.find(({ chatId }) => chatId === message.chatId)?.contactId;
    const hasLead = leads.some((lead) => isOf(lead, contactId ?? 0));
    if (direction === "customer" && !message.silent && !hasLead) this.leadless.push(conversationId);
    const { contact } = message.content as { contact?: { name: string } };
    const text = contact?.name ?? message.text;
    const appeared = { conversationId, msgid, text, isEdit: false, msecTimestamp, direction };
    this.appeared.push(appeared);
    if (direction === "bot") this.onBotMessage(message);
  }

  #noteEdit(request: SimulatedRequest): void {
    const { payload } = readEvent(request);
    const known = this.account.messageByMsgid.get(payload.msgid ?? "");
    this.appeared.push({
      conversationId: payload.conversation_id ?? "",
      msgid: payload.msgid ?? "",
      text: payload.message?.text ?? "",
      isEdit: true,
      msecTimestamp: payload.msec_timestamp ?? 0,
      direction: known?.direction ?? "customer",
    });
  }
}

/** Details of an operator's message. */
type OperatorsWay = {
  readonly atMillis?: number;
  readonly noise?: number | undefined;
  readonly quoted?: SimulatedAmocrmMessage | undefined;
};

/** Whether the message's hook leaves out our conversation id. One in sixteen does. */
export function isUnnamed(messageId: string): boolean {
  return messageId.endsWith("0");
}

type Event = {
  event_type?: string;
  conversation_id?: string;
  payload: {
    conversation_id?: string;
    msgid?: string;
    msec_timestamp?: number;
    message?: { text?: string };
  };
};

/** A request's event. Its payload is empty if the request has no event. */
export function readEvent(request: SimulatedRequest): Event {
  if (request.body.length === 0) return { payload: {} };
  const body: unknown = JSON.parse(request.body.toString("utf8"));
  return { payload: {}, ...(Array.isArray(body) ? {} : (body as Partial<Event>)) };
}

function isEdit(request: SimulatedRequest): boolean {
  return readEvent(request).event_type === "edit_message";
}

function tooFast(request: SimulatedRequest, seconds: number): SimulatedAnswer {
  const headers = { "Retry-After": String(seconds) };
  return { status: 429, headers, body: usualBody(request.path, 429) };
}
