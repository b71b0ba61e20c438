import * as z from "zod";
import type { Account, Method } from "./account.ts";
import { allAnswer, halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber, tokenUserId } from "./crm.ts";
import type { Lead, Pipeline, Source } from "./crm.ts";
import { checkFields, givenFields, withFields, wordsIn } from "./field-values.ts";
import {
  createLead,
  findLead,
  moveLead,
  seenLead,
  seenLeads,
  stageOf,
  updateLead,
} from "./lead-records.ts";
import { listAnswer, readOrder, readWith } from "./lists.ts";
import { firstStatus, mainPipeline, openPipeline } from "./pipelines.ts";
import { leadSource } from "./sources.ts";
import { switchesOf } from "./switches.ts";
import { checkTags, givenTags, tagObject, withTags } from "./tags.ts";
import { checkResponsible } from "./users.ts";
import { notSupported, readEntities, readEntity } from "./validation.ts";
import type { EntityError } from "./validation.ts";

const seconds = z.int().min(0);
const common = {
  name: z.string().optional(),
  price: z.int().min(0).optional(),
  pipeline_id: z.int().optional(),
  status_id: z.int().optional(),
  responsible_user_id: z.int().optional(),
  created_by: z.int().min(0).optional(),
  updated_by: z.int().min(0).optional(),
  created_at: seconds.optional(),
  updated_at: seconds.optional(),
  closed_at: seconds.optional(),
  custom_fields_values: givenFields,
  tags_to_add: givenTags.optional(),
  request_id: z.string().optional(),
};
const newLeadSchema = z.strictObject({
  ...common,
  visitor_uid: z.string().optional(),
  _embedded: z
    .strictObject({
      tags: givenTags.optional(),
      contacts: z
        .array(z.strictObject({ id: z.int(), is_main: z.boolean().optional() }))
        .optional(),
      source: z
        .strictObject({ external_id: z.string().min(1), type: z.literal("widget") })
        .optional(),
    })
    .optional(),
});
/** Contacts and source are of the creation alone. */
const changeSchema = z.strictObject({
  ...common,
  id: z.int().optional(),
  tags_to_delete: givenTags.optional(),
  _embedded: z.strictObject({ tags: givenTags.nullish() }).optional(),
});
type NewLead = z.infer<typeof newLeadSchema>;
type LeadChange = z.infer<typeof changeSchema>;

/** `POST /api/v4/leads`: an array. It creates all leads or none. */
export const addLeads: Method = (account, request) => {
  const given = readEntities(request, {
    schema: newLeadSchema,
    check: (lead) => checkNew(account, lead),
  });
  const leads = given.map(({ entity, requestId }) => {
    const { id } = addLead(account, entity);
    return { id, request_id: requestId };
  });
  return halAnswer({ _embedded: { leads } });
};

function addLead(account: Account, given: NewLead): Lead {
  const source = sourceOf(account, given);
  const pipeline = pipelineOf(account, given, source);
  const contacts = given._embedded?.contacts ?? [];
  const mainId = (contacts.find(({ is_main: isMain }) => isMain) ?? contacts[0])?.id;
  // amoCRM's default for the responsible user is not documented. For tasks it is the token's user.
  const userId = tokenUserId(switchesOf(account));
  const statusId = given.status_id ?? firstStatus(pipeline).id;
  return createLead(account, {
    name: given.name ?? "",
    price: given.price ?? 0,
    contacts: contacts.map(({ id }) => ({ id, isMain: id === mainId })),
    responsibleUserId: given.responsible_user_id ?? userId,
    createdBy: given.created_by ?? userId,
    tags: withTags(account, "leads", [], given),
    fields: withFields(account, "leads", null, given.custom_fields_values),
    source: source && leadSource(source),
    ...(given.created_at === undefined ? {} : { createdAt: given.created_at }),
    ...stageOf(account, { pipelineId: pipeline.id, statusId, closedAt: given.closed_at ?? null }),
  });
}

