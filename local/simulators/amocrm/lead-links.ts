import * as z from "zod";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account } from "./account.ts";
import { halAnswer } from "./answers.ts";
import type { Lead } from "./crm.ts";
import { findLead, updateLead } from "./lead-records.ts";
import { notSupported, readEntities } from "./validation.ts";

const linkSchema = z.strictObject({
  to_entity_id: z.int(),
  to_entity_type: z.enum(["contacts", "companies", "catalog_elements"]),
  metadata: z.strictObject({ is_main: z.boolean().optional() }).optional(),
  request_id: z.string().optional(),
});

/** `POST /api/v4/leads/{id}/link`: adds contacts to a lead. A second link of a contact changes nothing. */
export function linkToLead(
  account: Account,
  request: SimulatedRequest,
  id: number,
): SimulatedAnswer {
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
  return halAnswer({ _total_items: links.length, _embedded: { links } });
}
