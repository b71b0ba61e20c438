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

    async create(lead) {
      const refused = new Set<LeadPart>();
      for (;;) {
        try {
          const answer = await api.request("POST", "/api/v4/leads", [bodyOf(lead, refused)]);
          const made = readAnswer(createdLeads, answer)._embedded.leads[0];
          if (made === undefined) throw new TransientFailure("amoCRM named no lead");
          return { leadId: made.id, refused: [...refused] };
        } catch (error) {
          if (!(error instanceof PermanentFailure)) throw error;
          const before = refused.size;
          for (const part of refusedParts(error, lead)) refused.add(part);
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

/** The optional parts of a lead: the fields of a request that each part fills. */
const fieldsOf = {
  // A stage belongs to a pipeline. Without the pipeline, the lead goes to the first stage of the main one.
  pipeline: ({ pipelineId, statusId }: NewLead) =>
    pipelineId === undefined ? {} : { pipeline_id: pipelineId, status_id: statusId },
  responsible: ({ responsibleUserId }: NewLead) =>
    responsibleUserId === undefined ? {} : { responsible_user_id: responsibleUserId },
  tags: ({ tags }: NewLead) =>
    tags.length === 0 ? {} : { tags_to_add: tags.map((name) => ({ name })) },
} satisfies Record<LeadPart, (lead: NewLead) => Record<string, unknown>>;

const parts = Object.keys(fieldsOf) as LeadPart[];

function bodyOf(lead: NewLead, refused: ReadonlySet<LeadPart>) {
  const optional = parts.filter((part) => !refused.has(part)).map((part) => fieldsOf[part](lead));
  return {
    name: lead.name,
    ...Object.assign({}, ...optional),
    _embedded: { contacts: [{ id: lead.contactId, is_main: true }] },
  };
}

/** The parts that a refusal names; all parts of the lead when it names none of them. */
function refusedParts(error: PermanentFailure, lead: NewLead): readonly LeadPart[] {
  const given = parts.filter((part) => Object.keys(fieldsOf[part](lead)).length > 0);
  if (!(error instanceof RefusedFields)) return given;
  const named = given.filter((part) =>
    Object.keys(fieldsOf[part](lead)).some((field) =>
      error.paths.some((path) => path.split(".").includes(field)),
    ),
  );
  return named.length > 0 ? named : given;
}
