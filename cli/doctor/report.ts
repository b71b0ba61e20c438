import { table } from "../output.ts";
import { groups } from "./check.ts";
import type { Check, Finding } from "./check.ts";
import type { Facts } from "./facts/facts.ts";

/** A check beside what it came to. */
export type Judged = { readonly check: Check; readonly finding: Finding };

const states = ["ok", "warning", "fault", "unknown", "not-applicable"] as const;

/** Judges the facts by every check. */
export function judgeAll(checks: readonly Check[], facts: Facts): readonly Judged[] {
  return checks.map((check) => ({ check, finding: check.judge(facts) }));
}

/** How many checks came to each state. */
export function countsOf(judged: readonly Judged[]): Readonly<Record<Finding["state"], number>> {
  const count = (state: Finding["state"]) =>
    judged.filter(({ finding }) => finding.state === state).length;
  return Object.fromEntries(states.map((state) => [state, count(state)])) as Record<
    Finding["state"],
    number
  >;
}

/** A judged check as `--json` names it. */
export function factsOf({ check: { id, group, title }, finding }: Judged) {
  return { id, group, title, ...finding };
}

/** The whole table, then what to mend: warnings first, faults last, where the eye comes to rest. */
export function linesOf(judged: readonly Judged[]): string[] {
  const lines: string[] = [];
  for (const group of groups) {
    const own = judged.filter(({ check }) => check.group === group);
    const rows = own.map(({ check, finding }) => [
      `  ${finding.state === "not-applicable" ? "-" : finding.state}`,
      check.id,
      finding.says,
    ]);
    lines.push(group, ...table(rows), "");
  }
  for (const state of ["warning", "fault"] as const) {
    for (const { check, finding } of judged) {
      if (finding.state !== state) continue;
      lines.push(
        `${state} ${check.id}: ${finding.says}`,
        `  causes: ${finding.causes}`,
        `  fix:   ${finding.fix}`,
        "",
      );
    }
  }
  return [...lines, summaryOf(judged)];
}

function summaryOf(judged: readonly Judged[]): string {
  const counts = countsOf(judged);
  const said = states.filter((state) => counts[state] > 0);
  const word = (state: Finding["state"]) => {
    const isMany = counts[state] > 1 && (state === "warning" || state === "fault");
    return `${state.replace("-", " ")}${isMany ? "s" : ""}`;
  };
  return said.map((state) => `${counts[state]} ${word(state)}`).join(", ");
}

/** The checks by name, for those who want to know what is looked at. */
export function listOf(checks: readonly Check[]): string[] {
  return table(checks.map(({ id, title }) => [id, title]));
}
