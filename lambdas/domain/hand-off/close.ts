import type { CustomerEvent } from "../../model/message.ts";
import { partsShowing } from "../customer-to-operator.ts";
import type { Part, Work } from "../delivery.ts";
import { sayAndShow } from "../say-as-bot.ts";
import { talkClosed } from "../texts.ts";
import type { HandOffDependencies } from "./hand-off.ts";

/** The chat to close, as the bot speaks in it. */
type Chat = Pick<CustomerEvent, "conversationId" | "chatId" | "customer" | "sentAtSeconds">;

/** The customer ended the talk: operators see it, the customer is told, the bot is back. */
export function closeByCustomer(
  event: CustomerEvent,
  acceptedAtMillis: number,
  deps: HandOffDependencies,
): Work {
  const { show } = partsShowing(event, acceptedAtMillis, { isSilent: true }, deps);
  return { kind: "parts", parts: [show(), ...closing(event, acceptedAtMillis, deps)] };
}

/** What every end of a talk asks for. */
export function closing(chat: Chat, atMillis: number, deps: HandOffDependencies): Part[] {
  const close: Part = {
    async send() {
      await deps.conversations.update(chat.conversationId, { handOff: "closed" });
      return "closed";
    },
  };
  const text = talkClosed(chat.customer.language);
  return [close, ...sayAndShow(chat, { text, atMillis }, deps)];
}