function checkNew(account: Account, given: NewLead): EntityError[] {
  const { contacts = [], source } = given._embedded ?? {};
  const known = sourceOf(account, given);
  return [
    ...checkCommon(account, given, pipelineOf(account, given, known)),
    ...contacts.flatMap(({ id }, index) =>
      account.contacts.has(id) ? [] : [notSupported(`_embedded.contacts.${index}.id`)],
    ),
    ...(source !== undefined && known === undefined
      ? [notSupported("_embedded.source.external_id")]
      : []),
  ];
}

/** Only the integration's own sources. An external integration has none. */
function sourceOf(account: Account, { _embedded }: NewLead): Source | undefined {
  const externalId = _embedded?.source?.external_id;
  if (externalId === undefined || switchesOf(account).integration === "external") return undefined;
  return account.sources.find((each) => each.externalId === externalId);
}

function pipelineOf(account: Account, given: NewLead, source: Source | undefined): Pipeline {
  const id = given.pipeline_id ?? source?.pipelineId ?? 0;
  return openPipeline(account, id) ?? mainPipeline(account);
}

/** `PATCH /api/v4/leads`: an array of leads with their ids. It changes all of them or none. */
export const changeLeads: Method = (account, request) => {
  const given = readEntities(request, {
    schema: changeSchema,
    check: (change) => checkChange(account, change.id ?? 0, change),
  });
  const leads = given.map(({ entity }) => changed(account, entity.id ?? 0, entity));
  return halAnswer({ _embedded: { leads } });
};

/** `PATCH /api/v4/leads/{id}`: fields that are not given stay unchanged. */
export const changeLead: Method = (account, request, id) => {
  const check = (change: LeadChange) => checkChange(account, id, change);
  return halAnswer(changed(account, id, readEntity(request, { schema: changeSchema, check })));
};

function checkChange(account: Account, id: number, given: LeadChange): EntityError[] {
  const lead = findLead(account, id);
  if (lead === undefined) return [notSupported("id")];
  const pipeline = openPipeline(account, given.pipeline_id ?? lead.pipelineId);
  return checkCommon(account, given, pipeline ?? mainPipeline(account));
}

/**
 * A lead that is still unsorted can be changed too, as far as is known. A stage accepts it. The simulator
 * takes the dates and authors of a change, and keeps its own.
 */
function changed(account: Account, id: number, given: LeadChange): object {
  const lead = findLead(account, id);
  if (lead === undefined) throw mainRefusal(400, "Bad Request", "No such lead");
  const { name, price, status_id: statusId, pipeline_id: pipelineId = lead.pipelineId } = given;
  const pipeline = openPipeline(account, pipelineId) ?? mainPipeline(account);
  const changes = {
    name: name ?? lead.name,
    price: price ?? lead.price,
    responsibleUserId: given.responsible_user_id ?? lead.responsibleUserId,
    tags: withTags(account, "leads", lead.tags, given),
    fields: withFields(account, "leads", lead.fields, given.custom_fields_values),
  };
  const isMoved = statusId !== undefined || pipelineId !== lead.pipelineId;
  const to = { pipelineId: pipeline.id, statusId: statusId ?? firstStatus(pipeline).id };
  const after = isMoved ? moveLead(account, lead, to, changes) : updateLead(account, lead, changes);
  return { id, updated_at: after.updatedAt };
}

function checkCommon(
  account: Account,
  given: NewLead | LeadChange,
  pipeline: Pipeline,
): EntityError[] {
  const { pipeline_id: pipelineId, status_id: statusId } = given;
  const errors = [
    ...checkFields(account, "leads", given.custom_fields_values),
    ...checkTags(account, "leads", given),
  ];
  if (pipelineId !== undefined && pipeline.id !== pipelineId) {
    errors.push(notSupported("pipeline_id"));
  }
  // An unsorted lead needs metadata that this method does not take.
  const isStage = pipeline.statuses.some(({ id, type }) => id === statusId && type === 0);
  if (statusId !== undefined && !isStage) errors.push(notSupported("status_id"));
  return [...errors, ...checkResponsible(account, given)];
}

