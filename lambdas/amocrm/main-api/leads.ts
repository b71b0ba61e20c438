import * as z from "zod/mini";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { CrmLeads, LeadPart, NewLead } from "../../model/crm.ts";
import { readAnswer } from "../chats/failures.ts";
import { mainApi, RefusedFields } from "./client.ts";
import type { MainApiOptions } from "./client.ts";

const contactWithLeads = z.looseObject({
  name: z.nullable(z.string()),
  _embedded: z.looseObject({ leads: z.array(z.looseObject({ id: z.int() })) }),
});
const storedLead = z.looseObject({ status_id: z.int(), is_deleted: z.boolean() });
const createdLeads = z.looseObject({
  _embedded: z.looseObject({ leads: z.array(z.looseObject({ id: z.int() })) }),
});

/**
 * The stages of won and lost leads. Their ids are the same in every pipeline.
 * @see https://www.amocrm.ru/developers/content/crm_platform/leads_pipelines
 */
const closedStages: ReadonlySet<number> = new Set([142, 143]);

/**
 * Leads of amoCRM's main API.
 * @see https://www.amocrm.ru/developers/content/crm_platform/leads-api
 */
export function mainApiLeads(options: MainApiOptions): CrmLeads {
  const api = mainApi(options);
  return {
    isAvailable: () => api.isAvailable(),

    async contact(contactId) {
      const answer = await api.request("GET", `/api/v4/contacts/${contactId}?with=leads`);
      if (answer.status === 204) return undefined;
      const { name, _embedded } = readAnswer(contactWithLeads, answer);
      const leadIds = _embedded.leads.map(({ id }) => id).toSorted((one, other) => other - one);
      return { name: name ?? "", leadIds };
    },

    async lead(leadId) {
      const answer = await api.request("GET", `/api/v4/leads/${leadId}`);
      if (answer.status === 204) return undefined;
      const lead = readAnswer(storedLead, answer);
      return { isOpen: !lead.is_deleted && !closedStages.has(lead.status_id) };
    },

    async create(lead, beforeRequest) {
      const refused = new Set<LeadPart>();
      for (;;) {
        await beforeRequest();
        try {
          const answer = await api.request("POST", "/api/v4/leads", [bodyOf(lead, refused)]);
          const made = readAnswer(createdLeads, answer)._embedded.leads[0];
          if (made === undefined) throw new TransientFailure("amoCRM named no lead");
          return { leadId: made.id, refused: [...refused] };
        } catch (error) {
          if (!(error instanceof PermanentFailure)) throw error;
          const before = refused.size;
          for (const part of refusedParts(error, lead, refused)) refused.add(part);
          if (refused.size === before) throw error;
        }
      }
    },

    async addContact(leadId, contactId) {
      const body = [
        {
          to_entity_id: contactId,
          to_entity_type: "contacts",
          metadata: { is_main: true },
        },
      ];
      await api.request("POST", `/api/v4/leads/${leadId}/link`, body);
    },
  };
}

/** The optional parts of a lead that are not fields of its own: what a request has for each. */
const plainParts = {
  // A stage belongs to a pipeline. Without the pipeline, the lead goes to the first stage of the main one.
  pipeline: ({ pipelineId, statusId }: NewLead) =>
    pipelineId === undefined ? {} : { pipeline_id: pipelineId, status_id: statusId },
  responsible: ({ responsibleUserId }: NewLead) =>
    responsibleUserId === undefined ? {} : { responsible_user_id: responsibleUserId },
  tags: ({ tags }: NewLead) =>
    tags.length === 0 ? {} : { tags_to_add: tags.map((name) => ({ name })) },
};
type PlainPart = keyof typeof plainParts;
const plainNames = Object.keys(plainParts) as PlainPart[];

/** The codes of the lead's own fields, in the order of the request. */
function codesOf({ fields = {} }: NewLead, refused: ReadonlySet<LeadPart>): string[] {
  return Object.keys(fields).filter((code) => !refused.has(`field ${code}`));
}

function bodyOf(lead: NewLead, refused: ReadonlySet<LeadPart>) {
  const plain = plainNames.filter((part) => !refused.has(part));
  const fields = codesOf(lead, refused).map((code) => ({
    field_code: code,
    values: [{ value: lead.fields?.[code] }],
  }));
  const { sourceId } = lead;
  return {
    name: lead.name,
    ...Object.assign({}, ...plain.map((part) => plainParts[part](lead))),
    ...(fields.length === 0 ? {} : { custom_fields_values: fields }),
    _embedded: {
      contacts: [{ id: lead.contactId, is_main: true }],
      ...(sourceId === undefined || refused.has("source")
        ? {}
        : { source: { external_id: sourceId, type: "widget" } }),
    },
  };
}

/** The parts that a refusal names; all parts of the request when it names none of them. */
function refusedParts(
  error: PermanentFailure,
  lead: NewLead,
  refused: ReadonlySet<LeadPart>,
): readonly LeadPart[] {
  const codes = codesOf(lead, refused);
  const given: LeadPart[] = [
    ...plainNames.filter((part) => Object.keys(plainParts[part](lead)).length > 0),
    ...(lead.sourceId === undefined ? [] : ["source" as const]),
    ...codes.map((code) => `field ${code}` as const),
  ];
  if (!(error instanceof RefusedFields)) return given;
  const paths = error.paths.map((path) => path.split("."));
  const isNamed = (part: LeadPart): boolean => {
    if (part === "source") return paths.some((path) => path.includes("source"));
    if (!(part in plainParts)) {
      const code = part.slice("field ".length);
      const names = [code, String(codes.indexOf(code))];
      return paths.some(
        (path) =>
          path.includes("custom_fields_values") && names.some((name) => path.includes(name)),
      );
    }
    const fields = Object.keys(plainParts[part as PlainPart](lead));
    return paths.some((path) => fields.some((field) => path.includes(field)));
  };
  const named = given.filter((part) => !refused.has(part) && isNamed(part));
  return named.length > 0 ? named : given;
}
