const hourMillis = 3_600_000;
const dayMillis = 24 * hourMillis;
const form = "expected a day such as 2026-12-31, or a number of days such as 30d";

/**
 * The end of a link: the end of a day in UTC, or a number of days from now. A text when the value is
 * wrong: what was expected.
 */
export function readExpiry(value: string, nowMillis: number): number | string {
  const [, days] = /^([1-9][0-9]{0,4})d$/.exec(value) ?? [];
  if (days !== undefined) return nowMillis + Number(days) * dayMillis;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return form;
  const beginMillis = Date.parse(`${value}T00:00:00Z`);
  // A day that no month has, such as 30 February, becomes NaN or another day.
  if (Number.isNaN(beginMillis) || !new Date(beginMillis).toISOString().startsWith(value)) {
    return form;
  }
  const endMillis = beginMillis + dayMillis;
  return endMillis > nowMillis ? endMillis : "expected a day that is not over";
}
