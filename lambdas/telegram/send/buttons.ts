import type {
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
} from "grammy/types";
import type { Button } from "../../model/content.ts";
import { visibleName } from "../../model/visible-name.ts";
import { callbackDataOf } from "../decode/callback-data.ts";
import type { SendOptions } from "../../model/messenger.ts";

/**
 * Telegram shows only the beginning of a longer row, and gives no error.
 * @see https://github.com/tdlib/td/blob/master/td/telegram/ReplyMarkup.cpp
 */
const maxButtonsInRow = 8;

/**
 * Rows of buttons under a message of the bridge; undefined without buttons. It omits buttons without
 * visible text. A row that is too long continues in the next row.
 */
export function inlineKeyboard(
  rows: readonly (readonly Button[])[] | undefined,
): InlineKeyboardMarkup | undefined {
  const keyboard = (rows ?? [])
    .map((row, rowIndex) =>
      row.flatMap((button, column): InlineKeyboardButton[] => {
        if (visibleName(button.text) === undefined) return [];
        if (button.url !== undefined) return [{ text: button.text, url: button.url }];
        return [{ text: button.text, callback_data: callbackDataOf(button, rowIndex, column) }];
      }),
    )
    .flatMap((row) =>
      Array.from({ length: Math.ceil(row.length / maxButtonsInRow) }, (_, part) =>
        row.slice(part * maxButtonsInRow, (part + 1) * maxButtonsInRow),
      ),
    );
  return keyboard.length === 0 ? undefined : { inline_keyboard: keyboard };
}

/**
 * The markup that replaces the customer's keyboard. Telegram accepts it in private chats only.
 * @see https://core.telegram.org/bots/api#keyboardbutton
 */
export function replyKeyboard(
  keyboard: SendOptions["keyboard"],
): ReplyKeyboardMarkup | ReplyKeyboardRemove | undefined {
  if (keyboard === undefined) return undefined;
  if (keyboard === "remove") return { remove_keyboard: true };
  return {
    keyboard: [[{ text: keyboard.sharePhone, request_contact: true }]],
    one_time_keyboard: true,
    resize_keyboard: true,
  };
}
