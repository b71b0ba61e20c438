import type { BotCommand, PhoneMessage } from "../../stream.ts";

/** A button below a message: it opens an address, or comes back to the bot. */
type InlineButton = { readonly text: string; readonly url?: string };
/** A button of the customer's keyboard: it sends its text, or the customer's number. */
export type KeyboardButton = { readonly text: string; readonly sharesNumber: boolean };

type Markup = {
  readonly inline_keyboard?: readonly (readonly InlineButton[])[];
  readonly keyboard?: readonly (readonly (
    string | { readonly text: string; readonly request_contact?: boolean }
  )[])[];
  readonly remove_keyboard?: boolean;
  readonly one_time_keyboard?: boolean;
};

/** The rows of buttons below a message of the bot. */
export function inlineRows({ message }: Pick<PhoneMessage, "message">) {
  return (message["reply_markup"] as Markup | undefined)?.inline_keyboard ?? [];
}

/**
 * The keyboard that the customer sees now, from the messages of the chat in their order. A keyboard for one
 * use is gone after the customer's next message.
 */
export function keyboardOf(messages: readonly PhoneMessage[]): KeyboardButton[][] {
  const at = messages.findLastIndex(({ replyMarkup }) => {
    const markup = replyMarkup as Markup | undefined;
    return markup?.keyboard !== undefined || markup?.remove_keyboard === true;
  });
  const { keyboard = [], one_time_keyboard: isForOneUse } = (messages[at]?.replyMarkup ??
    {}) as Markup;
  const isUsed = messages.slice(at + 1).some(({ from }) => from === "customer");
  if (isForOneUse === true && isUsed) return [];
  return keyboard.map((row) =>
    row.map((button) =>
      typeof button === "string"
        ? { text: button, sharesNumber: false }
        : { text: button.text, sharesNumber: button.request_contact === true },
    ),
  );
}

/**
 * The bot's menu for a private chat in a language: the first list that exists, in Telegram's order. The
 * lists are by scope and language, such as `all_private_chats/ru`.
 * @see https://core.telegram.org/bots/api#determining-list-of-commands
 */
export function commandsFor(
  lists: ReadonlyMap<string, readonly BotCommand[]>,
  language: string | undefined,
): readonly BotCommand[] {
  const code = language?.slice(0, 2).toLowerCase() ?? "";
  const places = ["all_private_chats", "default"].flatMap((scope) => [
    `${scope}/${code}`,
    `${scope}/`,
  ]);
  const found = places.map((place) => lists.get(place) ?? []).find((list) => list.length > 0);
  return found ?? [];
}
