import type { Counts, Traffic } from "../counting/traffic.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Resources } from "../world/assembly.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import {
  billOf,
  inlineStatusBillOf,
  linesAt,
  termsOf,
  times,
  totalOf,
  watchBillOf,
} from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { freePerMonth } from "./prices.ts";
import type { Prices } from "./prices.ts";
import { standingBillOf, unwatched, watchedOf } from "./standing.ts";

/** The traffic of the example of docs/costs-and-limits.md. */
export const shopMessagesPerDay = 500;
const daysPerMonth = 30;

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };

/** Every bill of a bridge, at the prices of its region. */
export type CostReport = Awaited<ReturnType<typeof costReport>>;

/** Puts a region's prices to the counts. `resources` is the template of the bridge that is billed. */
export async function costReport(counts: Counts, prices: Prices, resources: Resources) {
  const assembly = await shippedAssembly();
  const terms = {
    "to-amocrm": termsOf(assembly, "ToAmocrm", prices),
    "to-telegram": termsOf(assembly, "ToTelegram", prices),
  };
  const back = terms["to-telegram"];
  const directions = ["to-amocrm", "to-telegram"] as const;
  const bill = (run: keyof Counts, direction: Direction = "to-telegram") =>
    billOf(counts[run], terms[direction]);
  const idle = counts["the caretaker's day without messages"];
  const watch = (direction: Direction): Bill => ({
    title: `${direction}: the search for lost hooks over the next day, eight messages per chat`,
    lines: watchBillOf(counts[`the caretaker's day, ${direction}`], idle, terms[direction]),
  });
  const ways = directions.flatMap((direction) =>
    (["quiet", "busy", "lonely"] as const).map((traffic: Traffic) => {
      const title = `${direction}, ${traffic}` as const;
      return { title, direction, traffic, lines: bill(title, direction) };
    }),
  );
  const accepted: Bill = {
    title: "a status report, accepted at once",
    lines: inlineStatusBillOf(counts["a status report, accepted at once"], back),
  };
  const postponed: Bill = {
    title: "a status report that becomes a separate event",
    lines: [
      ...difference(bill("a status report, postponed"), bill("a status report, accepted at once")),
      ...inlineStatusBillOf(counts["a status report, postponed"], back),
    ],
  };
  const watches = { "to-amocrm": watch("to-amocrm"), "to-telegram": watch("to-telegram") };

  /**
   * A month without messages, and one with those of the shop: half of them from customers, with statuses
   * and the search for lost hooks. The talks are like the quiet traffic: eight messages in a chat.
   */
  const monthOf = (title: string, watched: ReturnType<typeof watchedOf>) => {
    const eachWay = (shopMessagesPerDay * daysPerMonth) / 2;
    const quiet = ways.filter(({ traffic }) => traffic === "quiet");
    const lines = standingBillOf(idle, back, watched);
    const messages = [...quiet, ...Object.values(watches), accepted].flatMap((each) => each.lines);
    const metrics = linesAt(prices)("metrics of messages", watched.messageMetrics, "metrics");
    const withShop = [...lines, ...times(messages, eachWay), metrics];
    const shopUsd = totalOf(withShop);
    return { title, lines, shopUsd, shopUsdBeyondFree: shopUsd - freeOf(withShop) };
  };
  const watched = watchedOf(resources);
  return {
    ways,
    /** The extra cost of a status report that amoCRM accepts at once, and of a postponed one. */
    statuses: [accepted, postponed] as const,
    /** The extra cost of storing a customer's picture, once per chat and week. */
    picture: {
      title: "a customer's picture, once per chat and week",
      lines: difference(
        bill("chats with a picture", "to-amocrm"),
        bill("chats without a picture", "to-amocrm"),
      ),
    },
    watch: watches,
    month: monthOf("a month without messages", watched),
    /** The same with only the alarms that roll a deployment back. */
    unwatchedMonth: monthOf("a month without messages and without monitoring", unwatched(watched)),
  };
}

function difference(bill: readonly BillLine[], without: readonly BillLine[]): BillLine[] {
  return bill.map((of, index) => ({
    ...of,
    each: of.each - (without[index]?.each ?? 0),
    usd: of.usd - (without[index]?.usd ?? 0),
  }));
}

/** The USD of a month's bill that an account does not pay if it has nothing else in AWS. */
export function freeOf(month: readonly BillLine[]): number {
  return Object.entries(freePerMonth).reduce((saved, [kind, amount]) => {
    const lines = month.filter(({ free }) => free === kind);
    const used = lines.reduce((sum, { each }) => sum + each, 0);
    return used === 0 ? saved : saved + totalOf(lines) * Math.min(1, amount / used);
  }, 0);
}
