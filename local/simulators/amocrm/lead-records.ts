import { takeId } from "./account.ts";
import type { Account } from "./account.ts";
import { administratorId, lost, won } from "./crm.ts";
import type { Lead } from "./crm.ts";
import { firstStatus, mainPipeline } from "./pipelines.ts";
import { switchesOf } from "./switches.ts";

/** Creates a lead. What is not given has the value of a lead without it. */
export function createLead(account: Account, given: Partial<Lead>): Lead {
  const createdAt = Math.floor(account.now() / 1000);
  const pipeline = mainPipeline(account);
  const lead: Lead = {
    name: "",
    price: 0,
    category: undefined,
    chatId: undefined,
    contacts: [],
    pipelineId: pipeline.id,
    statusId: firstStatus(pipeline).id,
    responsibleUserId: administratorId,
    createdBy: 0,
    tags: [],
    fields: null,
    source: undefined,
    isDeleted: false,
    createdAt,
    updatedAt: createdAt,
    closedAt: null,
    ...given,
    id: takeId(account),
    writtenAtMillis: account.now(),
  };
  account.leads.set(lead.id, [lead]);
  return lead;
}

/** Changes a lead. Its earlier states stay for reads that lag. */
export function updateLead(account: Account, lead: Lead, changes: Partial<Lead>): Lead {
  const writtenAtMillis = account.now();
  const updatedAt = Math.floor(writtenAtMillis / 1000);
  const changed = { ...lead, updatedAt, ...changes, id: lead.id, writtenAtMillis };
  account.leads.get(lead.id)?.push(changed);
  return changed;
}

/** All leads as they are, also the deleted ones, the oldest first. */
export function allLeads({ leads }: Account): Lead[] {
  return [...leads.values()].flatMap((states) => states.slice(-1));
}

/** A lead as it is. Undefined for one that does not exist or is deleted. */
export function findLead({ leads }: Account, id: number): Lead | undefined {
  const lead = leads.get(id)?.at(-1);
  return lead?.isDeleted === false ? lead : undefined;
}

/** A lead as reads see it now, also a deleted one. */
export function seenLead(account: Account, id: number): Lead | undefined {
  const seenMillis = account.now() - switchesOf(account).readsLagMillis;
  return account.leads.get(id)?.findLast(({ writtenAtMillis }) => writtenAtMillis <= seenMillis);
}

/** All leads as reads see them now, also the deleted ones. */
export function seenLeads(account: Account): Lead[] {
  return [...account.leads.keys()].flatMap((id) => seenLead(account, id) ?? []);
}

/** Whether a contact is one of a lead's contacts. */
export function isOf(lead: Lead, contactId: number): boolean {
  return lead.contacts.some(({ id }) => id === contactId);
}

export function isClosed({ statusId }: Lead): boolean {
  return statusId === won || statusId === lost;
}

/**
 * The newest open lead of a contact: not deleted, neither won nor lost. An unsorted lead is open. With two
 * open leads, it is not known which one amoCRM gives a talk to.
 */
export function openLeadOf(account: Account, contactId: number): Lead | undefined {
  return allLeads(account).findLast(
    (lead) => isOf(lead, contactId) && !lead.isDeleted && !isClosed(lead),
  );
}

/** A lead's stage, and the time of its end. A lead in a stage is no longer unsorted. */
export function stageOf(
  account: Account,
  { pipelineId, statusId, closedAt }: Pick<Lead, "pipelineId" | "statusId" | "closedAt">,
): Partial<Lead> {
  const isEnd = statusId === won || statusId === lost;
  const now = Math.floor(account.now() / 1000);
  return {
    pipelineId,
    statusId,
    closedAt: isEnd ? (closedAt ?? now) : null,
    category: undefined,
  };
}

/** Moves a lead to a stage. That accepts an unsorted lead: it and its contacts become usual ones. */
export function moveLead(
  account: Account,
  lead: Lead,
  to: { readonly pipelineId: number; readonly statusId: number },
  changes: Partial<Lead> = {},
): Lead {
  const moved = updateLead(account, lead, {
    ...changes,
    ...stageOf(account, { closedAt: lead.closedAt, ...to }),
  });
  for (const { id } of moved.contacts) {
    const contact = account.contacts.get(id);
    if (contact !== undefined) contact.isUnsorted = false;
  }
  return moved;
}
