import { ledgerDays } from "../model/ledger.ts";
import type {
  Claim,
  ClaimRequest,
  End,
  LedgerEntry,
  Parking,
  Release,
  StepRecord,
  StepName,
  StepOutcome,
} from "../model/ledger.ts";
import { LeaseLost } from "../model/stores.ts";
import type { DeliveryLedger, DeliveryStates } from "../model/stores.ts";
import type { Change, DynamoTable, Plain } from "./table.ts";
import * as z from "zod/mini";

/** This is enough for the messages of a day or two. The caretaker asks for them every few minutes. */
const mostKnownEnded = 20_000;

/** The ledger in DynamoDB: one item per event. Every change is a single conditional write. */
export class DynamoDeliveryLedger implements DeliveryLedger, DeliveryStates {
  readonly #table: DynamoTable;
  /**
   * Events in the final state `sent` or `ignored`. The ledger does not read them again, and forgets the
   * oldest first.
   */
  readonly #knownEnded = new Set<string>();

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    // The common case in one write: the event is new, or its wait is over.
    const fresh = await this.#tryClaim(request, {
      condition:
        "attribute_not_exists(#id) OR (#state = :waiting AND #notBeforeMillis <= :nowMillis AND #expiresAt > :nowSeconds)",
      where: {
        waiting: "waiting",
        nowMillis: request.nowMillis,
        nowSeconds: Math.floor(request.nowMillis / 1000),
      },
    });
    if (fresh !== undefined) return fresh;

    const item = await this.#table.get(request.id);
    if (item === undefined) return later(request);
    const found = readRecord(item);
    if (found.expiresAt !== undefined && found.expiresAt * 1000 <= request.nowMillis) {
      return this.#claimExpired(request, found.expiresAt);
    }
    if (found.state === "waiting") return { kind: "later", untilMillis: found.notBeforeMillis };
    const { redrive = 0 } = request;
    if (found.state === "parked" && redrive > (found.redrive ?? 0)) {
      const redriven = await this.#tryClaim(request, {
        set: { redrive, attempts: 0, ambiguous: 0 },
        remove: ["troubleSinceMillis"],
        condition: "#state = :parked AND #endedAtMillis = :parkedAt",
        where: { parked: "parked", parkedAt: found.endedAtMillis },
      });
      return redriven ?? later(request);
    }
    if (found.state !== "sending") return { kind: "finished", entry: found };
    if (found.leaseUntilMillis > request.nowMillis) {
      return { kind: "later", untilMillis: found.leaseUntilMillis };
    }
    // The attempt died while it held the event. It is unknown whether it carried out its step.
    const taken = await this.#tryClaim(request, {
      set: { ambiguous: found.ambiguous + 1 },
      condition: "#state = :state AND #owner = :owned AND #leaseUntilMillis = :until",
      where: { owned: found.owner, until: found.leaseUntilMillis },
    });
    return taken ?? later(request);
  }

  async commitSteps(id: string, owner: string, steps: readonly StepRecord[]): Promise<void> {
    await this.#writeHeld(id, owner, {
      set: { ambiguous: 0, steps },
      remove: ["troubleSinceMillis"],
    });
  }

  async finish(id: string, owner: string, end: End): Promise<void> {
    const { state, nowMillis, steps } = end;
    await this.#writeHeld(id, owner, {
      // Every byte of every message stays in the table for weeks, so the item keeps only what it needs:
      // after the end, neither the claim's fields nor those of a parking before a redrive.
      set: {
        state,
        endedAtMillis: nowMillis,
        expiresAt: expiryOf(nowMillis),
        ...(steps === undefined ? {} : { steps }),
      },
      remove: ["parkedAs", "message", "owner", "leaseUntilMillis", "troubleSinceMillis"],
    });
  }

  async release(id: string, owner: string, release: Release): Promise<void> {
    await this.#writeHeld(id, owner, { set: { state: "waiting", ...release } });
  }

  async park(id: string, owner: string, parking: Parking): Promise<void> {
    const { reason, detail, message, receivedAtMillis, nowMillis } = parking;
    await this.#writeHeld(id, owner, {
      set: {
        state: "parked",
        // The key of the sparse index. Only events that are parked now have it.
        parkedAs: "parked",
        reason,
        detail,
        message,
        receivedAtMillis,
        endedAtMillis: nowMillis,
      },
      remove: ["expiresAt"],
    });
  }

  async deliveryState(id: string): Promise<"under-way" | "ended" | "found" | undefined> {
    if (this.#knownEnded.has(id)) return "ended";
    const item = await this.#table.get(id);
    if (item === undefined) {
      return (await this.#table.get(`found:${id}`)) === undefined ? undefined : "found";
    }
    const { state } = readRecord(item);
    if (state === "sent" || state === "ignored") this.#remember(id);
    return state === "sending" || state === "waiting" ? "under-way" : "ended";
  }

  async stateOf(id: string): Promise<LedgerEntry["state"] | undefined> {
    const item = await this.#table.get(id);
    return item === undefined ? undefined : readRecord(item).state;
  }

  async stepsOf(id: string): Promise<readonly StepRecord[]> {
    const item = await this.#table.get(id);
    return item === undefined ? [] : readRecord(item).steps;
  }

  async rememberFound(id: string, nowMillis: number): Promise<void> {
    await this.#table.put(`found:${id}`, { expiresAt: expiryOf(nowMillis) });
  }

  #remember(id: string): void {
    this.#knownEnded.add(id);
    const [oldest = ""] = this.#knownEnded;
    if (this.#knownEnded.size > mostKnownEnded) this.#knownEnded.delete(oldest);
  }

  async #tryClaim(
    request: ClaimRequest,
    { set = {}, ...change }: Partial<Change>,
  ): Promise<Claim | undefined> {
    const item = await this.#table.updateAndGet(request.id, {
      set: { ...claimOf(request), ...set },
      ...change,
    });
    return item === undefined ? undefined : { kind: "claimed", entry: readRecord(item) };
  }

  /** The ledger's time for this item is over, but the table has not removed it yet. It counts as absent. */
  async #claimExpired(request: ClaimRequest, expiresAt: number): Promise<Claim> {
    const claimed = await this.#table.put(request.id, claimOf(request), {
      condition: "#expiresAt = :seen",
      where: { seen: expiresAt },
    });
    if (!claimed) return later(request);
    const entry = readRecord({ id: request.id, ...claimOf(request) });
    return { kind: "claimed", entry };
  }

  async #writeHeld(id: string, owner: string, { set, ...change }: Change): Promise<void> {
    const isHeld = await this.#table.update(id, {
      set,
      ...change,
      condition: "#state = :held AND #owner = :me",
      where: { held: "sending", me: owner },
    });
    if (!isHeld) throw new LeaseLost(id);
  }
}

