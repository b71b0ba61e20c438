import type { Conversation } from "../model/conversation.ts";
import type { UnsupportedChatEvent } from "../model/message.ts";
import type { Decision } from "../delivery/attempt.ts";
import type { BridgeSettings } from "../delivery/settings.ts";

/**
 * The bridge remembers this many people of one place. It sends `mostNotices` of them a notice within ten
 * minutes, so that it does not flood a busy group.
 */
const mostRemembered = 200;
const mostNotices = 5;
const windowMillis = 10 * 60_000;

/**
 * Sends each person who writes in a group, a channel or a business account's chat one notice that the
 * bridge does not serve there. When several people have just got the notice, the next person gets it
 * when that person writes again.
 */
export function answerUnsupportedChat(
  event: UnsupportedChatEvent,
  conversation: Conversation | undefined,
  nowMillis: number,
  { texts }: Pick<BridgeSettings, "texts">,
): Decision {
  const { conversationId, chatId, place, businessConnectionId, writer } = event;
  const { refused = [] } = conversation ?? {};
  if (refused.some((notice) => notice.endsWith(`:${writer}`))) {
    return {
      kind: "ignore",
      reason: `written in a ${place} by somebody who has the notice already`,
    };
  }
  const sinceMillis = nowMillis - windowMillis;
  if (refused.filter((notice) => Number.parseInt(notice, 10) > sinceMillis).length >= mostNotices) {
    return {
      kind: "ignore",
      reason: `written in a ${place} where several people just got the notice`,
    };
  }
  const notices = [...refused, `${nowMillis}:${writer}`].slice(-mostRemembered);
  const options = businessConnectionId === undefined ? {} : { businessConnectionId };
  const text = texts[event.language].unsupportedChat[place];
  return {
    kind: "steps",
    steps: [
      {
        name: "say",
        to: { conversationId, chatId },
        message: { text, options },
        remember: { refused: notices },
        // The bot may have no right to write there, and no person waits for this answer.
        skip: "any-failure",
      },
    ],
  };
}
