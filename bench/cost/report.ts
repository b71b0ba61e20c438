import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { countShipped, messagesOfTalk } from "../counting/counts.ts";
import type { Counts } from "../counting/counts.ts";
import { figure } from "../figure.ts";
import type { Part } from "../figure.ts";
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
  const accepted = bill("statuses", "a status report, accepted at once");
  const later = "a status report, postponed";
  const ofLater = bill("messages", later, "a status report, accepted at once");
  const toAmocrm = bill("search", "the caretaker's day, to-amocrm", idle);
  const toTelegram = bill("search", "the caretaker's day, to-telegram", idle);
  const talk = "customers in a talk";
  const newCustomer = bill("messages", "new customers", talk);
  const returning = bill("messages", "customers after a day", talk);
  const picture = bill("messages", "chats with a picture", "chats without a picture");
  const additions: readonly Bill[] = [
    {
      title: "an operator's message: its status, accepted at once in the same invocation",
      lines: accepted,
    },
    {
      title: "its status, postponed, as a separate event",
      lines: [...ofLater, ...bill("statuses", later)],
    },
    { title: "a customer's message: the reconcile of the next day", lines: toAmocrm },
    { title: "an operator's message: the same", lines: toTelegram },
    { title: "a customer's picture, once a week", lines: picture },
    { title: "a new customer: contact, lead and profile", lines: newCustomer },
    {
      title: "a customer's first message after a day: the look at lead and profile",
      lines: returning,
    },
  ];
  /**
   * A month without messages, and one with those of the shop: half of them from customers, with statuses
   * and the search for lost hooks. The talks are like the quiet traffic: eight messages in a chat, once a day.
   */
  const monthOf = (title: string, has: Standing) => {
    const lines = linesOf("month", idle, has);
    const quiet = ways.filter(({ traffic }) => traffic === "quiet").flatMap((way) => way.lines);
    const messages = [...quiet, ...accepted, ...toAmocrm, ...toTelegram];
    const written = times(messages, (shopMessagesPerDay * 30) / 2);
    const begun = times(returning, (shopMessagesPerDay * 30) / messagesOfTalk);
    const shop = [...lines, ...written, ...begun, ...linesOf("writing", idle, has)];
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
    const million = ({ title, lines }: Bill) =>
      figure(title, "USD per million", totalOf(lines) * 1e6);
    const ofMonth = ({ title, lines }: Bill) => figure(title, "USD", totalOf(lines));
    // 5.20, the INIT that AWS bills since August 2025, and five cents for two rules that 0015 removed.
    const targets = ["<= 5.3"] as const;
    const judged = (bill: (typeof ways)[number]) => ({ ...million(bill), targets });
    const figures = [
      ...ways.map((bill) => (bill.traffic === "lonely" ? million(bill) : judged(bill))),
      ...additions.map(million),
      ofMonth(month),
      // Of it, 0.40 are for the key of deep links.
      { ...ofMonth(unwatched), targets: ["<= 4.4"] as const },
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
  const { ways, additions, month, unwatched } = await reportOf(shown);
  const judged = (all: typeof ways) => all.filter(({ traffic }) => traffic !== "lonely");
  const months = [month, unwatched];
  const tables: Cell[][][] = [
    [
      [`USD, ${shown}`, ...judged(ways).map(({ title }) => title)],
      ...pageRows(judged(ways), 1e6),
      ...reports.map((of, at) => bold(`total, ${regions[at]}`, judged(of.ways), 1e6)),
    ],
    [
      [`USD, ${shown}`, "all alarms", "no monitoring"],
      ...pageRows(months, 1).toSorted(([, one], [, other]) => Number(other) - Number(one)),
      bold("total", months, 1),
    ],
    [
      [`USD a month, ${shopMessagesPerDay} messages a day`, ...regions],
      ["all alarms", ...reports.map((of) => of.month.shopUsd)],
      ["all alarms, less the free tier", ...reports.map((of) => of.month.paidUsd)],
      ["no monitoring", ...reports.map((of) => of.unwatched.shopUsd)],
      ["no monitoring, less the free tier", ...reports.map((of) => of.unwatched.paidUsd)],
    ],
    [
      ["What", `USD, ${shown}`],
      ...additions.map(({ title, lines }) => [title, totalOf(lines) * 1e6]),
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
