import type { ActivityNote } from "../../../lambdas/model/conversation.ts";
import { ledgerDays } from "../../../lambdas/model/ledger.ts";
import type {
  Claim,
  ClaimRequest,
  End,
  LedgerEntry,
  Parking,
  Release,
  StepRecord,
} from "../../../lambdas/model/ledger.ts";
import { LeaseLost } from "../../../lambdas/model/stores.ts";
import type { DeliveryLedger, DeliveryStates } from "../../../lambdas/model/stores.ts";

type Item = LedgerEntry & {
  owner: string;
  leaseUntilMillis: number;
  notBeforeMillis: number;
  expiresAtMillis: number;
  message?: string;
  active: ActivityNote | undefined;
};

/** The ledger in memory, for tests and simulation. The contract suite checks that it agrees with DynamoDB's. */
export class MemoryDeliveryLedger implements DeliveryLedger, DeliveryStates {
  readonly #items = new Map<string, Item>();
  readonly #found = new Set<string>();

  async claim(request: ClaimRequest): Promise<Claim> {
    const { id, owner, nowMillis, leaseUntilMillis, active } = request;
    const known = this.#items.get(id);
    const found = known !== undefined && known.expiresAtMillis <= nowMillis ? undefined : known;
    if (found?.state === "waiting" && found.notBeforeMillis > nowMillis) {
      return { kind: "later", untilMillis: found.notBeforeMillis };
    }
    if (found?.state === "sending" && found.leaseUntilMillis > nowMillis) {
      return { kind: "later", untilMillis: found.leaseUntilMillis };
    }
    const isRedriven = found?.state === "parked" && (request.redrive ?? 0) > (found.redrive ?? 0);
    const isOver = found !== undefined && found.state !== "sending" && found.state !== "waiting";
    if (isOver && !isRedriven) return { kind: "finished", entry: found };
    const item: Item = {
      id,
      state: "sending",
      steps: found?.steps ?? [],
      attempts: isRedriven ? 0 : (found?.attempts ?? 0),
      ambiguous: isRedriven ? 0 : (found?.ambiguous ?? 0) + (found?.state === "sending" ? 1 : 0),
      ...(isRedriven || found?.troubleSinceMillis === undefined
        ? {}
        : { troubleSinceMillis: found.troubleSinceMillis }),
      redrive: Math.max(request.redrive ?? 0, found?.redrive ?? 0),
      owner,
      leaseUntilMillis,
      notBeforeMillis: 0,
      expiresAtMillis: nowMillis + ledgerDays * 86_400_000,
      active: active ?? found?.active,
    };
    this.#items.set(id, item);
    return { kind: "claimed", entry: item };
  }

  async commitSteps(id: string, owner: string, steps: readonly StepRecord[]): Promise<void> {
    const { troubleSinceMillis: _, ...item } = this.#held(id, owner);
    this.#items.set(id, { ...item, steps, ambiguous: 0 });
  }

  async finish(id: string, owner: string, end: End): Promise<void> {
    const { troubleSinceMillis: _, ...item } = this.#held(id, owner);
    const { steps = item.steps, state } = end;
    this.#items.set(id, { ...item, steps, state });
  }

  async release(id: string, owner: string, release: Release): Promise<void> {
    this.#items.set(id, { ...this.#held(id, owner), ...release, state: "waiting" });
  }

  async park(id: string, owner: string, { reason, message }: Parking): Promise<void> {
    const expiresAtMillis = Number.POSITIVE_INFINITY;
    const item = this.#held(id, owner);
    this.#items.set(id, { ...item, state: "parked", reason, message, expiresAtMillis });
  }

  async deliveryState(id: string): Promise<"under-way" | "ended" | "found" | undefined> {
    const item = this.#items.get(id);
    if (item === undefined) return this.#found.has(id) ? "found" : undefined;
    return item.state === "sending" || item.state === "waiting" ? "under-way" : "ended";
  }

  async stateOf(id: string): Promise<LedgerEntry["state"] | undefined> {
    return this.#items.get(id)?.state;
  }

  async stepsOf(id: string): Promise<readonly StepRecord[]> {
    return this.#items.get(id)?.steps ?? [];
  }

  async rememberFound(id: string): Promise<void> {
    this.#found.add(id);
  }

  /** The ledger's entry of an event; for assertions. */
  entry(id: string): (LedgerEntry & Pick<Item, "message" | "active">) | undefined {
    return this.#items.get(id);
  }

  /** The notes of claims, as an index would list them; in no order. */
  notes(): readonly ActivityNote[] {
    return [...this.#items.values()].flatMap(({ active }) =>
      active === undefined ? [] : [active],
    );
  }

  #held(id: string, owner: string): Item {
    const item = this.#items.get(id);
    if (item?.state !== "sending" || item.owner !== owner) throw new LeaseLost(id);
    return item;
  }
}
