import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Counts } from "../counting/traffic.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Resources } from "../world/assembly.ts";
import { billOf, factsOf, freeOf, rows, times, totalOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { pricesOf, regions } from "./prices.ts";
import type { Prices } from "./prices.ts";
import { bridgeTemplates, standingOf, termsOf, withoutMonitoring } from "./stack.ts";
import type { Standing } from "./stack.ts";

/** The traffic of the example of docs/costs-and-limits.md. */
export const shopMessagesPerDay = 500;

const directions = ["to-amocrm", "to-telegram"] as const;
const idle = "the caretaker's day without messages";

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };

function named(title: string, lines: readonly BillLine[]): Bill {
  return { title, lines };
}

type Cell = string | number;
/** Every bill of a bridge, at the prices of its region. */
type CostReport = Awaited<ReturnType<typeof costReport>>;

/** Puts a region's prices to the counts. `resources` is the template of the bridge that is billed. */
export async function costReport(counts: Counts, prices: Prices, resources: Resources) {
  const terms = termsOf(await shippedAssembly(), prices);
  const standing = standingOf(resources);
  const facts = (run: keyof Counts, of = standing) => factsOf(counts[run], { ...terms, ...of });
  /** The lines for one message, less those of another run for as many runs of the caretaker. */
  const bill = (of: keyof typeof rows, run: keyof Counts, less?: keyof Counts) => {
    const without = less === undefined ? [] : billOf(rows[of], facts(less));
    const share = less === idle ? counts[run].caretaker.runs / counts[idle].caretaker.runs : 1;
    return times(billOf(rows[of], facts(run)), 1 / counts[run].messages, times(without, share));
  };
  const ways = directions.flatMap((direction) =>
    (["quiet", "busy", "lonely"] as const).map((traffic) => {
      const title = `${direction}, ${traffic}` as const;
      return { title, traffic, lines: bill("messages", title) };
    }),
  );
  const atOnce = "a status report, accepted at once";
  const later = "a status report, postponed";
  const accepted = named(atOnce, bill("statuses", atOnce));
  const postponed = named("a status report that becomes a separate event", [
    ...bill("messages", later, atOnce),
    ...bill("statuses", later),
  ]);
  const picture = named(
    "a customer's picture, once per chat and week",
    bill("messages", "chats with a picture", "chats without a picture"),
  );
  const search = (direction: Direction) =>
    named(
      `${direction}: the search for lost hooks over the next day, eight messages per chat`,
      bill("search", `the caretaker's day, ${direction}`, idle),
    );
  const searches = [search("to-amocrm"), search("to-telegram")] as const;
  /**
   * A month without messages, and one with those of the shop: half of them from customers, with statuses
   * and the search for lost hooks. The talks are like the quiet traffic: eight messages in a chat.
   */
  const monthOf = (title: string, of: Standing) => {
    const lines = billOf(rows.month, facts(idle, of));
    const quiet = ways.filter(({ traffic }) => traffic === "quiet");
    const messages = [...quiet, ...searches, accepted].flatMap((each) => each.lines);
    const written = times(messages, (shopMessagesPerDay * 30) / 2);
    const shop = [...lines, ...written, ...billOf(rows.writing, facts(idle, of))];
    return { title, lines, shopUsd: totalOf(shop), paidUsd: totalOf(shop) - freeOf(shop) };
  };
  const month = monthOf("a month without messages", standing);
  const unwatched = monthOf("the same without monitoring", withoutMonitoring(standing));
  return { ways, accepted, postponed, picture, searches, month, unwatched };
}

/** The tables of docs/costs-and-limits.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(counts: Counts): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages);
  const reportOf = (region: string) => costReport(counts, pricesOf(region).prices, resources);
  const reports = await Promise.all(regions.map(reportOf));
  const shown = "eu-central-1";
  const report = await reportOf(shown);
  const judged = ({ ways }: CostReport) => ways.filter(({ traffic }) => traffic !== "lonely");
  const months = [report.month, report.unwatched];
  const { accepted, postponed, picture, searches } = report;
  const tables: Cell[][][] = [
    [
      [`USD, ${shown}`, ...judged(report).map(({ title }) => title)],
      ...pageRows(judged(report), 1e6),
      ...reports.map((of, at) => bold(`total, ${regions[at]}`, judged(of), 1e6)),
    ],
    [
      [`USD, ${shown}`, "all alarms", "no monitoring"],
      ...pageRows(months, 1).toSorted(([, one], [, other]) => Number(other) - Number(one)),
      bold("total", months, 1),
    ],
    [
      [`USD a month, ${shopMessagesPerDay} messages a day`, ...regions],
      ["all alarms", ...reports.map(({ month }) => month.shopUsd)],
      ["all alarms, less the free tier", ...reports.map(({ month }) => month.paidUsd)],
      ["no monitoring", ...reports.map(({ unwatched }) => unwatched.shopUsd)],
      ["no monitoring, less the free tier", ...reports.map(({ unwatched }) => unwatched.paidUsd)],
    ],
    [
      ["What", `USD, ${shown}`],
      ...Object.entries({
        "an operator's message: its status, accepted at once in the same invocation": accepted,
        "its status, postponed, as a separate event": postponed,
        "a customer's message: the reconcile of the next day": searches[0],
        "an operator's message: the same": searches[1],
        "a customer's picture, once a week": picture,
      }).map(([what, { lines }]) => [what, totalOf(lines) * 1e6]),
    ],
  ];
  const text = (cell: Cell) => (typeof cell === "number" ? cell.toFixed(2) : cell);
  return tables.map((rows) => rows.map((row) => `| ${row.map(text).join(" | ")} |`).join("\n"));
}

/** The sums of the bills' lines by their row on the page. Rows that cost nothing are left out. */
export function pageRows(bills: readonly Bill[], factor: number): Cell[][] {
  const titles = new Set(bills.flatMap(({ lines }) => lines.map(({ page }) => page)));
  const sums = [...titles].map((title) => {
    const parts = bills.map(({ lines }) => lines.filter(({ page }) => page === title));
    return [title, ...parts.map((lines) => totalOf(lines) * factor)];
  });
  return sums.filter(([, ...usd]) => usd.some((each) => each !== 0));
}

function bold(title: string, bills: readonly Bill[], factor: number): Cell[] {
  const totals = bills.map(({ lines }) => (totalOf(lines) * factor).toFixed(2));
  return [title, ...totals].map((cell) => `**${cell}**`);
}
