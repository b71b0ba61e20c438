import { messageEventIdOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import type { SimulatedAmocrmMessage } from "../../../local/simulators/amocrm/types.ts";
import { openChat } from "../../../local/simulators/amocrm/account.ts";
import { lost } from "../../../local/simulators/amocrm/crm.ts";
import { moveLead, openLeadOf, updateLead } from "../../../local/simulators/amocrm/lead-records.ts";
import { setTalk } from "../../../local/simulators/amocrm/talks.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import type { AmocrmVendor } from "../vendors/amocrm-vendor.ts";
import { chatOfConversation, conversationOf } from "./customers.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { httpEvent, statusOf } from "./http-event.ts";
import type { Webhook } from "./http-event.ts";
import { scopeId, startMillis } from "./names.ts";
import { sentences } from "./plan.ts";
import type { Written } from "./plan.ts";

/** A message in amoCRM with a hook to our webhook, and the result of the hook. */
export type SentHook = {
  readonly eventId: string;
  readonly messageId: string;
  readonly chat: number;
  readonly text: string;
  /** Our id of the customer's message that it answers. */
  readonly quotes?: string | undefined;
  readonly writtenAtMillis: number;
  readonly kind: "operator" | "echo" | "old" | "forged";
  isAccepted: boolean;
};

type Dependencies = {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly history: History;
  readonly vendor: AmocrmVendor;
  readonly webhook: Webhook;
};

/**
 * amoCRM as it calls our webhook: it sends each hook once, never repeats it, and promises no order.
 */
export class AmocrmSide {
  readonly hooks: SentHook[] = [];
  /** Hooks that are on their way. */
  pending = 0;
  readonly #deps: Dependencies;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    deps.vendor.onBotMessage = (message) => this.#echo(message);
  }

  /** Does nothing if the operator sees no message of the customer. */
  operatorWrites({ chat, text, noise, quotes = false }: Written): void {
    const { vendor, clock } = this.#deps;
    const conversationId = conversationOf(chat);
    if (!vendor.appeared.some((message) => message.conversationId === conversationId)) return;
    const known = vendor.account.messages.filter(
      (message) => message.conversationId === conversationId && message.direction === "customer",
    );
    const quoted = quotes ? known[Math.floor(known.length / 2)] : undefined;
    const sent = vendor.operatorSays(conversationId, text, { noise, quoted });
    const { messageId, body, signature } = sent;
    const eventId = messageEventIdOf(scopeId, messageId);
    const writtenAtMillis = clock.now();
    const hook = { eventId, messageId, chat, text, quotes: quoted?.msgid, writtenAtMillis };
    this.#send({ ...hook, kind: "operator", isAccepted: false }, body, signature);
  }

  /** An operator closes or reopens a chat's talk in amoCRM. Does nothing if there is no talk. */
  setTalk(chat: number, isOpen: boolean): void {
    const { account } = this.#deps.vendor;
    const known = account.chatsByConversation.get(conversationOf(chat));
    const talk = account.talks.findLast(({ chatId }) => chatId === known?.id);
    if (known !== undefined && talk?.isOpen === !isOpen) setTalk(account, known, isOpen);
  }

  /** An operator ends the open lead of a chat's contact. Does nothing if there is none. */
  endLead(chat: number, isDeleted: boolean): void {
    const { account } = this.#deps.vendor;
    const known = account.chatsByConversation.get(conversationOf(chat));
    const link = account.links.find(({ chatId }) => chatId === known?.id);
    const lead = link && openLeadOf(account, link.contactId);
    if (lead === undefined) return;
    if (isDeleted) updateLead(account, lead, { isDeleted });
    else moveLead(account, lead, { pipelineId: lead.pipelineId, statusId: lost });
  }

  /**
   * Messages from before the channel was connected. They have no hook, and the bridge must not
   * deliver them.
   */
  hasOldMessages(chat: number): void {
    const { vendor } = this.#deps;
    openChat(vendor.account, conversationOf(chat));
    for (let number = 1; number <= 3; number += 1) {
      const atMillis = startMillis - number * 600_000;
      const text = sentences(`q${chat}.${number}`, 1);
      const { messageId } = vendor.operatorSays(conversationOf(chat), text, { atMillis });
      const eventId = messageEventIdOf(scopeId, messageId);
      const hook = { eventId, messageId, chat, text, writtenAtMillis: atMillis };
      this.hooks.push({ ...hook, kind: "old", isAccepted: false });
    }
  }

  /** A well-formed hook with a forged signature. */
  strangerForges(chat: number): void {
    const { vendor, clock } = this.#deps;
    const known = vendor.account.messages.find(({ direction }) => direction === "customer");
    if (known === undefined) return;
    const messageId = "00000000-f000-4000-8000-000000000000";
    const text = `<f${chat}.1/0>`;
    const { body } = vendor.hookOf({ ...known, id: messageId, text, direction: "operator" });
    const eventId = messageEventIdOf(scopeId, messageId);
    const hook = { eventId, messageId, chat, text, writtenAtMillis: clock.now() };
    this.#send({ ...hook, kind: "forged", isAccepted: false }, body, "f".repeat(40));
  }

  #echo(message: SimulatedAmocrmMessage): void {
    const { vendor, clock } = this.#deps;
    const { body, signature } = vendor.hookOf(message);
    const { id: messageId, text, conversationId } = message;
    const chat = chatOfConversation(conversationId);
    const eventId = messageEventIdOf(scopeId, messageId);
    const hook = { eventId, messageId, chat, text, writtenAtMillis: clock.now() };
    this.#send({ ...hook, kind: "echo", isAccepted: false }, body, signature);
  }

  #send(hook: SentHook, body: string, signature: string): void {
    const { clock, faults } = this.#deps;
    this.hooks.push(hook);
    if (faults.faultNow("hook-lost") !== undefined) return;
    const copies = faults.faultNow("hook-doubled") === undefined ? 1 : 2;
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = faults.faultNow("hook-late") !== undefined;
      const delay = isLate ? faults.between(1000, 1_200_000) : faults.between(10, 400);
      this.pending += 1;
      clock.after(delay, () => void this.#deliver(hook, body, signature));
    }
  }

  async #deliver(hook: SentHook, body: string, signature: string): Promise<void> {
    const { history, webhook } = this.#deps;
    const status = await statusOf(webhook, httpEvent(body, { "x-signature": signature }, scopeId));
    if (status === 200) hook.isAccepted = true;
    const isAuthentic = hook.kind !== "forged";
    const ingested = { kind: "ingested", source: "amocrm", what: hook.eventId } as const;
    history.record("amocrm", { ...ingested, status, isAuthentic });
    this.pending -= 1;
  }
}