/**
 * `GET /api/v4/leads`. `filter` is a paid function that the account does not have. What amoCRM answers
 * then is not known.
 */
export const listLeads: Method = (account, request) => {
  const { query } = request;
  if ([...query.keys()].some((key) => key.startsWith("filter"))) {
    throw mainRefusal(402, "Payment Required", "The filter of leads is not paid for");
  }
  const isBin = readWith(query).has("only_deleted");
  const wanted = (query.get("query") ?? "").toLowerCase();
  const items = seenLeads(account)
    .filter((lead) => lead.isDeleted === isBin && lead.category === undefined)
    .filter(({ name, fields }) =>
      [name, ...wordsIn(fields)].some((value) => value.toLowerCase().includes(wanted)),
    )
    .sort(
      readOrder<Lead>(query, {
        created_at: ({ createdAt }) => createdAt,
        updated_at: ({ updatedAt }) => updatedAt,
      }),
    );
  const show = (lead: Lead) => leadObject(lead, query);
  return listAnswer(request, { name: "leads", items, show });
};

/** `GET /api/v4/leads/{id}`: 204 for none. A deleted lead is only seen `with=only_deleted`. */
export const getLead: Method = (account, { query }, id) => {
  const lead = seenLead(account, id);
  const isBin = readWith(query).has("only_deleted");
  if (lead === undefined || lead.isDeleted !== isBin) return { status: 204 };
  return halAnswer(leadObject(lead, query));
};

function leadObject(lead: Lead, query: URLSearchParams): object {
  const { id, createdAt, updatedAt, source, contacts } = lead;
  const times = { created_at: createdAt, updated_at: updatedAt };
  if (lead.isDeleted) return { id, ...times, updated_by: 0, is_deleted: true };
  const parts = readWith(query);
  const shownSource = source && { id: source.id, name: source.name };
  return {
    id,
    name: lead.name,
    price: lead.price,
    responsible_user_id: lead.responsibleUserId,
    group_id: 0,
    status_id: lead.statusId,
    pipeline_id: lead.pipelineId,
    loss_reason_id: null,
    created_by: lead.createdBy,
    updated_by: 0,
    ...times,
    closed_at: lead.closedAt,
    closest_task_at: null,
    is_deleted: false,
    custom_fields_values: lead.fields,
    score: null,
    account_id: accountNumber,
    ...(parts.has("source_id") ? { source_id: source?.id ?? null } : {}),
    _embedded: {
      tags: lead.tags.map(tagObject),
      companies: [],
      ...(parts.has("contacts")
        ? { contacts: contacts.map((each) => ({ id: each.id, is_main: each.isMain })) }
        : {}),
      ...(parts.has("source") ? { source: shownSource ?? null } : {}),
    },
  };
}

const linkSchema = z.strictObject({
  to_entity_id: z.int(),
  to_entity_type: z.enum(["contacts", "companies", "catalog_elements"]),
  metadata: z.strictObject({ is_main: z.boolean().optional() }).optional(),
  request_id: z.string().optional(),
});

/** `POST /api/v4/leads/{id}/link`: adds contacts to a lead. A second link of a contact changes nothing. */
export const linkToLead: Method = (account, request, id) => {
  const given = readEntities(request, {
    schema: linkSchema,
    check: (link) => [
      ...(findLead(account, id) === undefined ? [notSupported("entity_id")] : []),
      ...(account.contacts.has(link.to_entity_id) ? [] : [notSupported("to_entity_id")]),
    ],
  });
  for (const { entity } of given) {
    const { to_entity_id: contactId, metadata = {} } = entity;
    const lead = findLead(account, id) as Lead;
    const isMain = metadata.is_main === true;
    const others = lead.contacts
      .filter((contact) => contact.id !== contactId)
      .map((contact) => (isMain ? { ...contact, isMain: false } : contact));
    updateLead(account, lead, { contacts: [...others, { id: contactId, isMain }] });
  }
  const links = given.map(({ entity }) => ({ ...entity, entity_id: id, entity_type: "leads" }));
  return allAnswer("links", links);
};
