import type { SimulatedCustomer } from "../../local/simulators/telegram/bot.ts";
import { conversationOf, eventually } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

/** The bridge's English texts about phone numbers. */
export const phoneWords = {
  ask: "You can share your phone number, so that operators recognise you: press the button below.",
  thanks: "Thank you! Operators have your number now.",
  notYours:
    "Only your own number can be linked to you: press the button for that. The contact has been passed on as a message.",
} as const;

/** A contact that operators created in amoCRM themselves. */
export async function aKnownContact({ amocrm }: Bridge, name: string, phone: string) {
  const fields = [{ field_code: "PHONE", values: [{ value: phone, enum_code: "WORK" }] }];
  const answer = await fetch(`${amocrm.origin}/api/v4/contacts`, {
    method: "POST",
    headers: { Authorization: "Bearer laptop-api-token", "Content-Type": "application/json" },
    body: JSON.stringify([{ name, custom_fields_values: fields }]),
  });
  const made = (await answer.json()) as { _embedded: { contacts: { id: number }[] } };
  return made._embedded.contacts[0]?.id ?? 0;
}

/** Contacts with this name, or with this chat. */
export function contactsOf({ amocrm }: Bridge, customer: SimulatedCustomer) {
  const chatId = amocrm
    .messages()
    .find(({ conversationId }) => conversationId === conversationOf(customer.id))?.chatId;
  return amocrm
    .contacts()
    .filter(({ name, chats }) => name === customer.first_name || chats.includes(chatId ?? ""));
}

/** The bot's last text in a chat, and what it did to the customer's keyboard. */
export function lastSaid({ telegram }: Bridge, chatId: number) {
  return telegram.messages().findLast((message) => message.chatId === chatId);
}

/** Waits until this is the bot's last text in a chat. */
export function untilSaid(bridge: Bridge, chatId: number, text: string) {
  return eventually(`"${text}" in Telegram`, () => lastSaid(bridge, chatId)?.text === text);
}

/** Another person's contact, as the attachment menu sends it. */
export const anothers = (phone: string) => ({
  contact: { phone_number: phone, first_name: "Ivan", last_name: "Sidorov", user_id: 43 },
});
