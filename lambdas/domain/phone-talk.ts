import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { isPrivateChat } from "../model/ids.ts";
import { e164Of } from "../model/phone.ts";
import type { AskPhone } from "../model/ask-phone.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Words } from "./say-as-bot.ts";
import { notYourPhone, phoneRequest, phoneThanks } from "./texts.ts";

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
  { conversationId, chatId, customer, where }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, conversations, messenger }: CustomerToOperatorDependencies,
): Words[] {
  if (askPhone === "never" || askPhone !== moment || known?.phoneState === "shared") return [];
  if (!isPrivateChat(chatId)) return [];
  const { text, button } = phoneRequest(customer.language);
  const send = async () => {
    await conversations.update(conversationId, { phoneState: "asked" });
    return messenger.sendText(chatId, text, { ...where, keyboard: { sharePhone: button } });
  };
  return [{ text, send }];
}

/** What a customer is told who shared a number, or somebody else's in answer to the question. */
export function answerToPhone(
  { conversationId, chatId, customer, content, ownPhone, where }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, conversations, messenger }: CustomerToOperatorDependencies,
): Words[] {
  if (ownPhone !== undefined) {
    const text = phoneThanks(customer.language);
    const send = async () => {
      await conversations.update(conversationId, { phoneState: "shared" });
      return messenger.sendText(chatId, text, { ...where, keyboard: "remove" });
    };
    return [{ text, send }];
  }
  const isAnswer = askPhone !== "never" && known?.phoneState === "asked";
  if (!isAnswer || content.type !== "contact" || content.isOwn === true) return [];
  const text = notYourPhone(customer.language);
  return [{ text, send: () => messenger.sendText(chatId, text, where) }];
}
