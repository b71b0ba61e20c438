import {
  MemoryBodyStore,
  MemoryContactMarks,
  MemoryDeepLinks,
  MemoryEchoMemory,
  MemoryLeadLocks,
  MemoryMediaStore,
  MemoryFailedAttempts,
  MemoryShownPieces,
  MemoryTranscript,
  MemoryWaits,
  MemoryPauseStore,
} from "../../support/memory/stores.ts";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import { activeHoursSince } from "../../../lambdas/delivery/activity.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import type { ActiveConversations } from "../../../lambdas/model/stores.ts";
import type {
  Now,
  SpoolReader,
  Spool,
  WideReconcileReader,
  WideReconcileRequests,
} from "../../../lambdas/model/runtime.ts";
import type { CrmHealth } from "../../../lambdas/model/crm.ts";
import type { Random } from "../engine/random.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { LaggingConversations } from "./lagging-conversations.ts";

/** The spool in memory: one envelope per event, oldest first. */
class MemorySpool implements Spool, SpoolReader {
  readonly #envelopes = new Map<string, Envelope>();

  get size(): number {
    return this.#envelopes.size;
  }

  async put(envelope: Envelope): Promise<void> {
    this.#envelopes.set(envelope.id, envelope);
  }

  async oldest(limit: number): Promise<readonly Envelope[]> {
    return [...this.#envelopes.values()]
      .toSorted((a, b) => a.receivedAtMillis - b.receivedAtMillis)
      .slice(0, limit);
  }

  async remove(id: string): Promise<void> {
    this.#envelopes.delete(id);
  }
}

/** The request for a wide reconcile, in memory. */
class MemoryWideReconcileRequests implements WideReconcileRequests, WideReconcileReader {
  #askedAtMillis: number | undefined;

  async ask(askedAtMillis: number): Promise<void> {
    this.#askedAtMillis = askedAtMillis;
  }

  async latest(): Promise<number | undefined> {
    return this.#askedAtMillis;
  }

  async remove(untilMillis: number): Promise<void> {
    if ((this.#askedAtMillis ?? 0) <= untilMillis) this.#askedAtMillis = undefined;
  }
}

/** The time when amoCRM last accepted something, in memory. */
class MemoryCrmHealth implements CrmHealth {
  #atMillis: number | undefined;

  async noteSuccess(nowMillis: number): Promise<void> {
    this.#atMillis = nowMillis;
  }

  async lastSuccessAtMillis(): Promise<number | undefined> {
    return this.#atMillis;
  }
}

/**
 * Both tables, built from the memory ports. The contract suites run the same tests on these ports
 * and on DynamoDB's.
 */
export class Tables {
  readonly ledger = new MemoryDeliveryLedger();
  readonly contactMarks = new MemoryContactMarks();
  readonly deepLinks = new MemoryDeepLinks();
  readonly leadLocks = new MemoryLeadLocks();
  readonly conversations: LaggingConversations;
  readonly pauses = new MemoryPauseStore();
  readonly echo = new MemoryEchoMemory();
  readonly health = new MemoryCrmHealth();
  readonly spool = new MemorySpool();
  readonly wideReconciles = new MemoryWideReconcileRequests();
  readonly waits = new MemoryWaits();
  readonly transcript = new MemoryTranscript();
  readonly shownPieces = new MemoryShownPieces();
  readonly failedAttempts = new MemoryFailedAttempts();
  readonly bodies = new MemoryBodyStore();
  readonly media = new MemoryMediaStore("https://media.example");

  constructor(now: Now, random: Random) {
    this.conversations = new LaggingConversations(now, random);
  }
}

/** Conversations by the hour in which claims recorded their activity, as the index returns them. */
export function activeConversations({ ledger }: Tables, sandbox: Sandbox): ActiveConversations {
  return {
    async *since(sinceMillis) {
      const notes = await sandbox.step("table", "active.query", async () => ledger.notes());
      const newestFirst = notes.toSorted((a, b) => b.activeAtMillis - a.activeAtMillis);
      const hours = new Set(activeHoursSince(sinceMillis, sandbox.now()));
      const found = new Set<string>();
      for (const { conversationId, activeHour, activeAtMillis } of newestFirst) {
        if (!hours.has(activeHour) || found.has(conversationId)) continue;
        found.add(conversationId);
        yield { conversationId, activeAtMillis };
      }
    },
  };
}
