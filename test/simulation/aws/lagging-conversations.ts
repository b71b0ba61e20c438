import { MemoryConversationStore } from "../../support/memory/stores.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { Now } from "../../../lambdas/model/runtime.ts";
import type { Random } from "../engine/random.ts";

const mostLagMillis = 2000;

/**
 * A store of conversations. A read with `mayBeOld` often returns an old value, up to two seconds
 * old. DynamoDB's replicas almost never lag that far.
 */
export class LaggingConversations extends MemoryConversationStore {
  readonly #now: Now;
  readonly #random: Random;
  readonly #versions = new Map<string, { atMillis: number; as: Conversation | undefined }[]>();

  constructor(now: Now, random: Random) {
    super();
    this.#now = now;
    this.#random = random;
  }

  override async find(
    conversationId: string,
    { mayBeOld = false }: { readonly mayBeOld?: boolean } = {},
  ): Promise<Conversation | undefined> {
    if (!mayBeOld || this.#random.chance(0.5)) return super.find(conversationId);
    const atMillis = this.#now() - this.#random.between(0, mostLagMillis);
    const versions = this.#versions.get(conversationId) ?? [];
    return versions.findLast((version) => version.atMillis <= atMillis)?.as;
  }

  override async update(...change: Parameters<MemoryConversationStore["update"]>): Promise<void> {
    const [conversationId] = change;
    await super.update(...change);
    const versions = this.#versions.get(conversationId) ?? [];
    versions.push({ atMillis: this.#now(), as: await super.find(conversationId) });
    this.#versions.set(conversationId, versions);
  }
}
