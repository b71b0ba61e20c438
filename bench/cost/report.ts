import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { countShipped } from "../counting/counts.ts";
import type { Counts } from "../counting/counts.ts";
import type { Figure, Part, Target } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Resources } from "../world/assembly.ts";
import { directions } from "../world/names.ts";
import { billOf, factsOf, freeOf, rows, times, totalOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { pricesOf, regions } from "./prices.ts";
import type { Prices } from "./prices.ts";
import { bridgeTemplates, standingOf, termsOf, withoutMonitoring } from "./stack.ts";
import type { Standing } from "./stack.ts";

/** The traffic of the example of docs/costs-and-limits.md. */
export const shopMessagesPerDay = 500;

const idle = "the caretaker's day without messages";

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };
type Cell = string | number;

/** Puts a region's prices to the counts. `resources` is the template of the bridge that is billed. */
export async function costReport(counts: Counts, prices: Prices, resources: Resources) {
  const terms = termsOf(await shippedAssembly(), prices);
  const standing = standingOf(resources);
  const linesOf = (of: keyof typeof rows, run: keyof Counts, has = standing) =>
    billOf(rows[of], factsOf(counts[run], { ...terms, ...has }));
  /** The lines for one message, less those of another run for as many runs of the caretaker. */
  const bill = (of: keyof typeof rows, run: keyof Counts, less?: keyof Counts) => {
    const without = less === undefined ? [] : linesOf(of, less);
    const share = less === idle ? counts[run].caretaker.runs / counts[idle].caretaker.runs : 1;
    return times(linesOf(of, run), 1 / counts[run].messages, times(without, share));
  };
  const ways = directions.flatMap((direction) =>
    (["quiet", "busy", "lonely"] as const).map((traffic) => {
      const title = `${direction}, ${traffic}` as const;
      return { title, traffic, lines: bill("messages", title) };
    }),
  );
  const atOnce = "a status report, accepted at once";
  const later = "a status report, postponed";
  const search = (direction: Direction): Bill => ({
    title: `${direction}: the search for lost hooks over the next day, eight messages per chat`,
    lines: bill("search", `the caretaker's day, ${direction}`, idle),
  });
  const additions = {
    accepted: { title: atOnce, lines: bill("statuses", atOnce) },
    postponed: {
      title: "a status report that becomes a separate event",
      lines: [...bill("messages", later, atOnce), ...bill("statuses", later)],
    },
    picture: {
      title: "a customer's picture, once per chat and week",
      lines: bill("messages", "chats with a picture", "chats without a picture"),
    },
    searchToAmocrm: search("to-amocrm"),
    searchToTelegram: search("to-telegram"),
  };
  /**
   * A month without messages, and one with those of the shop: half of them from customers, with statuses
   * and the search for lost hooks. The talks are like the quiet traffic: eight messages in a chat.
   */
  const monthOf = (title: string, has: Standing) => {
    const lines = linesOf("month", idle, has);
    const quiet = ways.filter(({ traffic }) => traffic === "quiet");
    const { accepted, searchToAmocrm, searchToTelegram } = additions;
    const each = [...quiet, accepted, searchToAmocrm, searchToTelegram];
    const messages = each.flatMap((bill) => bill.lines);
    const written = times(messages, (shopMessagesPerDay * 30) / 2);
    const shop = [...lines, ...written, ...linesOf("writing", idle, has)];
    return { title, lines, shopUsd: totalOf(shop), paidUsd: totalOf(shop) - freeOf(shop) };
  };
  const month = monthOf("a month without messages", standing);
  const unwatched = monthOf("the same without monitoring", withoutMonitoring(standing));
  return { ways, additions, month, unwatched };
}

/** USD for a million messages one way, from counted requests, the template and the dated prices of us-east-1. */
export const cost: Part = {
  about: "USD for a million messages one way, from counted requests",
  async measure(progress) {
    const { value: counts } = await countShipped(progress);
    const { resources } = await shippedAssembly();
    const report = await costReport(counts, pricesOf("us-east-1").prices, resources);
    const { ways, additions, month, unwatched } = report;
    const figure = ({ title, lines }: Bill, isMonth = false): Figure => ({
      what: title,
      unit: isMonth ? "USD" : "USD per million",
      ours: totalOf(lines) * (isMonth ? 1 : 1e6),
    });
    // 5.20, the INIT that AWS bills since August 2025, and five cents for two rules that 0015 removed.
    const million: Target = "<= 5.3";
    const figures = [
      ...ways.map((bill) => ({
        ...figure(bill),
        targets: bill.traffic === "lonely" ? undefined : [million],
      })),
      ...Object.values(additions).map((bill) => figure(bill)),
      figure(month, true),
      { ...figure(unwatched, true), targets: ["<= 4"] as const },
    ];
    return { figures };
  },
};

/** The tables of docs/costs-and-limits.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(counts: Counts): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages);
  const reportOf = (region: string) => costReport(counts, pricesOf(region).prices, resources);
  const reports = await Promise.all(regions.map(reportOf));
  const shown = "eu-central-1";
  const report = await reportOf(shown);
  const judged = ({ ways }: typeof report) => ways.filter(({ traffic }) => traffic !== "lonely");
  const months = [report.month, report.unwatched];
  const { accepted, postponed, picture, searchToAmocrm, searchToTelegram } = report.additions;
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
        "a customer's message: the reconcile of the next day": searchToAmocrm,
        "an operator's message: the same": searchToTelegram,
        "a customer's picture, once a week": picture,
      }).map(([what, { lines }]) => [what, totalOf(lines) * 1e6]),
    ],
  ];
  const text = (cell: Cell) => (typeof cell === "number" ? cell.toFixed(2) : cell);
  return tables.map((rows) => rows.map((row) => `| ${row.map(text).join(" | ")} |`).join("\n"));
}

/** The sums of the bills' lines by their row on the page. Rows that cost nothing are left out. */
export function pageRows(bills: readonly Bill[], factor: number): Cell[][] {
  const titles = new Set(bills.flatMap(({ lines }) => lines.map(({ title }) => title)));
  const sums = [...titles].map((title) => {
    const parts = bills.map(({ lines }) => lines.filter((line) => line.title === title));
    return [title, ...parts.map((lines) => totalOf(lines) * factor)];
  });
  return sums.filter(([, ...usd]) => usd.some((each) => each !== 0));
}

function bold(title: string, bills: readonly Bill[], factor: number): Cell[] {
  const totals = bills.map(({ lines }) => (totalOf(lines) * factor).toFixed(2));
  return [title, ...totals].map((cell) => `**${cell}**`);
}
