import { shippedAssembly } from "../world/assembly.ts";
import { billOf, inlineStatusBillOf, termsOf, totalOf, watchBillOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { standingBillOf } from "./standing.ts";
import { countTraffic } from "./traffic.ts";
import type { Direction } from "./traffic.ts";

/** A named bill; USD are for one message, or for a month where nothing else is said. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };

/** Every bill of the bridge. */
export type CostReport = {
  readonly ways: readonly (Bill & { readonly direction: Direction; readonly traffic: string })[];
  /** What a status report adds: one that amoCRM takes at once, and one that is postponed. */
  readonly statuses: readonly Bill[];
  /** What it adds to keep the picture of a customer who has one, once a chat and week. */
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
    title: `${direction}: the watch for lost hooks over the next day, eight messages a chat`,
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
        title: "a status report, taken at once",
        lines: inlineStatusBillOf(statuses.inline, terms["to-telegram"]),
      },
      { title: "a status report that becomes an event of its own", lines: [...added, ...calls] },
    ],
    picture: {
      title: "the picture of a customer who has one, once a chat and week",
      lines: difference(
        billOf(pictures.kept, terms["to-amocrm"]),
        billOf(pictures.none, terms["to-amocrm"]),
      ),
    },
    watch: { "to-amocrm": watch("to-amocrm"), "to-telegram": watch("to-telegram") },
    idleMonth: {
      title: "a month in which nobody writes",
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
    // Of what is the same on both sides of a difference next to nothing is left.
    .filter(({ usd }) => Math.abs(usd) > 1e-12)
    .map(
      ({ what, each, usd }) =>
        `  ${what.padEnd(34)}${short(each).padStart(12)}${money(usd * times)}`,
    );
  const total = `  ${"in all".padEnd(46)}${money(totalOf(lines) * times)}`;
  return [title, ...rows, total].join("\n");
}

function money(usd: number): string {
  return `$${usd.toFixed(2)}`.padStart(10);
}

function short(each: number): string {
  return String(Number(each.toPrecision(3)));
}