function claimOf(request: ClaimRequest): Record<string, Plain> {
  const { owner, leaseUntilMillis, direction, nowMillis, redrive = 0, active = {} } = request;
  return {
    state: "sending",
    owner,
    leaseUntilMillis,
    direction,
    expiresAt: expiryOf(nowMillis),
    // A second copy of the same redrive must find it used.
    ...(redrive > 0 ? { redrive } : {}),
    // The keys and the data of the sparse index. No other write may set them, because it would cost one
    // more write.
    ...active,
  };
}

/**
 * Another attempt was faster. The caller tries again in a second, when the result of that attempt is
 * clear.
 */
function later({ nowMillis }: ClaimRequest): Claim {
  return { kind: "later", untilMillis: nowMillis + 1000 };
}

/** The end of an item, in Unix seconds as DynamoDB's time-to-live requires. */
export function expiryOf(nowMillis: number, days = ledgerDays): number {
  return Math.floor(nowMillis / 1000) + days * 86_400;
}

/**
 * The names of steps and outcomes stay as they are: a later version may have written them before its
 * rollback.
 */
const stepRecord = z.object({
  step: z.custom<StepName>((step) => typeof step === "string"),
  id: z.exactOptional(z.string()),
  outcome: z.exactOptional(z.custom<StepOutcome>((outcome) => typeof outcome === "string")),
});

const ledgerRecord = z.looseObject({
  id: z.string(),
  state: z.enum(["sending", "waiting", "sent", "ignored", "parked"]),
  steps: z._default(z.array(stepRecord), []),
  attempts: z._default(z.int(), 0),
  ambiguous: z._default(z.int(), 0),
  redrive: z._default(z.int(), 0),
  reason: z.exactOptional(z.string()),
  troubleSinceMillis: z.exactOptional(z.int()),
  owner: z._default(z.string(), ""),
  leaseUntilMillis: z._default(z.int(), 0),
  notBeforeMillis: z._default(z.int(), 0),
  /** 0 before the end. */
  endedAtMillis: z._default(z.int(), 0),
  /** Unix seconds. */
  expiresAt: z.exactOptional(z.int()),
});
/** A ledger item, with the fields that only the ledger needs. */
export type LedgerRecord = z.output<typeof ledgerRecord> & LedgerEntry;

/** Checks an item of the table. */
export function readRecord(item: Readonly<Record<string, unknown>>): LedgerRecord {
  return z.parse(ledgerRecord, item);
}
