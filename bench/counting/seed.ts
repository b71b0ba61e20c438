import { createActivity } from "../../lambdas/delivery/activity.ts";
import type { MemoryTable } from "../aws/table.ts";
import { amojoChatIdOf } from "../world/messages.ts";
import { conversationOf, scopeId, tables } from "../world/names.ts";
import type { Scenario } from "./scenario.ts";

const dayMillis = 86_400_000;
/** In chats of eight messages, one of them notes the chat as active. */
const messagesANote = 8;

/** Fills the tables with earlier data: chats that have been linked for a long time, and old messages. */
export function seed(scenario: Scenario, of: Readonly<Record<string, MemoryTable>>): void {
  for (let chat = 1; chat <= scenario.chats; chat += 1) {
    of[tables.conversations]?.seed({
      conversationId: { S: conversationOf(chat) },
      amojoChatId: { S: amojoChatIdOf(chat) },
      amojoUserId: { S: "1376265f-86df-4c49-a0c3-a4816df41af8" },
      contactId: { N: "12345678" },
      contactLinked: { BOOL: true },
      createdAtMillis: { N: String(Date.now() - dayMillis) },
      language: { S: "ru" },
      ...lookedAt(chat, scenario),
    });
  }
  for (let item = 0; item < scenario.ledgerItems; item += 1) {
    const ageMillis = (30 * dayMillis * item) / scenario.ledgerItems;
    const endedAtMillis = Math.floor(Date.now() - ageMillis);
    of[tables.deliveries]?.seed({
      id: { S: `amo:${scopeId}:old-${item}` },
      state: { S: "sent" },
      direction: { S: "to-telegram" },
      parts: { L: [{ S: "1" }] },
      endedAtMillis: { N: String(endedAtMillis) },
      expiresAt: { N: String(Math.floor(endedAtMillis / 1000) + 35 * 86_400) },
      ...(item % messagesANote === 0 ? noteOf(item, endedAtMillis, scenario) : {}),
    });
  }
}

/**
 * The bridge checks for a picture once a week: in one of seven chats that write every day, in no chat
 * within some minutes of a busy one, and in every chat when the check itself is counted.
 */
function lookedAt(chat: number, { isAllDay = false, hasPhotos }: Scenario) {
  if (hasPhotos !== undefined) return {};
  const days = isAllDay ? 0.5 : (chat % 7) + 1;
  return { avatarLookedAtMillis: { N: String(Date.now() - days * dayMillis) } };
}

/** An old message's note of its chat. No messages exist from the two days before the run. */
function noteOf(item: number, atMillis: number, { chats }: Scenario) {
  if (atMillis > Date.now() - 2 * dayMillis) return {};
  const note = createActivity().due(conversationOf((item % chats) + 1), atMillis);
  if (note === undefined) throw new Error("An unknown chat must be noted at once.");
  return {
    conversationId: { S: note.conversationId },
    activeHour: { S: note.activeHour },
    activeAtMillis: { N: String(note.activeAtMillis) },
  };
}
