import type { Account } from "./account.ts";
import { lost, operatorUserId, won } from "./crm.ts";
import type { EntityType, Lead, Pipeline } from "./crm.ts";
import { phonesIn, valuesByName } from "./field-values.ts";
import { allLeads, createLead, findLead, isOf, moveLead, updateLead } from "./lead-records.ts";
import { firstStatus, isSystem, mainPipeline } from "./pipelines.ts";
import type { SwitchChanges } from "./switches.ts";

/** A lead that a person adds by hand. */
export type LeadByHand = {
  readonly name?: string | undefined;
  readonly contactId?: number | undefined;
  readonly pipelineId?: number | undefined;
  readonly statusId?: number | undefined;
  readonly responsibleUserId?: number | undefined;
};

export type CrmActs = ReturnType<typeof crmActs>;

/** What people do in amoCRM with leads, contacts and settings, and what tests read of them. */
export function crmActs(account: Account) {
  return {
    /** Changes switches of the account, from now on. */
    setSwitches(changes: SwitchChanges): void {
      Object.assign(account.options, changes);
    },
    contacts: () =>
      [...account.contacts.values()].map(({ id, name, fields, tags, responsibleUserId }) => ({
        id,
        name,
        phones: phonesIn(fields),
        fields: valuesByName(fields),
        tags: tags.map((tag) => tag.name),
        responsibleUserId,
        chats: account.links.filter((link) => link.contactId === id).map((link) => link.chatId),
      })),
    /** All leads, also the deleted ones, the oldest first. */
    leads: () => allLeads(account).map((lead) => shownLead(account, lead)),
    pipelines: () => structuredClone(account.pipelines),
    users: () => [...account.users],
    fields: () => structuredClone(account.customFields),
    notes: () => account.notes.map((note) => ({ ...note })),
    tasks: () => account.tasks.map((task) => ({ ...task })),
    sources: () => account.sources.map((source) => ({ ...source })),
    addLead(given: LeadByHand = {}) {
      const pipeline =
        given.pipelineId === undefined
          ? mainPipeline(account)
          : findPipeline(account, given.pipelineId);
      const statusId = given.statusId ?? firstStatus(pipeline).id;
      checkStage(pipeline, statusId);
      if (given.contactId !== undefined) findContact(account, given.contactId);
      const responsibleUserId = given.responsibleUserId ?? operatorUserId;
      const lead = createLead(account, {
        name: given.name ?? "",
        contacts: given.contactId === undefined ? [] : [{ id: given.contactId, isMain: true }],
        pipelineId: pipeline.id,
        statusId,
        responsibleUserId,
        createdBy: operatorUserId,
      });
      return shownLead(account, lead);
    },
    closeLead(id: number, how: "won" | "lost"): void {
      const lead = leadOrThrow(account, id);
      const statusId = how === "won" ? won : lost;
      moveLead(account, lead, { pipelineId: lead.pipelineId, statusId });
    },
    /** Moves a lead to a stage, or to the first stage of a pipeline. */
    moveLead(id: number, to: { pipelineId?: number | undefined; statusId?: number | undefined }) {
      const lead = leadOrThrow(account, id);
      const pipeline = findPipeline(account, to.pipelineId ?? lead.pipelineId);
      const statusId = to.statusId ?? firstStatus(pipeline).id;
      checkStage(pipeline, statusId);
      moveLead(account, lead, { pipelineId: pipeline.id, statusId });
    },
    deleteLead(id: number): void {
      updateLead(account, leadOrThrow(account, id), { isDeleted: true });
    },
    /** Accepts an unsorted lead. It becomes a usual one in a stage, and its contact too. */
    acceptLead(
      id: number,
      given: { userId?: number | undefined; statusId?: number | undefined } = {},
    ) {
      const lead = leadOrThrow(account, id);
      if (lead.category === undefined) throw new Error(`Lead ${id} is not unsorted.`);
      const pipeline = findPipeline(account, lead.pipelineId);
      const statusId = given.statusId ?? firstStatus(pipeline).id;
      checkStage(pipeline, statusId);
      const responsibleUserId = given.userId ?? operatorUserId;
      moveLead(account, lead, { pipelineId: pipeline.id, statusId }, { responsibleUserId });
    },
    setResponsible(leadId: number, userId: number): void {
      if (!account.users.some(({ id }) => id === userId))
        throw new Error(`There is no user ${userId}.`);
      updateLead(account, leadOrThrow(account, leadId), { responsibleUserId: userId });
    },
    /** Merges one contact into another. The first id answers 204 afterwards. */
    mergeContacts(fromId: number, intoId: number): void {
      const from = findContact(account, fromId);
      const into = findContact(account, intoId);
      if (from === into) throw new Error("A contact cannot be merged into itself.");
      const own = new Set((into.fields ?? []).map(({ field_id: id }) => id));
      const added = (from.fields ?? []).filter(({ field_id: id }) => !own.has(id));
      into.fields = [...(into.fields ?? []), ...added];
      for (const link of account.links) if (link.contactId === fromId) link.contactId = intoId;
      replaceContact(account, fromId, intoId);
      for (const note of account.notes) {
        if (note.entity === "contacts" && note.entityId === fromId) note.entityId = intoId;
      }
      for (const task of account.tasks) {
        if (task.entity === "contacts" && task.entityId === fromId) task.entityId = intoId;
      }
      account.contacts.delete(fromId);
    },
    /** Deletes a contact. Its chats have none then, and its leads stay. */
    deleteContact(id: number): void {
      findContact(account, id);
      account.contacts.delete(id);
      account.links.splice(0, Infinity, ...account.links.filter((link) => link.contactId !== id));
      replaceContact(account, id, undefined);
    },
    /** Deletes a custom field, and its values with it. */
    deleteField(entity: EntityType, id: number): void {
      const fields = account.customFields[entity];
      const index = fields.findIndex((field) => field.id === id);
      if (index === -1) throw new Error(`There is no field ${id} of ${entity}.`);
      fields.splice(index, 1);
      const without = <Field extends { field_id: number }>(all: readonly Field[] | null) =>
        all && all.filter((field) => field.field_id !== id);
      if (entity === "contacts") {
        for (const contact of account.contacts.values()) contact.fields = without(contact.fields);
        return;
      }
      for (const lead of allLeads(account)) {
        if (lead.fields !== null) updateLead(account, lead, { fields: without(lead.fields) });
      }
    },
    archivePipeline(id: number): void {
      const pipeline = findPipeline(account, id);
      if (pipeline.isMain) throw new Error("The main pipeline cannot be archived.");
      pipeline.isArchive = true;
    },
    /** A pipeline with leads cannot be deleted. */
    deletePipeline(id: number): void {
      const pipeline = findPipeline(account, id);
      if (pipeline.isMain) throw new Error("The main pipeline cannot be deleted.");
      if (allLeads(account).some((lead) => lead.pipelineId === id && !lead.isDeleted)) {
        throw new Error(`Pipeline ${id} has leads: move or delete them first.`);
      }
      account.pipelines.splice(account.pipelines.indexOf(pipeline), 1);
    },
    /** Deletes a stage. Its leads go to the first stage of the pipeline. */
    deleteStatus(id: number): void {
      const pipeline = account.pipelines.find(({ statuses }) =>
        statuses.some((status) => status.id === id && !isSystem(status)),
      );
      if (pipeline === undefined) throw new Error(`There is no stage ${id} that can be deleted.`);
      pipeline.statuses = pipeline.statuses.filter((status) => status.id !== id);
      for (const lead of allLeads(account)) {
        if (lead.statusId !== id || lead.isDeleted) continue;
        const statusId = firstStatus(pipeline).id;
        moveLead(account, lead, { pipelineId: pipeline.id, statusId });
      }
    },
  };
}

