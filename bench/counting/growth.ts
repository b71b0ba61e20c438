import { figure } from "../figure.ts";
import type { Figure, Findings, Progress } from "../figure.ts";
import { directions } from "../world/names.ts";
import { count, sumOf } from "./counts.ts";
import type { Counted } from "./counts.ts";

const small = { chats: 10, writing: 10 };
const large = { chats: 10_000, writing: 250, ledgerItems: 300_000 };
const pace = { messagesEach: 4, atOnce: 10, everyMillis: 100, sandboxes: 5 };

/**
 * Compares the cost of a message among ten chats, and among ten thousand chats with thirty days of
 * ledger. It counts and does not measure time. A table scan is an error of the counting run.
 */
export async function growth(progress: Progress): Promise<Findings> {
  const figures: Figure[] = [];
  // Ids grow by a few digits, so it allows two percent.
  const flat = (what: string, unit: string, [floor, ours]: readonly [few: number, many: number]) =>
    figures.push(figure(what, unit, { ours, floor }, "<= 1.02 x floor"));
  for (const direction of directions) {
    progress(`counting ${direction}`);
    const few = await count({ ...small, ...pace, direction });
    const many = await count({ ...large, ...pace, direction });
    const each = (of: "calls" | "bytes", which: RegExp) => {
      const ofMessage = ({ way, messages }: Counted) => sumOf(way[of], which) / messages;
      return [ofMessage(few), ofMessage(many)] as const;
    };
    flat(`${direction}: dynamodb`, "requests/message", each("calls", /^dynamodb/));
    flat(`${direction}: sqs`, "requests/message", each("calls", /^sqs/));
    flat(`${direction}: bytes to AWS`, "bytes/message", each("bytes", /^(?:dynamodb|sqs|s3)/));
    const queries = [few, many].map(({ way }) => sumOf(way.calls, /Query|Scan/));
    const [key, requests] = many.way.busiestKey;
    const perSecond = (requests * 1000) / (many.messages * pace.everyMillis);
    const busiest = `${direction}: busiest key (${key.split(" ").at(-1)})`;
    figures.push(
      figure(`${direction}: queries and scans`, "requests", Math.max(...queries), "<= 0"),
      // A tenth of the capacity of one partition of a table.
      figure(busiest, "requests/s", perSecond, "<= 100"),
    );
  }
  progress("counting the caretaker's runs over a day without a message");
  const watch = { ...pace, direction: "to-telegram", withCaretaker: true, writing: 0 } as const;
  const perRun = async (chats: number) => {
    const { caretaker } = await count({ ...watch, chats });
    return sumOf(caretaker.calls, /^(?:dynamodb|sqs|secretsmanager|s3)/) / caretaker.runs;
  };
  const runs = [await perRun(small.chats), await perRun(large.chats)] as const;
  flat("caretaker without a message", "requests/run", runs);
  return { figures };
}
