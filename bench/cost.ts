import type { Figure, Part } from "./figure.ts";
import { totalOf } from "./cost/bill.ts";
import { pricesOf } from "./cost/prices.ts";
import { costReport, countShipped } from "./cost/report.ts";
import { shippedAssembly } from "./world/assembly.ts";

/** 5.20 for what the code does, and the INIT that AWS bills since August 2025. */
const mostUsd = 5.25;

/** USD for a million messages one way, from counted requests, the template and the dated prices of us-east-1. */
export const cost: Part = {
  name: "cost",
  about: "USD for a million messages one way, from counted requests",
  async measure(progress) {
    const { counts } = await countShipped(progress);
    const { resources } = await shippedAssembly();
    const { ways, statuses, picture, watch, idleMonth, unwatchedMonth } = await costReport(
      counts,
      pricesOf("us-east-1").prices,
      resources,
    );
    const perMillion = (what: string, usd: number): Figure => ({
      what,
      unit: "USD per million",
      ours: usd * 1e6,
    });
    return {
      figures: [
        ...ways.map(({ direction, traffic, lines }): Figure => {
          const figure = perMillion(`${direction}, ${traffic}`, totalOf(lines));
          const isJudged = traffic !== "lonely";
          const targets = [{ of: "ours", atMost: mostUsd } as const];
          return isJudged ? { ...figure, targets } : figure;
        }),
        ...statuses.map(({ title, lines }) => perMillion(title, totalOf(lines))),
        perMillion(picture.title, totalOf(picture.lines)),
        perMillion("to-amocrm: search for lost hooks, more", totalOf(watch["to-amocrm"].lines)),
        perMillion("to-telegram: search for lost hooks, more", totalOf(watch["to-telegram"].lines)),
        { what: "a month without messages", unit: "USD", ours: totalOf(idleMonth.lines) },
        {
          what: "the same without monitoring",
          unit: "USD",
          ours: totalOf(unwatchedMonth.lines),
          targets: [{ of: "ours", atMost: 4 }],
        },
      ],
    };
  },
};
