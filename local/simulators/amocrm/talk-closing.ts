import * as z from "zod";
import { parseJson } from "../../http.ts";
import { keepMessage } from "./account.ts";
import type { Account, Talk, Method } from "./account.ts";
import { mainRefusal } from "./answers.ts";
import { describe } from "../control.ts";
import { messageOfAccount } from "./messages.ts";
import { switchesOf } from "./switches.ts";
import { findTalk, noteInTalk } from "./talks.ts";

const closeSchema = z.strictObject({ force_close: z.boolean().optional() });

/** The bot waits so long for a mark. amoCRM documents no time, only that the talk is closed later. */
export const markPatienceMillis = 3_600_000;

/**
 * `POST /api/v4/talks/{id}/close`: a 202 without a body. Without `force_close`, an account with a bot that
 * asks for a mark lets it ask first. Then the customer's next message closes the talk, or the time.
 */
export const closeTalk: Method = (account, request, id) => {
  const given = closeSchema.safeParse(request.body.length === 0 ? {} : parseJson(request.body));
  if (!given.success) throw mainRefusal(400, "Bad Request", describe(given.error));
  const talk = findTalk(account, id);
  if (!talk.isOpen || talk.markUntilMillis !== undefined) {
    throw mainRefusal(422, "Unprocessable Entity", "The talk is closed or is being closed already");
  }
  if (switchesOf(account).npsBot && given.data.force_close !== true) askForMark(account, talk);
  else talk.isOpen = false;
  talk.updatedAt = Math.floor(account.now() / 1000);
  return { status: 202 };
};

/** The sender of a message of amoCRM's own bots is not documented. It is not the channel's bot. */
function askForMark(account: Account, talk: Talk): void {
  const chat = account.chats.get(talk.chatId);
  if (chat === undefined) return;
  const content = { type: "text", text: "How do you rate the talk, from 1 to 5?" };
  const bot = { id: "00000000-0000-4000-8000-0000000000b0", name: "NPS bot" };
  const message = messageOfAccount(account, chat, content, bot);
  keepMessage(account, message);
  noteInTalk(account, message);
  talk.markUntilMillis = account.now() + markPatienceMillis;
  account.onBotQuestion(chat, message);
}
