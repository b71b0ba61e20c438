import type { Conversation } from "../model/conversation.ts";
import type { LeadPlan } from "../model/crm.ts";
import { bridgeEnvelope } from "../model/envelope.ts";
import { leadGroupOf } from "../model/ids.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { failureFields } from "../delivery/record-failure.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import { renewContact } from "./contact.ts";
import type { OpenedConversation } from "./contact.ts";
import { withPatience } from "./main-api-patience.ts";
import { makeLead } from "./make-lead.ts";
import type { LeadDependencies } from "./make-lead.ts";

const dayMillis = 24 * 3_600_000;

const postponedMillis = 5 * 60_000;

/**
 * True when the next message needs a look at the contact's leads: when there was none yet, when the last
 * one is a day old, or after a silence of both sides.
 */
export function isLeadDue(
  known: Conversation | undefined,
  { checkLeadAfterMillis }: Pick<LeadPlan, "checkLeadAfterMillis">,
  nowMillis: number,
): boolean {
  const {
    leadCheckedAtMillis = 0,
    lastActivityAtMillis = 0,
    leadPostponedAtMillis = 0,
  } = known ?? {};
  // The late lead is on its way. The next message must not wait for the main API once more.
  if (nowMillis - leadPostponedAtMillis < postponedMillis) return false;
  if (nowMillis - leadCheckedAtMillis >= dayMillis) return true;
  const lastWordAtMillis = Math.max(leadCheckedAtMillis, lastActivityAtMillis);
  return nowMillis - lastWordAtMillis >= checkLeadAfterMillis;
}

/** How long an event for a late lead is retried. */
export const lateLeadMillis = dayMillis;

type Customer = { readonly name: string };

/**
 * Makes sure, before a customer's message, that the chat's contact has an open lead. When the main API
 * refuses or has failed for five minutes, the message goes on, and an event of its own makes the lead later.
 * Before that it throws TransientFailure. Without an API token it does nothing.
 */
export async function ensureLead(
  conversation: OpenedConversation,
  customer: Customer,
  conversations: AttemptConversations,
  deps: LeadDependencies,
): Promise<void> {
  const { conversationId, contactLinked } = conversation;
  const { leads, logger, now } = deps;
  const postpone = async () => {
    await askForLateLead(conversationId, customer, deps);
    await conversations.update(conversationId, {
      leadCheckedAtMillis: now(),
      leadPostponedAtMillis: now(),
      leadTroubleSinceMillis: 0,
    });
  };
  await withPatience(
    conversationId,
    async () => {
      if (!(await leads.isAvailable())) return;
      // The main API has kept the message from its contact. It does not wait for the lead once more.
      if (contactLinked !== true) return postpone();
      await makeLead(conversation, customer, conversations, deps);
    },
    {
      troubleSinceMillis: troubleSince(conversation, now()),
      noteTrouble: (sinceMillis) =>
        conversations.update(conversationId, { leadTroubleSinceMillis: sinceMillis }),
      async giveUp(error) {
        await postpone();
        logger.error("LeadPostponed", { conversationId, ...failureFields(error) });
      },
    },
    deps,
  );
}

/** A message that has waited for its contact waits for the rest of the five minutes only. */
function troubleSince(
  { leadTroubleSinceMillis = 0, contactTroubleSinceMillis = 0 }: Conversation,
  nowMillis: number,
): number | undefined {
  if (leadTroubleSinceMillis > 0) return leadTroubleSinceMillis;
  const isOfThisMessage = nowMillis - contactTroubleSinceMillis < 2 * postponedMillis;
  return isOfThisMessage ? contactTroubleSinceMillis : undefined;
}

/** In this time amoCRM makes contact and lead for the message itself, in accounts where it does so. */
const ownLeadMillis = 30_000;

async function askForLateLead(
  conversationId: string,
  { name }: Customer,
  { toAmocrm, now }: Pick<LeadDependencies, "toAmocrm" | "now">,
): Promise<void> {
  const nowMillis = now();
  const notBeforeMillis = nowMillis + ownLeadMillis;
  const event = { kind: "lead", conversationId, name, notBeforeMillis } as const;
  const group = leadGroupOf(conversationId);
  await toAmocrm.put(bridgeEnvelope(event, { id: `${group}:${nowMillis}`, group, nowMillis }));
}

/** Makes the lead of a message that went on without it, unless the contact has an open lead by now. */
export async function makeLateLead(
  conversationId: string,
  customer: Customer,
  conversations: AttemptConversations,
  deps: LeadDependencies,
): Promise<void> {
  const known = await conversations.find(conversationId);
  const { amojoChatId } = known ?? {};
  if (known === undefined || amojoChatId === undefined) return;
  if (!(await deps.leads.isAvailable())) return;
  const opened = { ...known, amojoChatId };
  const work = async () => {
    if (known.contactLinked === true) {
      return makeLead(opened, customer, conversations, deps);
    }
    const contactId = await renewContact(opened, customer, undefined, {
      ...deps,
      conversations,
    });
    return makeLead({ ...opened, contactId }, customer, conversations, deps, true);
  };
  await withinMainApiLimits(conversationId, work, deps);
}
