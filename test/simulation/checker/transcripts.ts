import { conversationOf } from "../world/customers.ts";
import { isLeftOut } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

/**
 * What the bot said before an operator was called is shown to operators: in the end every chat has
 * been handed over. Customers' own words are judged as all others are.
 */
export function missingReplies(evidence: Evidence): Violation[] {
  const { world } = evidence;
  if (!world.hasBot) return [];
  const shown = new Set(world.amocrm.account.messages.map(({ msgid }) => msgid));
  return world.telegramSide.updates.flatMap(({ eventId, chat }) => {
    const entry = world.tables.ledger.entry(eventId);
    const replies = (entry?.steps ?? []).flatMap(({ step, id }) =>
      step === "answer-as-bot" && id !== undefined ? [id] : [],
    );
    if (entry?.state !== "sent" || isLeftOut(chat, evidence)) return [];
    return replies
      .filter((id) => !shown.has(`${conversationOf(chat)}-${id}`))
      .map((id) => ({
        rule: "transcript",
        about: eventId,
        what: `operators never saw the bot's message ${id} in ${conversationOf(chat)}`,
      }));
  });
}
