import type { Figure, Part } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import { totalOf } from "./bill.ts";
import { countShipped } from "./kept.ts";
import { pricesOf } from "./prices.ts";
import { costReport } from "./report.ts";
import type { Bill } from "./report.ts";

/** USD for a million messages one way, from counted requests, the template and the dated prices of us-east-1. */
export const cost: Part = {
  about: "USD for a million messages one way, from counted requests",
  async measure(progress) {
    const { value: counts } = await countShipped(progress);
    const { resources } = await shippedAssembly();
    const report = await costReport(counts, pricesOf("us-east-1").prices, resources);
    const { ways, accepted, postponed, picture, searches, month, unwatched } = report;
    const figure = (unit: string, { title, lines }: Bill, atMost?: number): Figure => ({
      what: title,
      unit,
      ours: totalOf(lines) * (unit === "USD" ? 1 : 1e6),
      targets: atMost === undefined ? [] : [{ of: "ours", atMost }],
    });
    const million = (bill: Bill, atMost?: number) => figure("USD per million", bill, atMost);
    return {
      figures: [
        // 5.25 for what the code does, and the INIT that AWS bills since August 2025.
        ...ways.map((bill) => million(bill, bill.traffic === "lonely" ? undefined : 5.3)),
        ...[accepted, postponed, picture, ...searches].map((bill) => million(bill)),
        figure("USD", month),
        figure("USD", unwatched, 4),
      ],
    };
  },
};
