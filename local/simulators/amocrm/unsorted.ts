import { takeId } from "./account.ts";
import type { Account, Chat, Method } from "./account.ts";
import { mainRefusal } from "./answers.ts";
import { accountNumber } from "./crm.ts";
import type { Contact, Lead } from "./crm.ts";
import { withFields } from "./field-values.ts";
import { createLead, openLeadOf, seenLeads } from "./lead-records.ts";
import { isWanted, listAnswer, readList, readOrder } from "./lists.ts";
import { mainPipeline, openPipeline, unsortedStatus } from "./pipelines.ts";
import { leadSource, sourceOfChat } from "./sources.ts";
import { switchesOf } from "./switches.ts";
import type { SimulatedPerson } from "./types.ts";

/**
 * An unsorted lead for a customer's message that is not silent: a stranger's, with a contact of its own, or,
 * if the switch says so, one of a contact that has no open lead. It shows the source of the chat and is in
 * the source's pipeline.
 */
export function makeUnsortedLead(account: Account, chat: Chat, customer: SimulatedPerson): void {
  const { unsortedForLinked, unsortedOn } = switchesOf(account);
  const source = sourceOfChat(account, chat);
  const pipeline = openPipeline(account, source?.pipelineId ?? 0) ?? mainPipeline(account);
  const link = account.links.find(({ chatId }) => chatId === chat.id);
  // How the account's setting and the pipeline's relate is not known. Here both must be on.
  if (!unsortedOn || !pipeline.isUnsortedOn) return;
  if (link !== undefined) {
    if (!unsortedForLinked || openLeadOf(account, link.contactId) !== undefined) return;
  }
  const contactId = link?.contactId ?? addStranger(account, chat, customer).id;
  createLead(account, {
    category: "chats",
    chatId: chat.id,
    contacts: [{ id: contactId, isMain: true }],
    pipelineId: pipeline.id,
    statusId: unsortedStatus(pipeline).id,
    responsibleUserId: 0,
    source: leadSource(source),
  });
}

function addStranger(account: Account, chat: Chat, customer: SimulatedPerson): Contact {
  const createdAt = Math.floor(account.now() / 1000);
  const contact: Contact = {
    id: takeId(account),
    name: customer.name,
    fields: withFields(account, "contacts", null, fieldsOf(customer)),
    tags: [],
    responsibleUserId: 0,
    isUnsorted: true,
    createdAt,
    updatedAt: createdAt,
  };
  account.contacts.set(contact.id, contact);
  account.links.push({ id: takeId(account), contactId: contact.id, chatId: chat.id });
  return contact;
}

function fieldsOf({ phone, email }: SimulatedPerson) {
  const given = Object.entries({ PHONE: phone, EMAIL: email });
  return given.flatMap(([code, value]) =>
    value === undefined ? [] : [{ field_code: code, values: [{ value, enum_code: "WORK" }] }],
  );
}

/** `GET /api/v4/leads/unsorted`. It has no filter by contact or chat. */
export const listUnsorted: Method = (account, request) => {
  const { query } = request;
  const uids = readList(query, "filter[uid]");
  const categories = readList(query, "filter[category]");
  const pipelines = readList(query, "filter[pipeline_id]").map(Number);
  const allowed = ["sip", "mail", "forms", "chats"];
  if (categories.some((category) => !allowed.includes(category))) {
    throw mainRefusal(400, "Bad Request", `filter[category]: one of ${allowed.join(", ")}`);
  }
  const items = seenLeads(account)
    .filter((lead) => lead.category !== undefined && !lead.isDeleted)
    .filter((lead) => isWanted(uids, uidOf(lead)) && isWanted(categories, lead.category))
    .filter((lead) => isWanted(pipelines, lead.pipelineId))
    .sort(readOrder(query, { created_at: createdAt, updated_at: updatedAt }));
  return listAnswer(request, {
    name: "unsorted",
    items,
    show: (lead) => unsortedObject(account, lead),
  });
};

const createdAt = (lead: Lead) => lead.createdAt;
const updatedAt = (lead: Lead) => lead.updatedAt;

/** The name of an unsorted lead in this list. It is not the lead's id. */
const uidOf = ({ id }: Lead) => `unsorted-${id}`;

function unsortedObject(account: Account, lead: Lead): object {
  const chat = account.chats.get(lead.chatId ?? "");
  const messages = account.messages.filter(({ chatId }) => chatId === chat?.id);
  const last = messages.findLast(({ direction }) => direction === "customer");
  const sourceName = lead.source?.name ?? "";
  return {
    uid: uidOf(lead),
    source_uid: `amojo:simulated:${lead.chatId}`,
    source_name: sourceName,
    category: lead.category,
    pipeline_id: lead.pipelineId,
    created_at: lead.createdAt,
    metadata: {
      from: chat?.customer?.name ?? "",
      to: sourceName,
      received_at: last?.timestamp ?? lead.createdAt,
      service: "simulated",
      client: { name: chat?.customer?.name ?? "", avatar: chat?.customer?.avatar ?? "" },
      origin: { chat_id: lead.chatId, ref: null, visitor_uid: null },
      last_message_text: last?.text ?? "",
      source_name: sourceName,
    },
    account_id: accountNumber,
    _embedded: {
      leads: [{ id: lead.id }],
      contacts: lead.contacts.map(({ id }) => ({ id })),
      companies: [],
    },
  };
}
