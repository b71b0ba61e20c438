import * as z from "zod";
import { badRequest } from "./answers.ts";
import type { Chat } from "./bot.ts";

const inlineButton = z.looseObject({
  text: z.string().min(1),
  url: z.string().optional(),
  callback_data: z.string().optional(),
});
const keyboardButton = z.union([
  z.string(),
  z.looseObject({ text: z.string().min(1), request_contact: z.boolean().optional() }),
]);
const markupSchema = z.union([
  z.looseObject({ inline_keyboard: z.array(z.array(inlineButton)) }),
  z.looseObject({
    keyboard: z.array(z.array(keyboardButton)),
    one_time_keyboard: z.boolean().optional(),
    resize_keyboard: z.boolean().optional(),
  }),
  z.looseObject({ remove_keyboard: z.literal(true) }),
  z.looseObject({ force_reply: z.literal(true) }),
]);

/**
 * Not documented, but reported.
 * @see https://github.com/tginfo/Telegram-Limits/issues/187
 */
const mostInlineButtons = 100;
const mostMarkupBytes = 10_240;
/** @see https://github.com/tdlib/td/blob/master/td/telegram/ReplyMarkup.cpp */
const mostButtonsInRow = 12;

/**
 * The markup as Telegram accepts it. Of a row that is too long it keeps the beginning. Throws for markup
 * of none of the four kinds, and for inline buttons that do nothing, carry too much data or are too many.
 */
export function readReplyMarkup(markup: unknown): unknown {
  if (markup === undefined) return undefined;
  if (typeof markup !== "object" || markup === null) {
    throw badRequest("object expected as reply markup");
  }
  const result = markupSchema.safeParse(markup);
  if (!result.success) throw badRequest("can't parse reply keyboard markup JSON object");
  if (!("inline_keyboard" in result.data)) return markup;
  const { inline_keyboard: given } = result.data as { inline_keyboard: object[][] };
  for (const button of given.flat()) checkInlineButton(button as z.infer<typeof inlineButton>);
  const taken = { ...markup, inline_keyboard: given.map((row) => row.slice(0, mostButtonsInRow)) };
  const count = taken.inline_keyboard.flat().length;
  if (count > mostInlineButtons || Buffer.byteLength(JSON.stringify(taken)) > mostMarkupBytes) {
    throw badRequest("reply markup is too long");
  }
  return taken;
}

function checkInlineButton(button: z.infer<typeof inlineButton>): void {
  const actions = Object.keys(button).filter((key) => !buttonAppearance.includes(key));
  if (actions.length === 0) {
    throw badRequest(
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
  }
  if (button.url !== undefined) checkAddress(button.url);
  const data = button.callback_data;
  if (data !== undefined && (data === "" || Buffer.byteLength(data) > 64)) {
    throw badRequest("BUTTON_DATA_INVALID");
  }
}

/**
 * Refuses addresses other than those of the web, of Telegram or of TON. An address without a protocol
 * is a web address.
 * @see https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp
 */
function checkAddress(address: string): void {
  const refuse = (why: string) =>
    badRequest(`inline keyboard button URL '${address}' is invalid: ${why}`);
  const [, protocol] = /^\s*([a-z][a-z0-9+.-]*):(?!\d)/i.exec(address) ?? [];
  if (protocol !== undefined && !/^(https?|tg|ton|tonsite)$/i.test(protocol)) {
    throw refuse("Unsupported URL protocol");
  }
  const url = URL.parse(protocol === undefined ? `http://${address.trim()}` : address.trim());
  const isOfWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || (isOfWeb && !/[^.]\.[^.]/.test(url.hostname))) throw refuse("Wrong HTTP URL");
}

/** Refuses a button that shares a number, except in a private chat. */
export function checkKeyboardFits(markup: unknown, { place }: Chat): void {
  if (place !== undefined && sharesNumber(markup)) {
    throw badRequest("phone number can be requested in private chats only");
  }
}

/** Records the effect of a message on the customer's keyboard. */
export function noteKeyboard(chat: Chat, messageId: number, markup: unknown): void {
  if (sharesNumber(markup)) chat.numberButtonAt = messageId;
  else if (has(markup, "keyboard") || has(markup, "remove_keyboard"))
    chat.numberButtonAt = undefined;
}

function sharesNumber(markup: unknown): boolean {
  if (!has(markup, "keyboard")) return false;
  const { keyboard } = markup as { keyboard: (string | { request_contact?: boolean })[][] };
  return keyboard.flat().some((button) => has(button, "request_contact") && button.request_contact);
}

function has<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === "object" && value !== null && name in value;
}

const buttonAppearance = ["text", "style", "icon_custom_emoji_id"];
