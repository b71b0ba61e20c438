import type { Counted, Scenario } from "./counting/scenario.ts";
import { count } from "./counting/count.ts";
import { requestsOf } from "./counting/tally.ts";
import type { Figure, Part } from "./figure.ts";

/** Ids grow by a few digits. */
const mostGrowth = 1.02;
/** A tenth of the throughput of one table partition. */
const mostOnOneKeyPerSecond = 100;

const small = { chats: 10, writing: 10, ledgerItems: 0 };
const large = { chats: 10_000, writing: 250, ledgerItems: 300_000 };
const throttle = { messagesEach: 4, atOnce: 10, everyMillis: 100, sandboxes: 5 };
type Direction = Scenario["direction"];

/**
 * Checks that a message costs the same with ten chats and with ten thousand chats and thirty days
 * of history. It counts and does not measure time. A table scan is an error of the counting run
 * itself.
 */
export const growth: Part = {
  name: "growth",
  about: "requests and bytes a message, with 10 chats and with 10,000 and a month of ledger",
  async measure(progress) {
    const figures: Figure[] = [];
    for (const direction of ["to-amocrm", "to-telegram"] as const) {
      progress(`counting ${direction}`);
      const few = await count({ ...small, ...throttle, direction });
      const many = await count({ ...large, ...throttle, direction });
      figures.push(...figuresOf(direction, few, many));
    }
    progress("counting the caretaker's runs over a day without a message");
    const watch = {
      ...throttle,
      direction: "to-telegram",
      withCaretaker: true,
      writing: 0,
    } as const;
    const fewIdle = await count({ ...small, ...watch });
    const manyIdle = await count({ ...large, ...watch, writing: 0, ledgerItems: 0 });
    const perRun = ({ caretaker }: Counted) => requestsOf(caretaker, /./) / caretaker.runs;
    figures.push(
      flat("caretaker without a message", "requests/run", perRun(fewIdle), perRun(manyIdle)),
    );
    return { figures };
  },
};

function figuresOf(direction: Direction, few: Counted, many: Counted): Figure[] {
  const each = (of: (counted: Counted) => number) =>
    [few, many].map((c) => of(c) / c.messages) as [number, number];
  const services = ["dynamodb", "sqs"].map((service) =>
    flat(
      `${direction}: ${service}`,
      "requests/message",
      ...each(({ way }) => requestsOf(way, new RegExp(`^${service}`))),
    ),
  );
  const seconds = (many.messages * throttle.everyMillis) / 1000;
  const queries = requestsOf(few.way, /Query|Scan/) + requestsOf(many.way, /Query|Scan/);
  return [
    ...services,
    flat(`${direction}: bytes to AWS`, "bytes/message", ...each(({ way }) => way.requestBytes)),
    {
      what: `${direction}: queries and scans`,
      unit: "requests",
      ours: queries,
      targets: [{ of: "ours", atMost: 0 }],
    },
    {
      what: `${direction}: busiest key (${many.way.hottestKey.key.split(" ").slice(-1)[0]})`,
      unit: "requests/s",
      ours: many.way.hottestKey.requests / seconds,
      targets: [{ of: "ours", atMost: mostOnOneKeyPerSecond }],
    },
  ];
}

function flat(what: string, unit: string, few: number, many: number): Figure {
  return { what, unit, ours: many, floor: few, targets: [{ of: "floor", atMost: mostGrowth }] };
}
