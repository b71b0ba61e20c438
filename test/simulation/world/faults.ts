import type { Random } from "../engine/random.ts";

/** The place that a sandbox's step calls. */
export type Place = Ours | Vendor;
/** The AWS services that the bridge uses. */
type Ours = "table" | "queue" | "secrets" | "bucket";
export type Vendor = "telegram" | "amojo" | "main-api";

/** The kinds of faults; see `schedule.ts` for how often they occur and how long they last. */
export type FaultKind =
  | "crash"
  | "hang"
  | `${Ours}-${"refused" | "lost" | "slow"}`
  | `${Vendor}-${"limit" | "failing" | "page" | "slow" | "lost-answer" | "lost-request"}`
  | `${"amojo" | "telegram"}-refusing`
  | "file-unavailable"
  | "hook-lost"
  | "hook-late"
  | "hook-doubled"
  | "update-lost"
  | "update-answer-lost"
  | "handed-out-twice"
  | "caretaker-missed";

/** A fault that is in force for a while. Each time it occurs with this probability. */
export type FaultWindow = {
  readonly kind: FaultKind;
  readonly fromMillis: number;
  readonly untilMillis: number;
  readonly chance: number;
  /** The wait time of a 429. */
  readonly seconds: number;
};

/** The fate of one step. */
export type Fate = {
  readonly crash: "before" | "after" | "hang" | undefined;
  readonly trouble: "refused" | "lost" | undefined;
  readonly thereMillis: number;
  readonly backMillis: number;
};

/** The fate of one call at its vendor. */
export type VendorFate =
  | { readonly kind: "work" }
  | { readonly kind: "limit"; readonly seconds: number }
  | { readonly kind: "status"; readonly status: number; readonly isPage: boolean }
  /** Telegram does not have the customer's file at the moment. */
  | { readonly kind: "no-file" }
  | { readonly kind: "lost-answer" }
  | { readonly kind: "lost-request" };

const usualMillis: Readonly<Record<Place, readonly [number, number]>> = {
  table: [1, 8],
  queue: [2, 15],
  secrets: [5, 40],
  bucket: [10, 80],
  telegram: [15, 150],
  amojo: [20, 200],
  "main-api": [20, 200],
};

/** A death at one specific step of the run, before or after its effect. */
export type PlannedDeath = { readonly atStep: number; readonly when: "before" | "after" };

/** The faults of a run: the schedule sets the windows, and the seed decides within them. */
export class Faults {
  readonly #now: () => number;
  readonly #random: Random;
  readonly #windows: readonly FaultWindow[];
  readonly #death: PlannedDeath | undefined;
  /** Number of steps that all sandboxes have taken. */
  steps = 0;

  constructor(
    now: () => number,
    random: Random,
    windows: readonly FaultWindow[],
    death?: PlannedDeath,
  ) {
    this.#now = now;
    this.#random = random;
    this.#windows = windows;
    this.#death = death;
  }

  /** The first window of this kind that is in force and whose fault occurs now. */
  faultNow(kind: FaultKind): FaultWindow | undefined {
    const now = this.#now();
    return this.#windows.find(
      (window) =>
        window.kind === kind &&
        window.fromMillis <= now &&
        now < window.untilMillis &&
        this.#random.chance(window.chance),
    );
  }

  fateOf(place: Place): Fate {
    const [least, most] = usualMillis[place];
    const way = () => this.#random.between(least, most);
    const isSlow = this.faultNow(`${place}-slow`) !== undefined;
    return {
      crash: this.#crash(),
      trouble: this.#trouble(place),
      thereMillis: way(),
      backMillis: way() + (isSlow ? this.#random.between(500, 25_000) : 0),
    };
  }

  vendorFateOf(vendor: Vendor): VendorFate {
    const limit = this.faultNow(`${vendor}-limit`);
    if (limit !== undefined) {
      const { seconds } = limit;
      return { kind: "limit", seconds: Math.max(1, Math.ceil(seconds * this.#random.next())) };
    }
    if (this.faultNow(`${vendor}-failing`) !== undefined) {
      return { kind: "status", status: this.#random.pick([500, 502, 503, 504]), isPage: false };
    }
    if (this.faultNow(`${vendor}-page`) !== undefined) {
      return { kind: "status", status: this.#random.pick([403, 404, 502]), isPage: true };
    }
    if (vendor !== "main-api" && this.faultNow(`${vendor}-refusing`) !== undefined) {
      return { kind: "status", status: 400, isPage: false };
    }
    if (this.faultNow(`${vendor}-lost-answer`) !== undefined) return { kind: "lost-answer" };
    if (this.faultNow(`${vendor}-lost-request`) !== undefined) return { kind: "lost-request" };
    return { kind: "work" };
  }

  arrivesAfterDeath(): boolean {
    return this.#random.chance(0.5);
  }

  clockSkewMillis(): number {
    return this.#random.between(-2000, 2000);
  }

  coldStartMillis(): number {
    return this.#random.between(150, 900);
  }

  between(least: number, most: number): number {
    return this.#random.between(least, most);
  }

  #crash(): Fate["crash"] {
    this.steps += 1;
    if (this.steps === this.#death?.atStep) return this.#death.when;
    if (this.faultNow("crash") !== undefined) return this.#random.pick(["before", "after"]);
    return this.faultNow("hang") === undefined ? undefined : "hang";
  }

  #trouble(place: Place): Fate["trouble"] {
    if (place === "telegram" || place === "amojo" || place === "main-api") return undefined;
    if (this.faultNow(`${place}-refused`) !== undefined) return "refused";
    return this.faultNow(`${place}-lost`) === undefined ? undefined : "lost";
  }
}

/** The maximum difference between two of our clocks. */
export const mostSkewMillis = 4000;
