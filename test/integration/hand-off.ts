import type { SimulatedCustomer } from "../../local/simulators/telegram/bot.ts";
import { conversationOf, eventually, useBridge, textsTo } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

/** The English texts of the example bot and the bridge. */
export const words = {
  hello: "Hello! I answer the usual questions, and call an operator for all others.",
  hours: "We are open from Monday to Friday, 9:00 to 18:00.",
  called: "An operator has been called and will answer you in this chat.",
  over: "The talk with the operator is over. The bot answers again.",
  nothingOpen: "No talk with an operator is open.",
} as const;

/** A question that the example bot can answer. */
export const question = "When are you open?";

/** A bridge whose bot answers until an operator is called. */
export const useBridgeWithBot = (more: Record<string, string> = {}) =>
  useBridge({ HAND_OFF: "on-request", ...more });

/** A chat as operators see it, oldest first: author, text, and whether it notified them. */
export function seenBy({ amocrm }: Bridge, chatId: number): string[] {
  return amocrm
    .messages()
    .filter(({ conversationId }) => conversationId === conversationOf(chatId))
    .map(({ direction, silent, text }) => `${direction}${silent ? " (silent)" : ""}: ${text}`);
}

/** A customer writes, and the bot answers. Waits until Telegram has the answer. */
export async function asksBot(bridge: Bridge, customer: SimulatedCustomer, text: string) {
  const before = textsTo(bridge.telegram, customer.id).length;
  await bridge.telegram.customerSays(customer, text);
  await eventually("the bot's answer", () => textsTo(bridge.telegram, customer.id).length > before);
}

/** A customer writes to operators. Waits until amoCRM has the message. */
export async function writesToOperators(bridge: Bridge, customer: SimulatedCustomer, text: string) {
  const { messageId } = await bridge.telegram.customerSays(customer, text);
  await untilSeen(bridge, customer.id, `customer: ${text}`);
  return messageId;
}

/** Waits until this is the last thing that operators see in a chat. */
export function untilSeen(bridge: Bridge, chatId: number, last: string) {
  return eventually(`"${last}" in amoCRM`, () => seenBy(bridge, chatId).at(-1) === last);
}

/** Calls an operator and waits for the notice that ends the hand-over. */
export async function callsOperator(bridge: Bridge, customer: SimulatedCustomer) {
  await bridge.telegram.customerSays(customer, "/operator");
  await untilSeen(bridge, customer.id, `bot (silent): ${words.called}`);
}

/** The bot's last menu: its message and the texts of its buttons. */
export function menuOf({ telegram }: Bridge, chatId: number) {
  const menu = telegram.messages().findLast((message) => message.chatId === chatId);
  const { inline_keyboard: rows = [] } = (menu?.replyMarkup ?? {}) as {
    inline_keyboard?: { text: string }[][];
  };
  return { messageId: menu?.messageId ?? 0, buttons: rows.flat().map(({ text }) => text) };
}
