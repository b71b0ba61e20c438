import { inWordsOf } from "../amocrm/vendor.ts";
import type { Vendor } from "../amocrm/vendor.ts";
import { table } from "../output.ts";
import type { Check, Finding, Judged } from "./check.ts";

const states = ["ok", "warning", "fault", "unknown", "not-applicable"] as const;

/** The number of checks in each state. */
export function countsOf(judged: readonly Judged[]): Readonly<Record<Finding["state"], number>> {
  const counts = { ok: 0, warning: 0, fault: 0, unknown: 0, "not-applicable": 0 };
  for (const { finding } of judged) counts[finding.state] += 1;
  return counts;
}

/** The judged checks with the name of the account's vendor in place of amoCRM's. */
export function inWordsFor(vendor: Vendor, judged: readonly Judged[]): readonly Judged[] {
  const say = (text: string) => inWordsOf(vendor, text);
  return judged.map(({ check: { id, group, title }, finding }) => {
    const texts = Object.entries(finding).map(([field, text]) => [field, say(text)]);
    const named = Object.fromEntries(texts) as Finding;
    return { check: { id, group: say(group), title: say(title) }, finding: named };
  });
}

/** A judged check in the form of `--json`. */
export function factsOf({ check: { id, group, title }, finding }: Judged) {
  return { id, group, title, ...finding };
}

/** The whole table, then the fixes: warnings first, faults last, where a reader sees them first. */
export function linesOf(judged: readonly Judged[]): string[] {
  const lines: string[] = [];
  for (const group of new Set(judged.map(({ check }) => check.group))) {
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

/** The names and titles of all checks. */
export function listOf(checks: readonly Pick<Check<never>, "id" | "title">[]): string[] {
  return table(checks.map(({ id, title }) => [id, title]));
}
