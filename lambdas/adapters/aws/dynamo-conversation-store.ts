import * as z from "zod/mini";
import type { Conversation } from "../../model/conversation.ts";
import { languages } from "../../model/language.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { DynamoTable, Plain } from "./dynamo-table.ts";

const conversation = z.looseObject({
  conversationId: z.string(),
  amojoChatId: z.optional(z.string()),
  amojoUserId: z.optional(z.string()),
  contactId: z.optional(z.int()),
  contactLinked: z.optional(z.boolean()),
  contactStartedAtMillis: z.optional(z.int()),
  contactTroubleSinceMillis: z.optional(z.int()),
  contactLeftToAmocrm: z.optional(z.boolean()),
  phoneState: z.optional(z.enum(["asked", "shared"])),
  phoneTroubleSinceMillis: z.optional(z.int()),
  createdAtMillis: z.optional(z.int()),
  language: z.optional(z.enum(languages)),
  reach: z.optional(z.enum(["blocked", "deactivated", "reachable"])),
  reachAtMillis: z.optional(z.int()),
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
  spokeAtMillis: z.optional(z.int()),
  saidCount: z.optional(z.int()),
  pressedBy: z.optional(z.string()),
  languageChosen: z.optional(z.enum(languages)),
  reassuredAtMillis: z.optional(z.int()),
  touchedAtMillis: z.optional(z.int()),
  topics: z.optional(z.array(z.string())),
});

/** Chat mappings in DynamoDB, an item a conversation. */
export class DynamoConversationStore implements ConversationStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  async find(
    conversationId: string,
    options: { readonly mayBeOld?: boolean } = {},
  ): Promise<Conversation | undefined> {
    const item = await this.#table.get(conversationId, options);
    return item === undefined ? undefined : (z.parse(conversation, item) as Conversation);
  }

  async update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void> {
    await this.#table.update(conversationId, { set: changes as Record<string, Plain> });
  }
}
