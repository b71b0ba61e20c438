import { shippedAssembly } from "../world/assembly.ts";
import { billOf, inlineStatusBillOf, termsOf, totalOf, watchBillOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { standingBillOf } from "./standing.ts";
import { countTraffic } from "./traffic.ts";
import type { Direction } from "./traffic.ts";

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };

/** Every bill of the bridge. */
export type CostReport = {
  readonly ways: readonly (Bill & { readonly direction: Direction; readonly traffic: string })[];
  /** The extra cost of a status report that amoCRM accepts at once, and of a postponed one. */
  readonly statuses: readonly Bill[];
  /** The extra cost of storing a customer's picture, once per chat and week. */
  readonly picture: Bill;
  readonly watch: Readonly<Record<Direction, Bill>>;
  readonly idleMonth: Bill;
};

const secretCount = 4;

/** Counts, and puts prices to the counts. */
export async function costReport(progress: (line: string) => void): Promise<CostReport> {
  const assembly = await shippedAssembly();
  const terms = {
    "to-amocrm": termsOf(assembly, "ToAmocrm"),
    "to-telegram": termsOf(assembly, "ToTelegram"),
  };
  const { ways, statuses, pictures, watched, idle } = await countTraffic(progress);
  const added = difference(
    billOf(statuses.postponed, terms["to-telegram"]),
    billOf(statuses.inline, terms["to-telegram"]),
  );
  const calls = inlineStatusBillOf(statuses.postponed, terms["to-telegram"]);
  const watch = (direction: Direction): Bill => ({
    title: `${direction}: the search for lost hooks over the next day, eight messages per chat`,
    lines: watchBillOf(watched[direction], idle, terms[direction]),
  });
  return {
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
      lines: standingBillOf(idle, terms["to-telegram"], secretCount),
    },
  };
}

function difference(bill: readonly BillLine[], without: readonly BillLine[]): BillLine[] {
  return bill.map(({ what, each, usd }, index) => ({
    what,
    each: each - (without[index]?.each ?? 0),
    usd: usd - (without[index]?.usd ?? 0),
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
