import { count } from "./counting/counts.ts";
import { sumOf } from "./counting/tally.ts";
import type { Counted } from "./counting/tally.ts";
import { figure } from "./figure.ts";
import type { Figure, Part } from "./figure.ts";
import { directions } from "./world/names.ts";

const small = { chats: 10, writing: 10 };
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
    for (const direction of directions) {
      progress(`counting ${direction}`);
      const few = await count({ ...small, ...pace, direction });
      const many = await count({ ...large, ...pace, direction });
      const each = (what: string, unit: string, of: (counted: Counted) => number) =>
        flat(`${direction}: ${what}`, unit, of(few) / few.messages, of(many) / many.messages);
      const requestsOf = ({ way }: Counted, which: RegExp) => sumOf(way.requests, which);
      const [key, requests] = many.way.busiestKey;
      const queries = requestsOf(few, /Query|Scan/) + requestsOf(many, /Query|Scan/);
      const perSecond = (requests * 1000) / (many.messages * pace.everyMillis);
      figures.push(
        each("dynamodb", "requests/message", (of) => requestsOf(of, /^dynamodb/)),
        each("sqs", "requests/message", (of) => requestsOf(of, /^sqs/)),
        each("bytes to AWS", "bytes/message", ({ way }) => way.requestBytes),
        figure(`${direction}: queries and scans`, "requests", queries, { targets: ["<= 0"] }),
        // A tenth of the capacity of one partition of a table.
        figure(`${direction}: busiest key (${key.split(" ").at(-1)})`, "requests/s", perSecond, {
          targets: ["<= 100"],
        }),
      );
    }
    progress("counting the caretaker's runs over a day without a message");
    const watch = { ...pace, direction: "to-telegram", withCaretaker: true, writing: 0 } as const;
    const perRun = async (chats: number) => {
      const { caretaker } = await count({ ...watch, chats });
      return sumOf(caretaker.requests, /./) / caretaker.runs;
    };
    const [few, many] = [await perRun(small.chats), await perRun(large.chats)];
    return {
      figures: [...figures, flat("caretaker without a message", "requests/run", few, many)],
    };
  },
};

/** Ids grow by a few digits, so it allows two percent. */
function flat(what: string, unit: string, few: number, many: number): Figure {
  return figure(what, unit, many, { floor: few, targets: ["<= 1.02 x floor"] });
}
