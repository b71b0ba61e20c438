const unitSeconds = { day: 86_400, hour: 3600, minute: 60, second: 1 } as const;

/** A time span for a person, in the largest unit that it fills twice: "90 seconds", "3 days". */
export function durationOf(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const units = Object.entries(unitSeconds);
  const [unit, length] = units.find(([, each]) => seconds >= 2 * each) ?? ["second", 1];
  const format = new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round(seconds / length));
}

/** The time since a moment, for a person: "3 minutes ago". */
export function agoOf(millis: number, nowMillis: number): string {
  return `${durationOf(nowMillis - millis)} ago`;
}

/** A moment in ISO 8601, as `--json` prints it. */
export function timeOf(millis: number | undefined): string | null {
  return millis === undefined ? null : new Date(millis).toISOString();
}
