import { line, times, totalOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { freePerMonth } from "./prices.ts";
import type { FreeKind } from "./prices.ts";
import type { CostReport } from "./report.ts";

const daysPerMonth = 30;

/**
 * The bill of a month with so many messages a day, half of them from customers, with statuses and with
 * the search for lost hooks. The talks are like those of the quiet traffic: eight messages in a chat.
 */
export function monthWithMessages(report: CostReport, messagesPerDay: number): BillLine[] {
  const eachWay = (messagesPerDay * daysPerMonth) / 2;
  const quiet = report.ways.filter(({ traffic }) => traffic === "quiet");
  const [acceptedAtOnce] = report.statuses;
  const { watched, terms } = report;
  return [
    ...report.idleMonth.lines,
    ...[...quiet, ...Object.values(report.watch), acceptedAtOnce].flatMap(({ lines }) =>
      times(lines, eachWay),
    ),
    line(
      "metrics of messages",
      watched.messageMetrics,
      terms["to-telegram"].prices.metricPerMonth,
      "metrics",
    ),
  ];
}

/** The USD of a month's bill that an account does not pay if it has nothing else in AWS. */
export function freeOf(month: readonly BillLine[]): number {
  return Object.entries(freePerMonth).reduce((saved, [kind, amount]) => {
    const lines = month.filter(({ free }) => free === (kind as FreeKind));
    const used = lines.reduce((sum, { each }) => sum + each, 0);
    return used === 0 ? saved : saved + totalOf(lines) * Math.min(1, amount / used);
  }, 0);
}
