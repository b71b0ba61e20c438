import { conversationOf } from "../world/customers.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Whether the customer can be reached is remembered as Telegram has it. */
export async function wrongReach({ world }: Evidence): Promise<Violation[]> {
  const { telegramSide, tables } = world;
  const changed = telegramSide.updates.filter(({ kind }) => kind === "membership");
  const found: Violation[] = [];
  for (const chat of new Set(changed.map((update) => update.chat))) {
    // What is still parked is not known yet.
    const isParked = changed.some(
      (update) => update.chat === chat && tables.ledger.entry(update.eventId)?.state === "parked",
    );
    if (isParked) continue;
    const wanted = telegramSide.isBlocked(chat) ? "blocked" : "reachable";
    const about = conversationOf(chat);
    const { reachability } = (await tables.conversations.find(about)) ?? {};
    if (reachability === wanted) continue;
    found.push({ rule: "reach", about, what: `remembered as ${reachability}, but is ${wanted}` });
  }
  return found;
}
