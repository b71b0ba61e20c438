import * as z from "zod/mini";
import type { Ignored } from "../../model/message.ts";
import { kindOf, plainKind } from "./kinds.ts";
import type { Origin } from "./update.ts";
import * as wire from "./wire.ts";

/**
 * Accounts that Telegram puts in the place of people: of an administrator who writes under the group's
 * name, and of a channel that writes in a group.
 * @see https://core.telegram.org/bots/api#message
 */
const standIns = new Set([1087968824, 136817688]);

/**
 * An update whose author is no person: the bot itself, whose acts (a pin, a refund, a new topic) Telegram
 * tells as messages in the customer's chat, or another bot, which would answer the bridge's answer for
 * ever. Undefined where a person is the author, or where none is named.
 */
export function notByPerson(
  subject: Readonly<Record<string, unknown>>,
  { botId, type }: Pick<Origin, "botId" | "type">,
): Ignored | undefined {
  const author = z.safeParse(wire.user, subject["from"] ?? subject["user"]);
  if (!author.success) return undefined;
  const { id, is_bot: isBot } = author.data;
  const isOwn = String(id) === botId;
  if (!isOwn && (isBot !== true || standIns.has(id))) return undefined;
  const isMessage = subject["message_id"] !== undefined;
  const what = plainKind((isMessage ? kindOf(subject) : undefined) ?? type);
  return { kind: "ignored", reason: `${isOwn ? "the bot's own" : "another bot's"} ${what}` };
}
