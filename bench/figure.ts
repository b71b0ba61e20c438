import { table } from "../cli/output.ts";

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

/** A figure alone or with what it is compared with, and its targets. */
export function figure(
  what: string,
  unit: string,
  measured: number | Omit<Figure, "what" | "unit" | "targets">,
  ...targets: readonly Target[]
): Figure {
  const compared = typeof measured === "number" ? { ours: measured } : measured;
  return { what, unit, ...compared, ...(targets.length > 0 && { targets }) };
}

/** A limit of a ratio to the floor or to the naive implementation, or of the figure itself. */
export type Target = `${"<=" | ">="} ${number}${"" | " x floor" | " x naive"}`;

/** The figures of one part of the bench, and the parts it could not measure here. */
export type Findings = {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly { readonly what: string; readonly why: string }[];
};

/** Reports the progress of long work. */
export type Progress = (line: string) => void;

/** A figure beyond its target is "over". Beyond it by more than this share, the command fails. */
const toleranceShare = 0.05;

/** The ratios of a figure to the floor and to the naive implementation. NaN where it was not measured. */
function ratiosOf({ ours, floor, naive, xFloor, xNaive }: Figure) {
  return {
    floor: xFloor ?? ours / (floor ?? Number.NaN),
    naive: xNaive ?? ours / (naive ?? Number.NaN),
  };
}

/** The relation of a figure to a target. */
export function verdictOf(figure: Figure, target: Target): "ok" | "over" | "failed" | "unknown" {
  const [bound, limit, , of = "ours"] = target.split(" ");
  const measured = { ours: figure.ours, ...ratiosOf(figure) }[of] ?? Number.NaN;
  if (Number.isNaN(measured)) return "unknown";
  const beyond = (measured - Number(limit)) * (bound === "<=" ? 1 : -1);
  if (beyond <= 0) return "ok";
  return beyond <= Number(limit) * toleranceShare ? "over" : "failed";
}

const head = ["x floor", "x naive", "target", "verdict", "what", "ours", "floor", "naive", "unit"];

/** The findings as a table, with a row for each target of a figure, ratio columns first. */
export function tableOf({ figures, skipped = [] }: Findings): string {
  const rows = figures.flatMap((figure) => {
    const { what, unit, ours, floor, naive, targets = [undefined] } = figure;
    const ratios = Object.values(ratiosOf(figure)).map(short);
    return targets.map((target) => {
      const judged = target === undefined ? ["", ""] : [target, verdictOf(figure, target)];
      return [...ratios, ...judged, what, ...[ours, floor, naive].map(short), unit];
    });
  });
  const lines = skipped.map(({ what, why }) => `skipped: ${what}: ${why}`);
  return [...table([head, ...rows]), ...lines].join("\n");
}

/** These machines measure no more than three significant digits. */
function short(value = Number.NaN): string {
  if (Number.isNaN(value)) return "";
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function total<Of>(all: readonly Of[], of: (each: Of) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}

/** The smallest value that at least this share of all values does not exceed. Throws without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  if (value === undefined) throw new Error("no value was measured");
  return value;
}

/** The middle value. For an even number, the lower of the two. Throws without values. */
export const median = (values: readonly number[]) => percentile(values, 0.5);

/** Median of the quotients of two figures of the same rounds. */
export function ratio(ours: readonly number[], others: readonly number[]): number {
  return median(ours.map((value, round) => value / (others[round] ?? Number.NaN)));
}

/**
 * Every round takes each variant, every second round in reverse order, so a drift affects all equally. The
 * first round only prepares: what it takes is not in the result.
 */
export async function inRounds<Name extends string, Taken>(
  rounds: number,
  names: readonly Name[],
  take: (name: Name, round: number) => Promise<Taken>,
) {
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Taken[]
  >;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const each = await take(name, round);
      if (round > 0) taken[name].push(each);
    }
  }
  return taken;
}
