import { count } from "./counting/count.ts";
import { requestsOf } from "./counting/tally.ts";
import type { Counted } from "./counting/tally.ts";
import type { Figure, Part } from "./figure.ts";
import type { Direction } from "../lambdas/model/envelope.ts";

const small = { chats: 10, writing: 10, ledgerItems: 0 };
const large = { chats: 10_000, writing: 250, ledgerItems: 300_000 };
const pace = { messagesEach: 4, atOnce: 10, everyMillis: 100, sandboxes: 5 };

/**
 * Compares the cost of a message among ten chats, and among ten thousand chats with thirty days of
 * ledger. It counts and does not measure time. A table scan is an error of the counting run.
 */
export const growth: Part = {
  about: "requests and bytes per message, with 10 chats and with 10,000 and a month of ledger",
  async measure(progress) {
    const figures: Figure[] = [];
    for (const direction of ["to-amocrm", "to-telegram"] as const) {
      progress(`counting ${direction}`);
      const few = await count({ ...small, ...pace, direction });
      const many = await count({ ...large, ...pace, direction });
      figures.push(...figuresOf(direction, few, many));
    }
    progress("counting the caretaker's runs over a day without a message");
    const watch = { ...pace, direction: "to-telegram", withCaretaker: true, writing: 0 } as const;
    const few = await count({ ...small, ...watch });
    const many = await count({ ...large, ...watch, ledgerItems: 0 });
    const perRun = ({ caretaker }: Counted) => requestsOf(caretaker, /./) / caretaker.runs;
    figures.push(flat("caretaker without a message", "requests/run", perRun(few), perRun(many)));
    return { figures };
  },
};

function figuresOf(direction: Direction, few: Counted, many: Counted): Figure[] {
  const each = (what: string, unit: string, of: (counted: Counted) => number) =>
    flat(`${direction}: ${what}`, unit, of(few) / few.messages, of(many) / many.messages);
  const seconds = (many.messages * pace.everyMillis) / 1000;
  const keys = Object.entries(many.way.keys).toSorted(([, a], [, b]) => b - a);
  const [busiest, requests] = keys[0] ?? ["", 0];
  const queries = requestsOf(few.way, /Query|Scan/) + requestsOf(many.way, /Query|Scan/);
  return [
    each("dynamodb", "requests/message", ({ way }) => requestsOf(way, /^dynamodb/)),
    each("sqs", "requests/message", ({ way }) => requestsOf(way, /^sqs/)),
    each("bytes to AWS", "bytes/message", ({ way }) => way.requestBytes),
    { what: `${direction}: queries and scans`, unit: "requests", ours: queries, targets: ["<= 0"] },
    {
      what: `${direction}: busiest key (${busiest.split(" ").at(-1)})`,
      unit: "requests/s",
      ours: requests / seconds,
      // A tenth of the capacity of one partition of a table.
      targets: ["<= 100"],
    },
  ];
}

/** Ids grow by a few digits, so it allows two percent. */
function flat(what: string, unit: string, few: number, many: number): Figure {
  return { what, unit, ours: many, floor: few, targets: ["<= 1.02 x floor"] };
}