function replaceContact(account: Account, fromId: number, intoId: number | undefined): void {
  for (const lead of allLeads(account)) {
    if (!isOf(lead, fromId)) continue;
    const isAlready = intoId === undefined || isOf(lead, intoId);
    const contacts = isAlready
      ? lead.contacts.filter(({ id }) => id !== fromId)
      : lead.contacts.map((each) => (each.id === fromId ? { ...each, id: intoId } : each));
    updateLead(account, lead, { contacts });
  }
}

/** A lead as tests and people read it. `chatId` is the chat that made it, else the contact's first chat. */
function shownLead(account: Account, lead: Lead) {
  const { contacts, fields, tags, source, ...shown } = lead;
  const { writtenAtMillis: _, createdBy: __, updatedAt: ___, ...others } = shown;
  const contactId = (contacts.find(({ isMain }) => isMain) ?? contacts[0])?.id;
  const chatId = lead.chatId ?? account.links.find((link) => link.contactId === contactId)?.chatId;
  return {
    ...others,
    contactId,
    chatId,
    conversationId: account.chats.get(chatId ?? "")?.conversationId,
    tags: tags.map(({ name }) => name),
    fields: valuesByName(fields),
    source: source && { name: source.name, externalId: source.externalId },
  };
}

function leadOrThrow(account: Account, id: number): Lead {
  const lead = findLead(account, id);
  if (lead === undefined) throw new Error(`There is no lead ${id}.`);
  return lead;
}

function findContact(account: Account, id: number) {
  const contact = account.contacts.get(id);
  if (contact === undefined) throw new Error(`There is no contact ${id}.`);
  return contact;
}

function findPipeline({ pipelines }: Account, id: number): Pipeline {
  const pipeline = pipelines.find((each) => each.id === id);
  if (pipeline === undefined) throw new Error(`There is no pipeline ${id}.`);
  return pipeline;
}

function checkStage({ id, statuses }: Pipeline, statusId: number): void {
  if (statuses.some((status) => status.id === statusId && status.type === 0)) return;
  throw new Error(`Pipeline ${id} has no stage ${statusId}.`);
}
