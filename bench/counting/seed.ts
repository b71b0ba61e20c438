import { touch, touchEveryMillis } from "../../lambdas/domain/activity.ts";
import type { MemoryTable } from "../aws/table.ts";
import { amojoChatIdOf } from "../world/messages.ts";
import { conversationOf, scopeId, tables } from "../world/names.ts";
import type { Scenario } from "./scenario.ts";

const dayMillis = 86_400_000;

/** Fills the tables with what was there before: chats that are linked since long, and old messages. */
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
      ...activityOf(chat, scenario),
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
    });
  }
}

/**
 * When a chat was noted as active last: two days ago, so that the next message notes it anew; or, in
 * one that is in use all day, some time within the minutes for which such a note holds.
 */
function activityOf(chat: number, { chats, isAllDay = false }: Scenario) {
  const agoMillis = isAllDay ? Math.floor((touchEveryMillis * chat) / chats) : 2 * dayMillis;
  const note = touch(conversationOf(chat), undefined, Date.now() - agoMillis);
  if (note === undefined) throw new Error("A chat that nobody knows is noted at once.");
  return {
    touchedAtMillis: { N: String(note.touchedAtMillis) },
    activeHour: { S: note.activeHour },
    ...(isAllDay ? { avatarLookedAtMillis: { N: String(Date.now() - dayMillis / 2) } } : {}),
  };
}
