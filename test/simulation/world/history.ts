import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import type { LogFields } from "../../../lambdas/model/runtime.ts";
import type { Landed } from "../vendors/telegram-vendor.ts";

/** A call to a vendor. `answeredAtMillis` stays undefined if no answer came. */
export type CallFact = {
  readonly kind: "call";
  readonly vendor: "telegram" | "amojo" | "main-api";
  /** Telegram's method, or `METHOD path` without the scope. */
  readonly method: string;
  /** Our conversation id, if the call contains it. */
  readonly conversationId: string | undefined;
  readonly text: string | undefined;
  readonly msgid: string | undefined;
  readonly sandbox: string;
  readonly attempt: AttemptFacts | undefined;
  readonly beganAtMillis: number;
  /** The vendor did the work. */
  applied: boolean;
  /**
   * The answer, or the lack of one, comes from a fault and not from the vendor's own check of the
   * call.
   */
  isFault: boolean;
  /** Where Telegram put the message that the call made. */
  landed: Landed | undefined;
  /** Its position among all calls that reached a vendor. 0 if it did not reach one. */
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
  /** The group in the queue. */
  readonly group: string;
  readonly direction: Direction;
  readonly late: string | undefined;
  readonly redrive: number;
};

/** One fact that the recorder saw. */
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

/** A fact with its time and its sandbox. */
export type Recorded = { readonly atMillis: number; readonly sandbox: string } & Fact;

/** All facts of a run, in order. */
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
