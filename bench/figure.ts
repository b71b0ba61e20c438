/** One measured figure, with what it is held against. */
export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The least that is possible: an empty handler, a bare signed call, the peer's own latency. */
  readonly floor?: number;
  /** What the obvious way costs. */
  readonly naive?: number;
  /** In-run ratios; where left out, the quotient of the figures above. */
  readonly xFloor?: number;
  readonly xNaive?: number;
  readonly targets?: readonly Target[];
};

/** What a figure must keep to: the ratio to the floor, to the naive way, or the figure itself. */
export type Target = {
  readonly of: "floor" | "naive" | "ours";
  readonly atMost?: number;
  readonly atLeast?: number;
};

/** What one part of the bench found, and what it could not measure here. */
export type Findings = {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly { readonly what: string; readonly why: string }[];
};

/** How long a part may take: all it has when it was named, less where the whole bench runs. */
export type Effort = "full" | "short";

/** One part of the bench: `npm run bench -- <name>`. */
export type Part = {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Long work says how far it is. */
  readonly measure: (progress: (line: string) => void, effort: Effort) => Promise<Findings>;
};

/** Beyond its target a figure is "over"; by more than this share the command fails. */
const toleranceShare = 0.05;

/** The ratio or figure that a target is about; undefined where it was not measured. */
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

/** How a figure stands to a target. */
export function verdictOf(figure: Figure, target: Target): "ok" | "over" | "failed" | "unknown" {
  const measured = measuredFor(figure, target);
  if (measured === undefined) return "unknown";
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target;
  if (measured <= atMost && measured >= atLeast) return "ok";
  const isNear =
    measured <= atMost * (1 + toleranceShare) && measured >= atLeast * (1 - toleranceShare);
  return isNear ? "over" : "failed";
}
