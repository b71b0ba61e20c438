import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoutes } from "../control.ts";
import type { Account } from "./account.ts";
import type { CrmActs } from "./crm-acts.ts";
import { switchChangesSchema, switchesOf } from "./switches.ts";

const id = z.int();
const leadSchema = z.strictObject({
  name: z.string().optional(),
  contactId: id.optional(),
  pipelineId: id.optional(),
  statusId: id.optional(),
  responsibleUserId: id.optional(),
});
const closeSchema = z.strictObject({ as: z.enum(["won", "lost"]) });
const moveSchema = z
  .strictObject({ pipelineId: id.optional(), statusId: id.optional() })
  .refine((to) => Object.keys(to).length > 0, "pipelineId or statusId is needed");
const acceptSchema = z.strictObject({ userId: id.optional(), statusId: id.optional() });
const responsibleSchema = z.strictObject({ userId: id });
const mergeSchema = z.strictObject({ into: id });
const fieldSchema = z.strictObject({ entity: z.enum(["leads", "contacts"]) });

/** The endpoints under `/_sim/` for what people do with leads, contacts and settings. */
export function crmControlRoutes(acts: CrmActs, account: Account): ControlRoutes {
  return {
    "GET account": () => switchesOf(account),
    "POST account": (request) => {
      acts.setSwitches(readControl(request, switchChangesSchema));
      return switchesOf(account);
    },
    "GET crm": () => ({
      leads: acts.leads(),
      contacts: acts.contacts(),
      pipelines: acts.pipelines(),
      users: acts.users(),
      fields: acts.fields(),
      notes: acts.notes(),
      tasks: acts.tasks(),
      sources: acts.sources(),
    }),
    "POST leads": (request) => acts.addLead(readControl(request, leadSchema)),
    "POST leads/{id}/close": (request, lead) =>
      acts.closeLead(numberOf(lead), readControl(request, closeSchema).as),
    "POST leads/{id}/move": (request, lead) =>
      acts.moveLead(numberOf(lead), readControl(request, moveSchema)),
    "POST leads/{id}/delete": (_request, lead) => acts.deleteLead(numberOf(lead)),
    "POST leads/{id}/accept": (request, lead) =>
      acts.acceptLead(numberOf(lead), readControl(request, acceptSchema)),
    "POST leads/{id}/responsible": (request, lead) =>
      acts.setResponsible(numberOf(lead), readControl(request, responsibleSchema).userId),
    "POST contacts/{id}/merge": (request, contact) =>
      acts.mergeContacts(numberOf(contact), readControl(request, mergeSchema).into),
    "POST contacts/{id}/delete": (_request, contact) => acts.deleteContact(numberOf(contact)),
    "POST fields/{id}/delete": (request, field) =>
      acts.deleteField(readControl(request, fieldSchema).entity, numberOf(field)),
    "POST pipelines/{id}/archive": (_request, pipeline) => acts.archivePipeline(numberOf(pipeline)),
    "POST pipelines/{id}/delete": (_request, pipeline) => acts.deletePipeline(numberOf(pipeline)),
    "POST statuses/{id}/delete": (_request, status) => acts.deleteStatus(numberOf(status)),
  };
}

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new ControlRefusal(`The path must name a number of amoCRM's main API, not ${text}.`);
}
