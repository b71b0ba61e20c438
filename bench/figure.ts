/** One measured figure, with its reference values. */
export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The lowest possible value: an empty handler, a bare signed call, or the peer's own latency. */
  readonly floor?: number;
  /** The cost of the simple solution. */
  readonly naive?: number;
  /** Ratios within a run. If left out, the quotient of the figures above. */
  readonly xFloor?: number;
  readonly xNaive?: number;
  readonly targets?: readonly Target[];
};

/**
 * The target of a figure: for the ratio to the floor, for the ratio to the naive solution, or for
 * the figure itself.
 */
export type Target = {
  readonly of: "floor" | "naive" | "ours";
  readonly atMost?: number;
  readonly atLeast?: number;
};

/** A bench part's results, and what it could not measure here. */
export type Findings = {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly { readonly what: string; readonly why: string }[];
};

/**
 * The allowed duration of a part: all the time it needs if it was named, less if the whole bench
 * runs.
 */
export type Effort = "full" | "short";

/** One part of the bench: `npm run bench -- <name>`. */
export type Part = {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Reports the progress of long work. */
  readonly measure: (progress: (line: string) => void, effort: Effort) => Promise<Findings>;
};

/** Above its target a figure is "over". Above it by more than this share, the command fails. */
const toleranceShare = 0.05;

/** The ratio or figure that the target limits. Undefined if it was not measured. */
export function measuredFor(figure: Figure, { of }: Target): number | undefined {
  const { ours, floor, naive } = figure;
  switch (of) {
    case "ours":
      return ours;
    case "floor":
      return figure.xFloor ?? (floor === undefined ? undefined : ours / floor);
    case "naive":
      return figure.xNaive ?? (naive === undefined ? undefined : ours / naive);
  }
}

/** The result of a figure against its target. */
export function verdictOf(figure: Figure, target: Target): "ok" | "over" | "failed" | "unknown" {
  const measured = measuredFor(figure, target);
  if (measured === undefined) return "unknown";
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target;
  if (measured <= atMost && measured >= atLeast) return "ok";
  const isNear =
    measured <= atMost * (1 + toleranceShare) && measured >= atLeast * (1 - toleranceShare);
  return isNear ? "over" : "failed";
}
