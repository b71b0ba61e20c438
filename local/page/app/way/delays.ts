import type { Model } from "../model.ts";

/** One delivery: when it ended, and the seconds since its webhook accepted it. */
export type Delay = {
  readonly direction: "to-amocrm" | "to-telegram";
  readonly atMillis: number;
  readonly seconds: number;
};

/** The last deliveries in the order of time. The bridge's own requests have no such delay. */
export function delaysOf({ hopsOf }: Model, most: number): readonly Delay[] {
  const delays: Delay[] = [];
  for (const hops of hopsOf.values()) {
    const sent = hops.find((hop) => hop.kind === "fact" && hop.fact === "DeliverySent");
    if (sent?.kind !== "fact") continue;
    const { direction, latencyMillis, late } = sent.fields;
    const [first] = hops;
    const sinceFirst = late === undefined ? undefined : sent.atMillis - (first?.atMillis ?? 0);
    const millis = typeof latencyMillis === "number" ? latencyMillis : sinceFirst;
    if (millis === undefined) continue;
    if (direction !== "to-amocrm" && direction !== "to-telegram") continue;
    delays.push({ direction, atMillis: sent.atMillis, seconds: millis / 1000 });
  }
  return delays.toSorted((a, b) => a.atMillis - b.atMillis).slice(-most);
}

/** The chart's columns: one time axis, and for each time the seconds of one of the directions. */
export function columnsOf(
  delays: readonly Delay[],
): [number[], (number | null)[], (number | null)[]] {
  const secondsOf = (direction: Delay["direction"]) =>
    delays.map((delay) => (delay.direction === direction ? delay.seconds : null));
  const times = delays.map(({ atMillis }) => atMillis / 1000);
  return [times, secondsOf("to-amocrm"), secondsOf("to-telegram")];
}

/** The chart in numbers. Undefined without deliveries. */
export function summaryOf(
  delays: readonly Delay[],
): { readonly count: number; readonly half: number; readonly most: number } | undefined {
  const sorted = delays.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [half, most] = [at(0.5), sorted.at(-1)];
  return half === undefined || most === undefined
    ? undefined
    : { count: sorted.length, half, most };
}
