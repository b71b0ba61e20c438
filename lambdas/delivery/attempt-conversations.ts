import type { Conversation } from "../model/conversation.ts";
import type { ConversationStore } from "../model/stores.ts";
import type { ConversationChanges } from "./step.ts";

/**
 * The conversations as one attempt knows them. It reads each one once, and adds what the attempt itself has
 * written since. A rule that needs the changes of other attempts reads the conversation again.
 */
export class AttemptConversations {
  readonly #store: ConversationStore;
  readonly #known = new Map<string, Promise<Conversation | undefined>>();
  /** Ids of the conversations that came from an eventually consistent read. */
  readonly #maybeStale = new Set<string>();

  constructor(store: ConversationStore) {
    this.#store = store;
  }

  /**
   * The conversation as the attempt found it; undefined when there is none. With `mayBeStale` an eventually
   * consistent read, which costs half, is enough. Without it, `find` repeats an eventually consistent read.
   */
  find(
    conversationId: string,
    { mayBeStale = false }: { readonly mayBeStale?: boolean } = {},
  ): Promise<Conversation | undefined> {
    const isStale = this.#maybeStale.has(conversationId) && !mayBeStale;
    const known = isStale ? undefined : this.#known.get(conversationId);
    return known ?? this.#read(conversationId, mayBeStale);
  }

  /** Reads the conversation again, as it is now. */
  findAgain(conversationId: string): Promise<Conversation | undefined> {
    return this.#read(conversationId, false);
  }

  async update(conversationId: string, changes: ConversationChanges): Promise<void> {
    await this.#store.update(conversationId, changes);
    const known = this.#known.get(conversationId);
    if (known === undefined) return;
    const changed = known.then((before) => ({ ...before, conversationId, ...changes }));
    changed.catch(() => undefined);
    this.#known.set(conversationId, changed);
  }

  #read(conversationId: string, mayBeStale: boolean): Promise<Conversation | undefined> {
    const found = this.#store.find(conversationId, { mayBeOld: mayBeStale });
    // An attempt reads ahead, so the read may fail before any code waits for it.
    found.catch(() => this.#known.delete(conversationId));
    this.#known.set(conversationId, found);
    if (mayBeStale) this.#maybeStale.add(conversationId);
    else this.#maybeStale.delete(conversationId);
    return found;
  }
}
