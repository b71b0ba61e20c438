import type { Figure, Part, Target } from "../figure.ts";
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
    const figure = ({ title, lines }: Bill, months?: number): Figure => ({
      what: title,
      unit: months === undefined ? "USD per million" : "USD",
      ours: totalOf(lines) * (months ?? 1e6),
    });
    // 5.20, the INIT that AWS bills since August 2025, and five cents for two rules that 0015 removed.
    const million: Target = "<= 5.3";
    return {
      figures: [
        ...ways.map((bill) => ({
          ...figure(bill),
          ...(bill.traffic === "lonely" ? {} : { targets: [million] }),
        })),
        ...[accepted, postponed, picture, ...searches].map((bill) => figure(bill)),
        figure(month, 1),
        // Four secrets, and 0.40 for the key of deep links.
        { ...figure(unwatched, 1), targets: ["<= 4.4"] },
      ],
    };
  },
};
