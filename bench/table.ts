import { measuredFor, verdictOf } from "./figure.ts";
import type { Figure, Findings, Target } from "./figure.ts";

/** The findings as a table, ratio columns first. */
export function tableOf({ figures, skipped = [] }: Findings): string {
  const rows = figures.flatMap((figure) =>
    (figure.targets ?? [undefined]).map((target, index) => rowOf(figure, target, index > 0)),
  );
  const head = [
    "x floor",
    "x naive",
    "target",
    "verdict",
    "what",
    "ours",
    "floor",
    "naive",
    "unit",
  ];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isText = (column: number) => column >= 2 && column <= 4;
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...skipped.map(({ what, why }) => `skipped: ${what}: ${why}`)].join("\n");
}

function rowOf(figure: Figure, target: Target | undefined, isContinued: boolean): string[] {
  const { what, unit, ours, floor, naive } = figure;
  const xFloor = measuredFor(figure, { of: "floor" });
  const xNaive = measuredFor(figure, { of: "naive" });
  const verdict = target === undefined ? "" : verdictOf(figure, target);
  const judged = [target === undefined ? "" : targetText(target), verdict];
  if (isContinued) return ["", "", ...judged, `  ${what}`, "", "", "", ""];
  return [
    ...[xFloor, xNaive].map(short),
    ...judged,
    what,
    ...[ours, floor, naive].map(short),
    unit,
  ];
}

function targetText({ of, atMost, atLeast }: Target): string {
  const bound = atMost === undefined ? `>= ${short(atLeast)}` : `<= ${short(atMost)}`;
  return of === "ours" ? bound : `${bound} x ${of}`;
}

/** The figures from these machines have only three significant digits. */
function short(value: number | undefined): string {
  if (value === undefined) return "";
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
