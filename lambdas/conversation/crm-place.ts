import type { Conversation } from "../model/conversation.ts";
import type { CrmContacts, CrmEntity, CrmTasks } from "../model/crm.ts";

/** The lead or the contact of a chat that the CRM still has, and its responsible user. */
export async function placeInCrm(
  conversation: Conversation | undefined,
  deps: { readonly tasks: CrmTasks; readonly contacts: Pick<CrmContacts, "contactOf"> },
): Promise<
  { readonly entity: CrmEntity; readonly responsibleUserId?: number | undefined } | undefined
> {
  const { tasks, contacts } = deps;
  const { leadId, contactId, amojoChatId } = conversation ?? {};
  const candidates: (() => Promise<CrmEntity | undefined>)[] = [
    async () => (leadId === undefined ? undefined : { type: "leads", id: leadId }),
    async () => (contactId === undefined ? undefined : { type: "contacts", id: contactId }),
    async () => {
      // amoCRM has made the contact itself, or an operator has merged it with another one.
      const id = amojoChatId === undefined ? undefined : await contacts.contactOf(amojoChatId);
      return id === undefined ? undefined : { type: "contacts", id };
    },
  ];
  for (const candidate of candidates) {
    const entity = await candidate();
    const found = entity && (await tasks.find(entity));
    if (entity !== undefined && found !== undefined) return { entity, ...found };
  }
  return undefined;
}
