import { createActivity } from "../../lambdas/delivery/activity.ts";
import { amojoChatIdOf } from "../world/messages.ts";
import { conversationOf, scopeId } from "../world/names.ts";
import type { tables } from "../world/names.ts";
import type { Item } from "../world/table.ts";
import type { Scenario } from "./tally.ts";

const dayMillis = 86_400_000;
/** In chats of eight messages, one of them notes the chat as active. */
const messagesANote = 8;
const millis = (at: number) => ({ N: String(Math.floor(at)) });

/** Fills the tables with earlier data: chats that have been linked for a long time, and old messages. */
export function seed(
  scenario: Scenario,
  put: (table: keyof typeof tables, item: Item) => void,
): void {
  const { chats, ledgerItems, isAllDay = false, hasPhotos } = scenario;
  for (let chat = 1; chat <= chats; chat += 1) {
    // The bridge checks for a picture once a week: in one of seven chats that write every day, in no chat
    // within some minutes of a busy one, and in every chat when the check itself is counted.
    const lookedDaysAgo = isAllDay ? 0.5 : (chat % 7) + 1;
    const lookedAt = { avatarLookedAtMillis: millis(Date.now() - lookedDaysAgo * dayMillis) };
    put("conversations", {
      ...linkedConversation(chat),
      amojoUserId: { S: "1376265f-86df-4c49-a0c3-a4816df41af8" },
      contactId: { N: "12345678" },
      createdAtMillis: millis(Date.now() - dayMillis),
      language: { S: "ru" },
      ...(hasPhotos === undefined ? lookedAt : {}),
    });
  }
  for (let item = 0; item < ledgerItems; item += 1) {
    const endedAt = Math.floor(Date.now() - (30 * dayMillis * item) / ledgerItems);
    put("deliveries", {
      id: { S: `amo:${scopeId}:old-${item}` },
      state: { S: "sent" },
      direction: { S: "to-telegram" },
      parts: { L: [{ S: "1" }] },
      endedAtMillis: millis(endedAt),
      expiresAt: { N: String(Math.floor(endedAt / 1000) + 35 * 86_400) },
      // No messages exist from the two days before the run.
      ...(item % messagesANote === 0 && endedAt <= Date.now() - 2 * dayMillis
        ? noteOf((item % chats) + 1, endedAt)
        : {}),
    });
  }
}

/** A chat that amoCRM knows, with its contact. */
export function linkedConversation(chat: number): Item {
  const [conversationId, amojoChatId] = [{ S: conversationOf(chat) }, { S: amojoChatIdOf(chat) }];
  return { conversationId, amojoChatId, contactLinked: { BOOL: true } };
}

/** An old message's note of its chat. */
function noteOf(chat: number, atMillis: number): Item {
  const note = createActivity().due(conversationOf(chat), atMillis);
  if (note === undefined) throw new Error("An unknown chat must be noted at once.");
  const [conversationId, activeHour] = [{ S: note.conversationId }, { S: note.activeHour }];
  return { conversationId, activeHour, activeAtMillis: millis(note.activeAtMillis) };
}
