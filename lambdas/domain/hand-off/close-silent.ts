import type { BridgeEvent } from "../../model/envelope.ts";
import type { ActiveConversations } from "../../ports/active-conversations.ts";
import type { Now } from "../../ports/clock.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { EventQueue } from "../../ports/event-queue.ts";
import type { Logger } from "../../ports/logger.ts";

const hourMillis = 3_600_000;
export const silenceMillis = 24 * hourMillis;
/** One that ended its day while the caretaker was away is still found. */
const lookBackMillis = 30 * hourMillis;

/**
 * Asks for the end of talks in which nobody has said anything for a day. Only asks: the request goes
 * through the customer's queue, behind messages in flight, and is looked at again there.
 */
export async function closeSilent(deps: {
  readonly active: ActiveConversations;
  readonly conversations: Pick<ConversationStore, "find">;
  readonly toAmocrm: EventQueue;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<number> {
  const { active, conversations, toAmocrm, now, logger } = deps;
  let asked = 0;
  for await (const { conversationId } of active.since(now() - lookBackMillis)) {
    const conversation = await conversations.find(conversationId, { mayBeOld: true });
    const { handOff, touchedAtMillis = now() } = conversation ?? {};
    const isOpen = handOff === "waiting" || handOff === "operator";
    if (!isOpen || now() - touchedAtMillis < silenceMillis) continue;
    const request: BridgeEvent = { kind: "silence", conversationId, touchedAtMillis };
    await toAmocrm.put({
      v: 1,
      id: `silence:${conversationId}:${touchedAtMillis}`,
      group: conversationId,
      source: "bridge",
      receivedAtMillis: now(),
      verified: true,
      body: Buffer.from(JSON.stringify(request)).toString("base64"),
    });
    asked += 1;
  }
  if (asked > 0) logger.info("SilentTalksEnding", { asked });
  return asked;
}
