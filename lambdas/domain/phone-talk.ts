import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { isPrivateChat } from "../model/ids.ts";
import { e164Of } from "../model/phone.ts";
import type { AskPhone } from "../model/ask-phone.ts";
import { plainWords } from "./say-as-bot.ts";
import type { Words } from "./say-as-bot.ts";
import type { BridgeSettings } from "./settings.ts";

/** The event with the number it shares, where the bridge asks for numbers and it is the customer's own. */
export function withOwnPhone(event: CustomerEvent, askPhone: AskPhone): CustomerEvent {
  const { content } = event;
  if (askPhone === "never" || content.type !== "contact" || content.isOwn !== true) return event;
  const ownPhone = e164Of(content.phone);
  if (ownPhone === undefined) return event;
  // Shared by the button it answers our question, which beside a contact would only be in the way.
  const { quote: _, ...shared } = event;
  return { ...shared, ownPhone };
}

/** Asks for the customer's number where the stage chose that moment, until it is shared. */
export function askForPhone(
  moment: AskPhone,
  { chatId, customer }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, texts }: BridgeSettings,
): Words[] {
  if (askPhone === "never" || askPhone !== moment || known?.phoneState === "shared") return [];
  if (!isPrivateChat(chatId)) return [];
  const { askPhone: text, sharePhone } = texts[customer.language];
  const message = { text, options: { keyboard: { sharePhone } } };
  return [{ text, message, remember: { phoneState: "asked" } }];
}

/** Answers a customer who shared a number, or another person's in answer to the question. */
export function answerToPhone(
  { customer, content, ownPhone }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, texts }: BridgeSettings,
): Words[] {
  const { phoneShared, notYourPhone } = texts[customer.language];
  if (ownPhone !== undefined) {
    const message = { text: phoneShared, options: { keyboard: "remove" } } as const;
    return [{ text: phoneShared, message, remember: { phoneState: "shared" } }];
  }
  const isAnswer = askPhone !== "never" && known?.phoneState === "asked";
  if (!isAnswer || content.type !== "contact" || content.isOwn === true) return [];
  return [plainWords(notYourPhone)];
}
