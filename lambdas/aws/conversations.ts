import * as z from "zod/mini";
import { languages } from "../model/conversation.ts";
import type { Conversation, ActiveConversation } from "../model/conversation.ts";
import type { ConversationStore, KnownChats, ActiveConversations } from "../model/stores.ts";
import { textIn } from "./table.ts";
import type { DynamoTable, Plain } from "./table.ts";

/** A language that only a later version knows counts as unknown: a rollback must not stop a chat. */
const language = z.optional(
  z.pipe(
    z.string(),
    z.transform((written) => languages.find((known) => known === written)),
  ),
);

const conversation = z.looseObject({
  conversationId: z.string(),
  amojoChatId: z.optional(z.string()),
  amojoUserId: z.optional(z.string()),
  contactId: z.optional(z.int()),
  contactLinked: z.optional(z.boolean()),
  contactStartedAtMillis: z.optional(z.int()),
  contactTroubleSinceMillis: z.optional(z.int()),
  contactLeftToAmocrm: z.optional(z.boolean()),
  leadId: z.optional(z.int()),
  leadCheckedAtMillis: z.optional(z.int()),
  leadPostponedAtMillis: z.optional(z.int()),
  leadTroubleSinceMillis: z.optional(z.int()),
  origin: z.optional(z.string()),
  leadNotes: z.optional(z.array(z.string())),
  profileDigest: z.optional(z.string()),
  profileCheckedAtMillis: z.optional(z.int()),
  phoneState: z.optional(z.enum(["asked", "shared"])),
  phoneTroubleSinceMillis: z.optional(z.int()),
  createdAtMillis: z.optional(z.int()),
  language,
  reachability: z.optional(z.enum(["blocked", "deactivated", "reachable"])),
  reachabilityAtMillis: z.optional(z.int()),
  pausedUntilMillis: z.optional(z.int()),
  crmPausedUntilMillis: z.optional(z.int()),
  echoUntilMillis: z.optional(z.int()),
  echoLostUntilMillis: z.optional(z.int()),
  echoedAtMillis: z.optional(z.int()),
  avatarPath: z.optional(z.string()),
  avatarLookedAtMillis: z.optional(z.int()),
  refused: z.optional(z.array(z.string())),
  handOff: z.optional(z.enum(["bot", "waiting", "operator", "closed"])),
  handOffBy: z.optional(z.string()),
  handOffFrom: z.optional(z.enum(["bot", "waiting", "operator", "closed"])),
  lastMessageAtMillis: z.optional(z.int()),
  unseenCount: z.optional(z.int()),
  pressedBy: z.optional(z.string()),
  languageChosen: language,
  outageNoticeAtMillis: z.optional(z.int()),
  lastActivityAtMillis: z.optional(z.int()),
  topics: z.optional(z.array(z.string())),
  closedNoticeUntilMillis: z.optional(z.int()),
  waitingSinceMillis: z.optional(z.int()),
  answeredAtMillis: z.optional(z.int()),
  talkClosedAtMillis: z.optional(z.int()),
});

/** Chat mappings in DynamoDB, one item per conversation. */
export function dynamoConversationStore(table: DynamoTable): ConversationStore {
  return {
    async find(conversationId, options) {
      const item = await table.get(conversationId, options);
      return item === undefined ? undefined : (z.parse(conversation, item) as Conversation);
    },
    async update(conversationId, changes) {
      await table.update(conversationId, { set: changes as Record<string, Plain> });
    },
  };
}

/** Finds a conversation by the sparse index of conversations whose chat in amoCRM is known. */
export function dynamoKnownChats(conversations: DynamoTable): KnownChats {
  return {
    async conversationOf(amojoChatId) {
      const place = { index: "amojoChat", key: "amojoChatId", value: amojoChatId };
      for await (const item of conversations.query(place)) return textIn(item["conversationId"]);
      return undefined;
    },
  };
}

/**
 * Active conversations by the index of hours over the ledger's claims. `hoursSince` returns the keys of
 * the index, the newest hours first.
 */
export function dynamoActiveConversations(
  deliveries: DynamoTable,
  hoursSince: (sinceMillis: number) => readonly string[],
): ActiveConversations {
  return {
    async *since(sinceMillis): AsyncGenerator<ActiveConversation> {
      // The index has a conversation once for each note. The newest note comes first, and only this note
      // counts.
      const yielded = new Set<string>();
      const place = { index: "active", key: "activeHour", isDescending: true };
      for (const value of hoursSince(sinceMillis)) {
        for await (const entry of deliveries.query({ ...place, value })) {
          const conversationId = textIn(entry["conversationId"]);
          if (yielded.has(conversationId)) continue;
          yielded.add(conversationId);
          yield { conversationId, activeAtMillis: Number(entry["activeAtMillis"]) };
        }
      }
    },
  };
}
