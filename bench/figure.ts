/** One measured figure, with its comparison figures. */
export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The lower limit: an empty handler, a bare signed call, the peer's own latency. */
  readonly floor?: number;
  /** The figure of a naive implementation. */
  readonly naive?: number;
  /** Ratios within a run. Without them, the quotient of the figures above. */
  readonly xFloor?: number;
  readonly xNaive?: number;
  readonly targets?: readonly Target[];
};

/** The target of a figure: a ratio to the floor or to the naive implementation, or the figure itself. */
export type Target = {
  readonly of: "floor" | "naive" | "ours";
  readonly atMost?: number;
  readonly atLeast?: number;
};

/** The figures of one part of the bench, and the parts it could not measure here. */
export type Findings = {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly { readonly what: string; readonly why: string }[];
};

/** The length of a part: full when the user named it, shorter when the whole bench runs. */
export type Effort = "full" | "short";

/** One part of the bench: `npm run bench -- <name>`. */
export type Part = {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Reports the progress of long work. */
  readonly measure: (progress: (line: string) => void, effort: Effort) => Promise<Findings>;
};

/** A figure beyond its target is "over". Beyond it by more than this share, the command fails. */
const toleranceShare = 0.05;

/** The ratio or figure that a target applies to. Undefined where it was not measured. */
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

/** The relation of a figure to a target. */
export function verdictOf(figure: Figure, target: Target): "ok" | "over" | "failed" | "unknown" {
  const measured = measuredFor(figure, target);
  if (measured === undefined) return "unknown";
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target;
  if (measured <= atMost && measured >= atLeast) return "ok";
  const isNear =
    measured <= atMost * (1 + toleranceShare) && measured >= atLeast * (1 - toleranceShare);
  return isNear ? "over" : "failed";
}
