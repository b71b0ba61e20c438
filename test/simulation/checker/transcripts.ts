import { conversationOf } from "../world/customers.ts";
import { isLeftOut } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

/**
 * Operators see all that the bot wrote before an operator was called: every chat is handed over in
 * the end. The other rules check the customers' own messages.
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
