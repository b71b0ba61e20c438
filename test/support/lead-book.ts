import type { CrmLeads, NewLead } from "../../lambdas/model/crm.ts";

/** A lead in the book. */
type BookLead = NewLead & {
  readonly id: number;
  readonly madeAtMillis: number;
  isOpen: boolean;
  isGone?: true;
};

/**
 * Leads of a CRM with a memory. `fault` is called before and after the work of each call and may throw: before
 * it the request is lost, after it the answer. Reads do not see leads that are younger than `lagMillis`.
 */
export function aLeadBook(
  now: () => number,
  {
    fault = () => undefined,
    lagMillis = 0,
  }: { fault?: (when: "before" | "after", call: string) => void; lagMillis?: number } = {},
) {
  const leads: BookLead[] = [];
  const contacts = new Map<number, string>([[9001, "Anna Petrova"]]);
  const calls: string[] = [];
  const doing = async <Result>(call: string, work: () => Result): Promise<Result> => {
    calls.push(call);
    fault("before", call);
    const result = work();
    fault("after", call);
    return result;
  };
  const readable = () =>
    leads.filter((lead) => lead.isGone !== true && now() - lead.madeAtMillis >= lagMillis);
  const crm: CrmLeads = {
    isAvailable: async () => true,
    contact: (contactId) =>
      doing(`contact ${contactId}`, () => {
        const name = contacts.get(contactId);
        const leadIds = readable()
          .filter((lead) => lead.contactId === contactId)
          .map(({ id }) => id)
          .toReversed();
        return name === undefined ? undefined : { name, leadIds };
      }),
    lead: (leadId) => doing(`lead ${leadId}`, () => readable().find(({ id }) => id === leadId)),
    create: async (lead, beforeRequest) => {
      await beforeRequest();
      return doing("create", () => {
        const id = 501 + leads.length;
        leads.push({ ...lead, id, madeAtMillis: now(), isOpen: true });
        return { leadId: id, refused: [] };
      });
    },
    addContact: (leadId, contactId) =>
      doing(`add ${contactId} to ${leadId}`, () => {
        const index = leads.findIndex(({ id }) => id === leadId);
        leads[index] = { ...(leads[index] as BookLead), contactId };
      }),
  };
  return { crm: { ...crm }, leads, contacts, calls };
}
