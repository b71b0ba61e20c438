import type { Conversation } from "../model/conversation.ts";
import type { CrmLeads, LeadPlan, NewLead } from "../model/crm.ts";
import type { LeadLocks, LeadWork } from "../model/stores.ts";
import type { EventQueue, Logger, Random } from "../model/runtime.ts";
import { bridgeEnvelope } from "../model/envelope.ts";
import { isFailure, PermanentFailure, TransientFailure } from "../model/failure.ts";
import { leadGroupOf } from "../model/ids.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { failureFields } from "../delivery/record-failure.ts";
import { renewContact } from "./contact.ts";
import type { LinkContactDependencies, OpenedConversation } from "./contact.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import { withPatience } from "./main-api-patience.ts";
import { askForNotes, originOf } from "./start-news.ts";

const dayMillis = 24 * 3_600_000;

/**
 * True when the next message needs a look at the contact's leads: when there was none yet, when the last
 * one is a day old, or after a silence of both sides.
 */
export function isLeadDue(
  known: Conversation | undefined,
  { checkLeadAfterMillis }: Pick<LeadPlan, "checkLeadAfterMillis">,
  nowMillis: number,
): boolean {
  const { leadCheckedAtMillis = 0, lastActivityAtMillis = 0 } = known ?? {};
  if (nowMillis - leadCheckedAtMillis >= dayMillis) return true;
  const lastWordAtMillis = Math.max(leadCheckedAtMillis, lastActivityAtMillis);
  return nowMillis - lastWordAtMillis >= checkLeadAfterMillis;
}

/** How long an event for a late lead is retried. */
export const lateLeadMillis = dayMillis;

/** The dependencies of making leads. */
export type LeadDependencies = Omit<LinkContactDependencies, "conversations"> & {
  readonly plan: LeadPlan;
  readonly leads: CrmLeads;
  readonly locks: LeadLocks;
  readonly toAmocrm: EventQueue;
  readonly random: Random;
  readonly logger: Logger;
};

type Customer = { readonly name: string };

/**
 * Makes sure, before a customer's message, that the chat's contact has an open lead. When the main API
 * refuses or has failed for five minutes, the message goes on, and an event of its own makes the lead later.
 * Before that it throws TransientFailure. Without an API token it does nothing.
 */
export async function ensureLead(
  conversation: OpenedConversation,
  customer: Customer,
  conversations: AttemptConversations,
  deps: LeadDependencies,
): Promise<void> {
  const { conversationId, contactLinked, leadTroubleSinceMillis = 0 } = conversation;
  const { leads, logger, now } = deps;
  if (!(await leads.isAvailable())) return;
  const postpone = async () => {
    await askForLateLead(conversationId, customer, deps);
    await conversations.update(conversationId, {
      leadCheckedAtMillis: now(),
      leadTroubleSinceMillis: 0,
    });
  };
  // The main API has kept the message from its contact. It does not wait for the lead once more.
  if (contactLinked !== true) return postpone();
  await withPatience(
    conversationId,
    () => makeLead(conversation, customer, conversations, deps),
    {
      troubleSinceMillis: leadTroubleSinceMillis === 0 ? undefined : leadTroubleSinceMillis,
      noteTrouble: (sinceMillis) =>
        conversations.update(conversationId, { leadTroubleSinceMillis: sinceMillis }),
      async giveUp(error) {
        await postpone();
        logger.error("LeadPostponed", { conversationId, ...failureFields(error) });
      },
    },
    deps,
  );
}

/** In this time amoCRM makes contact and lead for the message itself, in accounts where it does so. */
const ownLeadMillis = 30_000;

async function askForLateLead(
  conversationId: string,
  { name }: Customer,
  { toAmocrm, now }: Pick<LeadDependencies, "toAmocrm" | "now">,
): Promise<void> {
  const nowMillis = now();
  const notBeforeMillis = nowMillis + ownLeadMillis;
  const event = { kind: "lead", conversationId, name, notBeforeMillis } as const;
  const group = leadGroupOf(conversationId);
  await toAmocrm.put(bridgeEnvelope(event, { id: `${group}:${nowMillis}`, group, nowMillis }));
}

