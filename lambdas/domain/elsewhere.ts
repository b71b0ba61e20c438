import type { ElsewhereEvent } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { Work } from "./delivery.ts";
import { notHere } from "./texts.ts";

/** So many people of one place are remembered, and told within ten minutes: a busy group is not flooded. */
const mostRemembered = 200;
const mostTold = 5;
const windowMillis = 10 * 60_000;

/**
 * Tells everybody who writes in a group, a channel or a business account's chat, once, that the bridge does
 * not serve there. Where several have just been told, the next one is told when they write again.
 */
export async function answerElsewhere(
  event: ElsewhereEvent,
  deps: {
    readonly conversations: ConversationStore;
    readonly messenger: CustomerMessenger;
    readonly now: Now;
  },
): Promise<Work> {
  const { conversationId, chatId, place, businessConnectionId, writer } = event;
  const { refused = [] } = (await deps.conversations.find(conversationId)) ?? {};
  if (refused.some((told) => told.endsWith(`:${writer}`))) {
    return { kind: "ignore", reason: `written in a ${place} by somebody who was told already` };
  }
  const sinceMillis = deps.now() - windowMillis;
  if (refused.filter((told) => Number.parseInt(told, 10) > sinceMillis).length >= mostTold) {
    return { kind: "ignore", reason: `written in a ${place} where several were just told` };
  }
  const run = async () => {
    const told = [...refused, `${deps.now()}:${writer}`].slice(-mostRemembered);
    await deps.conversations.update(conversationId, { refused: told });
    const options = businessConnectionId === undefined ? {} : { businessConnectionId };
    return { id: await deps.messenger.sendText(chatId, notHere(place, event.language), options) };
  };
  // The bot may lack the right to write there, and nobody waits for it.
  return { kind: "steps", steps: [{ name: "say", run, skipAfter: () => true }] };
}
