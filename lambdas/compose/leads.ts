import { ensureLead, isLeadDue, makeLateLead } from "../conversation/lead.ts";
import type { LeadDependencies } from "../conversation/make-lead.ts";
import type { createOpenConversation } from "../conversation/open-conversation.ts";
import { askForNotes, notesOf } from "../conversation/start-news.ts";
import type { LeadPlan } from "../model/crm.ts";
import type { CarryOutDependencies } from "../routing/carry-out.ts";

/** What customers' messages need in the CRM before they are shown there, and afterwards. */
export function composeLeads(
  plan: LeadPlan | undefined,
  others: Omit<LeadDependencies, "plan">,
): Required<Pick<Parameters<typeof createOpenConversation>[0], "beforeLive">> &
  Pick<CarryOutDependencies, "makeLateLead"> {
  const { toAmocrm, now } = others;
  const deps = plan && { ...others, plan };
  return {
    beforeLive: {
      isLeadDue: (known, nowMillis) => plan !== undefined && isLeadDue(known, plan, nowMillis),
      hasNotes: (known) => notesOf(known ?? {}).length > 0,
      async prepare(conversation, customer, isDue, conversations) {
        if (isDue && deps !== undefined) {
          return ensureLead(conversation, customer, conversations, deps);
        }
        // Notes wait for a late lead, which asks for them itself.
        if (deps !== undefined && conversation.leadId === undefined) return;
        await askForNotes(conversation.conversationId, conversations, { toAmocrm, now });
      },
    },
    async makeLateLead({ conversationId, customerName: name }, conversations) {
      if (deps !== undefined) await makeLateLead(conversationId, { name }, conversations, deps);
    },
  };
}