/** Makes the lead of a message that went on without it, unless the contact has an open lead by now. */
export async function makeLateLead(
  conversationId: string,
  customer: Customer,
  conversations: AttemptConversations,
  deps: LeadDependencies,
): Promise<void> {
  const known = await conversations.find(conversationId);
  const { amojoChatId } = known ?? {};
  if (known === undefined || amojoChatId === undefined) return;
  if (!(await deps.leads.isAvailable())) return;
  const opened = { ...known, amojoChatId };
  const work = async () => {
    if (known.contactLinked === true) {
      return makeLead(opened, customer, conversations, deps);
    }
    const contactId = await renewContact(opened, customer, undefined, {
      ...deps,
      conversations,
    });
    return makeLead({ ...opened, contactId }, customer, conversations, deps);
  };
  await withinMainApiLimits(conversationId, work, deps);
}

/** Longer than the calls of one maker take. */
const leaseMillis = 60_000;
/** The longest request for a lead, with a margin. */
const requestMillis = 20_000;

/** Makes the lead under the lock of the contact, and remembers it. */
async function makeLead(
  conversation: OpenedConversation,
  customer: Customer,
  conversations: AttemptConversations,
  deps: LeadDependencies,
): Promise<void> {
  const { conversationId, contactId, leadTroubleSinceMillis = 0 } = conversation;
  if (contactId === undefined) return;
  const { locks, now, random } = deps;
  const owner = `${conversationId}:${now()}:${random()}`;
  const untilMillis = now() + leaseMillis;
  const work = await locks.claim(contactId, owner, { nowMillis: now(), untilMillis });
  if ("busyUntilMillis" in work) {
    const retryAfterSeconds = Math.ceil((work.busyUntilMillis - now()) / 1000);
    throw new TransientFailure("another sender makes the lead", { retryAfterSeconds });
  }
  const record = async (news: LeadWork) => {
    if (await locks.record(contactId, owner, news)) return;
    throw new TransientFailure("another sender has taken over the lead");
  };
  let leadId: number | undefined;
  try {
    const claimed = { contactId, work, untilMillis, record };
    leadId = await leadUnderLock(conversation, claimed, deps);
  } finally {
    await locks.release(contactId, owner);
  }
  if (leadId !== undefined) {
    const { toAmocrm } = deps;
    await conversations.update(conversationId, {
      leadId,
      leadCheckedAtMillis: now(),
      ...(leadTroubleSinceMillis === 0 ? {} : { leadTroubleSinceMillis: 0 }),
    });
    await askForNotes(conversationId, conversations, { toAmocrm, now });
    return;
  }
  const renewedId = await renewContact(conversation, customer, contactId, {
    ...deps,
    conversations,
  });
  deps.logger.warn("ContactRenewed", { conversationId });
  await makeLead({ ...conversation, contactId: renewedId }, customer, conversations, deps);
}

/** The newest leads of a contact that a look reads, one call each. */
const mostLeads = 25;

type Claimed = {
  readonly contactId: number;
  readonly work: LeadWork;
  readonly untilMillis: number;
  readonly record: (work: LeadWork) => Promise<void>;
};

