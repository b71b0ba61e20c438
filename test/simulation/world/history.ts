import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import type { LogFields } from "../../../lambdas/model/runtime.ts";
import type { Landed } from "../vendors/telegram-vendor.ts";

/** A call to a vendor; a call that was never answered keeps `answeredAtMillis` undefined. */
export type CallFact = {
  readonly kind: "call";
  readonly vendor: "telegram" | "amojo" | "main-api";
  /** Telegram's method, or `METHOD path` without the scope. */
  readonly method: string;
  /** Our conversation id, where the call tells it. */
  readonly conversationId: string | undefined;
  readonly text: string | undefined;
  readonly msgid: string | undefined;
  readonly sandbox: string;
  readonly attempt: AttemptFacts | undefined;
  readonly beganAtMillis: number;
  /** The vendor did the work. */
  applied: boolean;
  /** Its answer, or that there was none, is a fault's and not what the vendor thinks of the call. */
  isFault: boolean;
  /** Where Telegram has the message that the call made. */
  landed: Landed | undefined;
  /** Its place among all calls that reached a vendor; 0 for one that did not. */
  order: number;
  status: number;
  retryAfterSeconds: number | undefined;
  vendorAtMillis: number | undefined;
  answeredAtMillis: number | undefined;
};

/** The event that a sandbox was working on. */
export type AttemptFacts = {
  readonly eventId: string;
  readonly owner: string;
  /** Of the queue. */
  readonly group: string;
  readonly direction: Direction;
  readonly late: string | undefined;
  readonly redrive: number;
};

/** One thing that happened, as the recorder saw it. */
export type Fact =
  | CallFact
  | {
      readonly kind: "queued";
      readonly direction: Direction;
      readonly eventId: string;
      readonly group: string;
      readonly late: string | undefined;
      readonly redrive: number;
      readonly verified: boolean;
      readonly isNew: boolean;
    }
  | {
      readonly kind: "ingested";
      readonly source: "telegram" | "amocrm";
      readonly what: string;
      readonly status: number;
      readonly isAuthentic: boolean;
    }
  | {
      readonly kind: "ledger";
      readonly operation: string;
      readonly eventId: string;
      readonly owner: string;
      readonly before: LedgerEntry | undefined;
      readonly after: LedgerEntry | undefined;
    }
  | {
      readonly kind: "log";
      readonly level: "info" | "warn" | "error";
      readonly fact: string;
      readonly fields: LogFields;
    }
  | { readonly kind: "died"; readonly owner: string; readonly how: string }
  | { readonly kind: "refused"; readonly owner: string; readonly step: string }
  | { readonly kind: "world"; readonly what: string };

/** A fact with its moment and the sandbox it happened in. */
export type Recorded = { readonly atMillis: number; readonly sandbox: string } & Fact;

/** Everything that happened in a run, in order. */
export class History {
  readonly facts: Recorded[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  record(sandbox: string, fact: Fact): void {
    const recorded = Object.assign(fact, { atMillis: this.#now(), sandbox });
    this.facts.push(recorded);
  }

  of<Kind extends Fact["kind"]>(kind: Kind): Extract<Recorded, { kind: Kind }>[] {
    return this.facts.filter(
      (fact): fact is Extract<Recorded, { kind: Kind }> => fact.kind === kind,
    );
  }
}
