import type { Conversation } from "../model/conversation.ts";
import type { CrmLeads, LeadPlan, NewLead } from "../model/crm.ts";
import type { LeadLocks, LeadWork } from "../model/stores.ts";
import type { EventQueue, Logger, Random } from "../model/runtime.ts";
import { isFailure, PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { renewContact } from "./contact.ts";
import type { LinkContactDependencies, OpenedConversation } from "./contact.ts";
import { askForNotes, originOf } from "./start-news.ts";

/** The dependencies of making leads. */
export type LeadDependencies = Omit<LinkContactDependencies, "conversations"> & {
  readonly plan: LeadPlan;
  readonly leads: CrmLeads;
  readonly locks: LeadLocks;
  readonly toAmocrm: EventQueue;
  readonly random: Random;
  readonly logger: Logger;
};

/** Longer than the calls of one maker take. */
const leaseMillis = 60_000;
/** The longest request for a lead, with a margin. */
const requestMillis = 20_000;

/**
 * Makes the lead under the lock of the contact, and remembers it. When amoCRM does not have the contact any
 * more, the chat first gets another one, once in an attempt.
 */
export async function makeLead(
  conversation: OpenedConversation,
  customer: { readonly name: string },
  conversations: AttemptConversations,
  deps: LeadDependencies,
  isRenewed = false,
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
  if (isRenewed) throw new TransientFailure("amoCRM does not show the new contact yet", soon);
  const renewedId = await renewContact(conversation, customer, contactId, {
    ...deps,
    conversations,
  });
  deps.logger.warn("ContactRenewed", { conversationId });
  await makeLead({ ...conversation, contactId: renewedId }, customer, conversations, deps, true);
}

const soon = { retryAfterSeconds: 5 };

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
  const throwIfLate = () => {
    if (untilMillis - now() >= requestMillis) return;
    throw new TransientFailure("the main API is slow", { retryAfterSeconds: 1 });
  };
  const contact = await leads.contact(contactId);
  if (contact === undefined) return undefined;
  const { leadId: before } = conversation;
  const known = before !== undefined && contact.leadIds.includes(before) ? [before] : [];
  const candidates = [...known, ...contact.leadIds.slice(0, mostLeads)];
  const open = await openLead(candidates, work, { leads, now, throwIfLate });
  if (open !== undefined) {
    if (work.lostAnswers > 0) await record({ lostAnswers: 0, leadId: open, madeAtMillis: now() });
    return open;
  }
  // A number that the customer shared has led to another contact. It takes the lead of the talk along.
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
  const { responsible } = plan;
  const turn = responsible.length > 1 ? await locks.nextTurn() : 0;
  const beforeRequest = async () => {
    throwIfLate();
    await record({ ...work, lostAnswers: work.lostAnswers + 1, requestedAtMillis: now() });
  };
  try {
    const name = plan.leadName.replace("{name}", () => contact.name).trim() || contact.name;
    const lead: NewLead = {
      name: name.slice(0, longestName),
      contactId,
      pipelineId: plan.pipelineId,
      statusId: plan.statusId,
      responsibleUserId: responsible[turn % responsible.length],
      tags: plan.tags,
      ...originParts(conversation, plan),
    };
    const { leadId, refused } = await leads.create(lead, beforeRequest);
    await record({ lostAnswers: 0, leadId, madeAtMillis: now() });
    for (const part of refused) logger.error("LeadPartRefused", { conversationId, part });
    logger.info("LeadMade", { conversationId, leadId });
    return leadId;
  } catch (error) {
    if (hasMadeNothing(error)) await record(work);
    throw error;
  }
}

/** amoCRM documents no length of a name. No column is shorter. */
const longestName = 255;

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
  {
    leads,
    now,
    throwIfLate,
  }: Pick<LeadDependencies, "leads" | "now"> & { readonly throwIfLate: () => void },
): Promise<number | undefined> {
  const ours = madeId === undefined ? [] : [madeId];
  for (const id of new Set([...ours, ...leadIds])) {
    throwIfLate();
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