/** The contact's open lead, found or made. Undefined when amoCRM does not have the contact any more. */
async function leadUnderLock(
  conversation: OpenedConversation,
  { contactId, work, untilMillis, record }: Claimed,
  { leads, locks, plan, now, logger }: LeadDependencies,
): Promise<number | undefined> {
  const { conversationId } = conversation;
  const contact = await leads.contact(contactId);
  if (contact === undefined) return undefined;
  const open = await openLead(contact.leadIds, work, { leads, now });
  if (open !== undefined) {
    if (work.lostAnswers > 0) await record({ lostAnswers: 0, leadId: open, madeAtMillis: now() });
    return open;
  }
  // A number that the customer shared has led to another contact. It takes the lead of the talk along.
  const { leadId: before } = conversation;
  if (before !== undefined && !contact.leadIds.includes(before)) {
    if ((await leads.lead(before))?.isOpen === true) {
      await leads.addContact(before, contactId);
      return before;
    }
  }
  const waitMillis = waitBeforeRequest(work, now());
  if (waitMillis > 0) {
    const retryAfterSeconds = Math.ceil(waitMillis / 1000);
    throw new TransientFailure("a lost answer may be a lead", { retryAfterSeconds });
  }
  if (untilMillis - now() < requestMillis) {
    throw new TransientFailure("the main API is slow", { retryAfterSeconds: 1 });
  }
  const { responsible } = plan;
  const turn = responsible.length > 1 ? await locks.nextTurn() : 0;
  const requestedAtMillis = now();
  await record({ ...work, lostAnswers: work.lostAnswers + 1, requestedAtMillis });
  try {
    const { leadId, refused } = await leads.create({
      name: plan.leadName.replace("{name}", contact.name).trim() || contact.name,
      contactId,
      pipelineId: plan.pipelineId,
      statusId: plan.statusId,
      responsibleUserId: responsible[turn % responsible.length],
      tags: plan.tags,
      ...originParts(conversation, plan),
    });
    await record({ lostAnswers: 0, leadId, madeAtMillis: now() });
    for (const part of refused) logger.error("LeadPartRefused", { conversationId, part });
    logger.info("LeadMade", { conversationId, leadId });
    return leadId;
  } catch (error) {
    if (hasMadeNothing(error)) await record(work);
    throw error;
  }
}

/** The parts of a new lead that say where the customer came from. */
function originParts(
  conversation: Conversation,
  { sources }: LeadPlan,
): Pick<NewLead, "sourceId" | "fields"> {
  const origin = originOf(conversation);
  if (origin === undefined) return {};
  const { source, campaign } = origin;
  return {
    sourceId: sources.includes(source) ? source : undefined,
    fields: {
      UTM_SOURCE: source,
      UTM_MEDIUM: "telegram",
      ...(campaign === "" ? {} : { UTM_CAMPAIGN: campaign }),
    },
  };
}

/** amoCRM may show a new lead some time after its answer. */
const mostLagMillis = 5 * 60_000;

async function openLead(
  leadIds: readonly number[],
  { leadId: madeId, madeAtMillis = 0 }: LeadWork,
  { leads, now }: Pick<LeadDependencies, "leads" | "now">,
): Promise<number | undefined> {
  const ours = madeId === undefined ? [] : [madeId];
  for (const id of new Set([...ours, ...leadIds.slice(0, mostLeads)])) {
    const lead = await leads.lead(id);
    if (lead?.isOpen === true) return id;
    if (lead === undefined && id === madeId && now() - madeAtMillis < mostLagMillis) return id;
  }
  return undefined;
}

const firstWaitMillis = 30_000;
const laterWaitMillis = 30 * 60_000;

/**
 * How long a request has to wait for the outcome of an earlier request whose answer was lost. A contact's
 * leads show it after 30 s. After a second lost answer the wait is half an hour.
 */
function waitBeforeRequest(
  { lostAnswers, requestedAtMillis = 0 }: LeadWork,
  nowMillis: number,
): number {
  if (lostAnswers === 0) return 0;
  const waitMillis = lostAnswers === 1 ? firstWaitMillis : laterWaitMillis;
  return requestedAtMillis + waitMillis - nowMillis;
}

/** True when amoCRM has surely not made the lead: it refused the request, or asked for a pause. */
function hasMadeNothing(error: unknown): boolean {
  if (!isFailure(error)) return false;
  if (error instanceof PermanentFailure) return true;
  const { status = 0 } = error.source ?? {};
  return error.isLimit || (status >= 400 && status < 500);
}
