import { conversationOf } from "../world/customers.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** The stored reachability of a customer agrees with Telegram. */
export async function wrongReach({ world }: Evidence): Promise<Violation[]> {
  const { telegramSide, tables } = world;
  const changed = telegramSide.updates.filter(({ kind }) => kind === "membership");
  const found: Violation[] = [];
  for (const chat of new Set(changed.map((update) => update.chat))) {
    // The bridge does not know the content of a parked event yet.
    const isParked = changed.some(
      (update) => update.chat === chat && tables.ledger.entry(update.eventId)?.state === "parked",
    );
    if (isParked) continue;
    const wanted = telegramSide.isBlocked(chat) ? "blocked" : "reachable";
    const about = conversationOf(chat);
    const { reachability } = (await tables.conversations.find(about)) ?? {};
    if (reachability === wanted) continue;
    found.push({ rule: "reach", about, what: `stored as ${reachability}, but is ${wanted}` });
  }
  return found;
}
