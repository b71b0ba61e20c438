import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { countShipped, messagesOfTalk } from "../counting/counts.ts";
import type { Counts } from "../counting/counts.ts";
import { figure } from "../figure.ts";
import type { Findings, Progress } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Resources } from "../world/assembly.ts";
import { directions } from "../world/names.ts";
import { billOf, freeOf, times, totalOf } from "./bill.ts";
import type { BillLine, Kind } from "./bill.ts";
import { pricesOf, regions } from "./prices.ts";
import { bridgeTemplates, standingOf, termsOf, withoutMonitoring } from "./stack.ts";
import type { Standing } from "./stack.ts";

/** The traffic of the example of docs/costs-and-limits.md. */
export const shopMessagesPerDay = 500;

const idle = "the caretaker's day without messages";

/** A named bill. USD per message, or per month where the title says so. */
export type Bill = { readonly title: string; readonly lines: readonly BillLine[] };
type Cell = string | number;

/** Puts a region's prices to the counts. `resources` is the template of the bridge that is billed. */
export async function costReport(counts: Counts, region: string, resources: Resources) {
  const terms = termsOf(await shippedAssembly(), pricesOf(region).prices);
  const standing = standingOf(resources);
  const linesOf = (of: Kind, run: keyof Counts, has = standing) =>
    billOf(of, counts[run], { ...terms, ...has });
  /** The lines for one message, less those of another run for as many runs of the caretaker. */
  const bill = (of: Kind, run: keyof Counts, less?: keyof Counts) => {
    const { messages, caretaker } = counts[run];
    const lines = times(linesOf(of, run), 1 / messages);
    if (less === undefined) return lines;
    const share = less === idle ? caretaker.runs / counts[idle].caretaker.runs : 1;
    return [...lines, ...times(linesOf(of, less), -share / messages)];
  };
  const ways = directions.flatMap((direction) =>
    (["quiet", "busy", "lonely"] as const).map((traffic) => {
      const title = `${direction}, ${traffic}` as const;
      return { title, traffic, lines: bill("messages", title) };
    }),
  );
  const [soon, later] = [
    "a status report, accepted at once",
    "a status report, postponed",
  ] as const;
  const accepted = bill("statuses", soon);
  const toAmocrm = bill("search", "the caretaker's day, to-amocrm", idle);
  const toTelegram = bill("search", "the caretaker's day, to-telegram", idle);
  const [talk, plain] = ["customers in a talk", "chats without a picture"] as const;
  const returning = bill("messages", "customers after a day", talk);
  const additions: Readonly<Record<string, readonly BillLine[]>> = {
    "an operator's message: its status, accepted at once in the same invocation": accepted,
    "its status, postponed, as a separate event": [
      ...bill("messages", later, soon),
      ...bill("statuses", later),
    ],
    "a customer's message: the reconcile of the next day": toAmocrm,
    "an operator's message: the same": toTelegram,
    "a customer's picture, once a week": bill("messages", "chats with a picture", plain),
    "a new customer: contact, lead and profile": bill("messages", "new customers", talk),
    "a customer's first message after a day: the look at lead and profile": returning,
  };
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
  return {
    ways,
    additions: Object.entries(additions).map(([title, lines]): Bill => ({ title, lines })),
    month: monthOf("a month without messages", standing),
    unwatched: monthOf("the same without monitoring", withoutMonitoring(standing)),
  };
}

/** USD for a million messages one way, from counted requests, the template and the dated prices of us-east-1. */
export async function cost(progress: Progress): Promise<Findings> {
  const { value: counts } = await countShipped(progress);
  const { resources } = await shippedAssembly();
  const { ways, additions, month, unwatched } = await costReport(counts, "us-east-1", resources);
  const million = ({ title, lines }: Bill) =>
    [title, "USD per million", totalOf(lines) * 1e6] as const;
  const figures = [
    ...ways.map((bill) =>
      // 5.20, the INIT that AWS bills since August 2025, and five cents for two rules that 0015 removed.
      bill.traffic === "lonely" ? figure(...million(bill)) : figure(...million(bill), "<= 5.3"),
    ),
    ...additions.map((bill) => figure(...million(bill))),
    figure(month.title, "USD", totalOf(month.lines)),
    // Of it, 0.40 are for the key of deep links.
    figure(unwatched.title, "USD", totalOf(unwatched.lines), "<= 4.4"),
  ];
  return { figures };
}

/**
 * What a bridge costs at the prices of a region, with the sums at those of all regions: so many messages one
 * way, a month without messages, a month of the shop, and what comes in addition to a message. `watched` says
 * what monitoring the bridge has.
 */
export async function costTables(
  counts: Counts,
  resources: Resources,
  shown: string,
  messages: number,
  watched: string,
) {
  const reports = await Promise.all(regions.map((region) => costReport(counts, region, resources)));
  const { ways, additions, month, unwatched } = await costReport(counts, shown, resources);
  const judged = (all: typeof ways) => all.filter(({ traffic }) => traffic !== "lonely");
  const usd = `USD, ${shown}`;
  return [
    [
      [usd, ...judged(ways).map(({ title }) => title)],
      ...rowsOf(judged(ways), messages),
      ...reports.map((of, at) => sumsOf(`total, ${regions[at]}`, judged(of.ways), messages)),
    ],
    [
      [usd, watched, "no monitoring"],
      ...rowsOf([month, unwatched], 1).toSorted(
        ([, one], [, other]) => Number(other) - Number(one),
      ),
      sumsOf("total", [month, unwatched], 1),
    ],
    [
      [`USD a month, ${shopMessagesPerDay} messages a day`, ...regions],
      [watched, ...reports.map((of) => of.month.shopUsd)],
      [`${watched}, less the free tier`, ...reports.map((of) => of.month.paidUsd)],
      ["no monitoring", ...reports.map((of) => of.unwatched.shopUsd)],
      ["no monitoring, less the free tier", ...reports.map((of) => of.unwatched.paidUsd)],
    ],
    [["What", usd], ...additions.map((bill) => sumsOf(bill.title, [bill], messages))],
  ].map((rows: Cell[][]) =>
    rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell))),
  );
}

/** The sums of the bills' lines by their titles. Rows that cost nothing are left out. */
export function rowsOf(bills: readonly Bill[], factor: number): Cell[][] {
  const titles = new Set(bills.flatMap(({ lines }) => lines.map(({ title }) => title)));
  const rows = [...titles].map((title) => {
    const parts = bills.map((bill) => bill.lines.filter((line) => line.title === title));
    return sumsOf(
      title,
      parts.map((lines) => ({ title, lines })),
      factor,
    );
  });
  return rows.filter(([, ...usd]) => usd.some((each) => Math.abs(Number(each)) > 1e-9));
}

function sumsOf(title: string, bills: readonly Bill[], factor: number): Cell[] {
  return [title, ...bills.map(({ lines }) => totalOf(lines) * factor)];
}

/** The tables of docs/costs-and-limits.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(counts: Counts): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages);
  const tables = await costTables(counts, resources, "eu-central-1", 1e6, "all alarms");
  const bold = (row: string[]) =>
    row[0]?.startsWith("total") === true ? row.map((cell) => `**${cell}**`) : row;
  return tables.map((rows) => rows.map((row) => `| ${bold(row).join(" | ")} |`).join("\n"));
}
