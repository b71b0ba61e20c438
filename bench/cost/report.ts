import { shippedAssembly } from "../world/assembly.ts";
import type { Resources } from "../world/assembly.ts";
import { shippedOf } from "../counting/count.ts";
import { billOf, inlineStatusBillOf, termsOf, totalOf, watchBillOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { keptCounts } from "./counts.ts";
import type { KeptCounts } from "./counts.ts";
import type { Prices } from "./prices.ts";
import { standingBillOf } from "./standing.ts";
import type { Terms } from "./time.ts";
import { countTraffic } from "./traffic.ts";
import type { Counts, Direction } from "./traffic.ts";
import { unwatched, watchedOf } from "./watched.ts";
import type { Watched } from "./watched.ts";

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };

/** Every bill of a bridge, at the prices of its region. */
export type CostReport = {
  readonly terms: Readonly<Record<Direction, Terms>>;
  readonly watched: Watched;
  readonly ways: readonly (Bill & { readonly direction: Direction; readonly traffic: string })[];
  /** The extra cost of a status report that amoCRM accepts at once, and of a postponed one. */
  readonly statuses: readonly [Bill, Bill];
  /** The extra cost of storing a customer's picture, once per chat and week. */
  readonly picture: Bill;
  readonly watch: Readonly<Record<Direction, Bill>>;
  readonly idleMonth: Bill;
  /** The same with only the alarms that roll a deployment back. */
  readonly unwatchedMonth: Bill;
};

/** The counts of the shipped bundles: an earlier run's, if nothing has changed since. */
export async function countShipped(progress: (line: string) => void): Promise<KeptCounts> {
  const shipped = shippedOf(await shippedAssembly());
  return keptCounts(shipped, () => countTraffic(progress));
}

/** Puts a region's prices to the counts. `resources` is the template of the bridge that is billed. */
export async function costReport(
  { ways, statuses, pictures, watched: watches, idle }: Counts,
  prices: Prices,
  resources: Resources,
): Promise<CostReport> {
  const assembly = await shippedAssembly();
  const terms = {
    "to-amocrm": termsOf(assembly, "ToAmocrm", prices),
    "to-telegram": termsOf(assembly, "ToTelegram", prices),
  };
  const watched = watchedOf(resources);
  const added = difference(
    billOf(statuses.postponed, terms["to-telegram"]),
    billOf(statuses.inline, terms["to-telegram"]),
  );
  const calls = inlineStatusBillOf(statuses.postponed, terms["to-telegram"]);
  const watch = (direction: Direction): Bill => ({
    title: `${direction}: the search for lost hooks over the next day, eight messages per chat`,
    lines: watchBillOf(watches[direction], idle, terms[direction]),
  });
  return {
    terms,
    watched,
    ways: ways.map(({ direction, name, counted }) => ({
      direction,
      traffic: name,
      title: `${direction}, ${name}`,
      lines: billOf(counted, terms[direction]),
    })),
    statuses: [
      {
        title: "a status report, accepted at once",
        lines: inlineStatusBillOf(statuses.inline, terms["to-telegram"]),
      },
      { title: "a status report that becomes a separate event", lines: [...added, ...calls] },
    ],
    picture: {
      title: "a customer's picture, once per chat and week",
      lines: difference(
        billOf(pictures.kept, terms["to-amocrm"]),
        billOf(pictures.none, terms["to-amocrm"]),
      ),
    },
    watch: { "to-amocrm": watch("to-amocrm"), "to-telegram": watch("to-telegram") },
    idleMonth: {
      title: "a month without messages",
      lines: standingBillOf(idle, terms["to-telegram"], watched),
    },
    unwatchedMonth: {
      title: "a month without messages and without monitoring",
      lines: standingBillOf(idle, terms["to-telegram"], unwatched(watched)),
    },
  };
}

function difference(bill: readonly BillLine[], without: readonly BillLine[]): BillLine[] {
  return bill.map((of, index) => ({
    ...of,
    each: of.each - (without[index]?.each ?? 0),
    usd: of.usd - (without[index]?.usd ?? 0),
  }));
}

/** A bill as text, for so many messages or months. */
export function textOf({ title, lines }: Bill, times: number): string {
  const rows = lines
    // Equal parts of a difference cancel out almost completely.
    .filter(({ usd }) => Math.abs(usd) > 1e-12)
    .map(
      ({ what, each, usd }) =>
        `  ${what.padEnd(34)}${short(each).padStart(12)}${money(usd * times)}`,
    );
  const total = `  ${"total".padEnd(46)}${money(totalOf(lines) * times)}`;
  return [title, ...rows, total].join("\n");
}

function money(usd: number): string {
  return `$${usd.toFixed(2)}`.padStart(10);
}

function short(each: number): string {
  return String(Number(each.toPrecision(3)));
}
