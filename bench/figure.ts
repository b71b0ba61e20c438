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
  /** One line for `--help`. */
  readonly about: string;
  /** Reports the progress of long work. */
  readonly measure: (progress: (line: string) => void, effort: Effort) => Promise<Findings>;
};

/** A figure beyond its target is "over". Beyond it by more than this share, the command fails. */
const toleranceShare = 0.05;

/** The ratio or figure that a target applies to. Undefined where it was not measured. */
function measuredFor(figure: Figure, of: Target["of"]): number | undefined {
  if (of === "ours") return figure.ours;
  const other = figure[of];
  const ratio = of === "floor" ? figure.xFloor : figure.xNaive;
  return ratio ?? (other === undefined ? undefined : figure.ours / other);
}

/** The relation of a figure to a target. */
export function verdictOf(figure: Figure, target: Target): "ok" | "over" | "failed" | "unknown" {
  const measured = measuredFor(figure, target.of);
  if (measured === undefined) return "unknown";
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target;
  if (measured <= atMost && measured >= atLeast) return "ok";
  const isNear =
    measured <= atMost * (1 + toleranceShare) && measured >= atLeast * (1 - toleranceShare);
  return isNear ? "over" : "failed";
}

const head = ["x floor", "x naive", "target", "verdict", "what", "ours", "floor", "naive", "unit"];
const isText = (column: number) => column >= 2 && column <= 4;

/** The findings as a table, ratio columns first. */
export function tableOf({ figures, skipped = [] }: Findings): string {
  const rows = figures.flatMap((figure) =>
    (figure.targets ?? [undefined]).map((target, index) => rowOf(figure, target, index > 0)),
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, at) =>
        isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...skipped.map(({ what, why }) => `skipped: ${what}: ${why}`)].join("\n");
}

function rowOf(figure: Figure, target: Target | undefined, isContinued: boolean): string[] {
  const { what, unit, ours, floor, naive } = figure;
  const judged = target === undefined ? ["", ""] : [textOf(target), verdictOf(figure, target)];
  if (isContinued) return ["", "", ...judged, `  ${what}`, "", "", "", ""];
  const ratios = [measuredFor(figure, "floor"), measuredFor(figure, "naive")];
  return [...ratios.map(short), ...judged, what, ...[ours, floor, naive].map(short), unit];
}

function textOf({ of, atMost, atLeast }: Target): string {
  const bound = atMost === undefined ? `>= ${short(atLeast)}` : `<= ${short(atMost)}`;
  return of === "ours" ? bound : `${bound} x ${of}`;
}

/** These machines measure no more than three significant digits. */
function short(value: number | undefined): string {
  if (value === undefined) return "";
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
