import type { Figure, Part } from "./figure.ts";
import { totalOf } from "./cost/bill.ts";
import { costReport } from "./cost/report.ts";

const mostUsd = 5.2;

/** USD for a million messages one way, from counted requests, the template and a dated price list. */
export const cost: Part = {
  name: "cost",
  about: "USD for a million messages one way, from counted requests",
  async measure(progress) {
    const { ways, statuses, picture, watch, idleMonth } = await costReport(progress);
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
      ],
    };
  },
};
