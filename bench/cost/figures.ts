import type { Figure, Part, Target } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import { totalOf } from "./bill.ts";
import { countShipped } from "./kept.ts";
import { pricesOf } from "./prices.ts";
import { costReport } from "./report.ts";
import type { Bill } from "./report.ts";

/** 5.25 for what the code does, and the INIT that AWS bills since August 2025. */
const mostPerMillion: Target = "<= 5.3";

/** USD for a million messages one way, from counted requests, the template and the dated prices of us-east-1. */
export const cost: Part = {
  about: "USD for a million messages one way, from counted requests",
  async measure(progress) {
    const { value: counts } = await countShipped(progress);
    const { resources } = await shippedAssembly();
    const report = await costReport(counts, pricesOf("us-east-1").prices, resources);
    const million = ({ title, lines }: Bill): Figure => {
      return { what: title, unit: "USD per million", ours: totalOf(lines) * 1e6 };
    };
    const month = (what: string, { lines }: Bill): Figure => {
      return { what, unit: "USD", ours: totalOf(lines) };
    };
    return {
      figures: [
        ...report.ways.map((bill): Figure => {
          const isJudged = bill.traffic !== "lonely";
          return isJudged ? { ...million(bill), targets: [mostPerMillion] } : million(bill);
        }),
        ...[...report.statuses, report.picture].map(million),
        ...Object.entries(report.watch).map(([direction, { lines }]) =>
          million({ title: `${direction}: search for lost hooks, more`, lines }),
        ),
        month("a month without messages", report.month),
        {
          ...month("the same without monitoring", report.unwatchedMonth),
          targets: ["<= 4"],
        },
      ],
    };
  },
};
