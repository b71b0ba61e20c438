import { activeHoursOf } from "../../lambdas/delivery/activity.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { amojoChatIdOf } from "../world/messages.ts";
import { conversationOf, scopeId } from "../world/names.ts";
import type { tables } from "../world/names.ts";
import type { Item } from "../world/table.ts";
import type { Scenario } from "./count.ts";

const dayMillis = 86_400_000;
const number = (value: number) => ({ N: String(Math.floor(value)) });

/** Fills the tables with earlier data: chats that have been linked for a long time, and old messages. */
export function seed(
  { chats, ledgerItems, isAllDay = false, hasPhotos }: Scenario,
  put: (table: keyof typeof tables, item: Item) => void,
): void {
  const nowMillis = Date.now();
  for (let chat = 1; chat <= chats; chat += 1) {
    // The bridge checks for a picture once a week: in one of seven chats that write every day, in no chat
    // within some minutes of a busy one, and in every chat when the check itself is counted.
    const lookedAtMillis = nowMillis - (isAllDay ? 0.5 : (chat % 7) + 1) * dayMillis;
    put("conversations", {
      ...linkedConversation(chat),
      amojoUserId: { S: "1376265f-86df-4c49-a0c3-a4816df41af8" },
      contactId: { N: "12345678" },
      createdAtMillis: number(nowMillis - dayMillis),
      language: { S: "ru" },
      ...(hasPhotos === undefined ? { avatarLookedAtMillis: number(lookedAtMillis) } : {}),
    });
  }
  for (let item = 0; item < ledgerItems; item += 1) {
    const endedAtMillis = nowMillis - (30 * dayMillis * item) / ledgerItems;
    // No messages exist from the two days before the run. One of eight in a chat notes it as active.
    const isNote = item % 8 === 0 && endedAtMillis <= nowMillis - 2 * dayMillis;
    const conversationId = conversationOf((item % chats) + 1);
    const [activeHour = ""] = activeHoursOf(conversationId, endedAtMillis, endedAtMillis);
    put("deliveries", {
      id: { S: `amo:${scopeId}:old-${item}` },
      state: { S: "sent" },
      direction: { S: "to-telegram" },
      parts: { L: [{ S: "1" }] },
      endedAtMillis: number(endedAtMillis),
      expiresAt: number((endedAtMillis + ledgerDays * dayMillis) / 1000),
      ...(isNote && {
        conversationId: { S: conversationId },
        activeHour: { S: activeHour },
        activeAtMillis: number(endedAtMillis),
      }),
    });
  }
}

/** A chat that amoCRM knows, with its contact. */
export function linkedConversation(chat: number): Item {
  const [conversationId, amojoChatId] = [{ S: conversationOf(chat) }, { S: amojoChatIdOf(chat) }];
  return { conversationId, amojoChatId, contactLinked: { BOOL: true } };
}
