import { availableParallelism } from "node:os";
import pMap from "p-map";
import { count } from "./count.ts";
import type { Scenario } from "./count.ts";
import type { Counted } from "./tally.ts";

const common = { chats: 200, ledgerItems: 1000, sandboxes: 1 };
/**
 * A million messages a month, evenly: a customer and an operator exchange eight within ten minutes
 * and are done for the day. Counted one way, so that each message stands for a message of either side.
 */
const quiet = { ...common, writing: 58, messagesEach: 8, atOnce: 29, everyMillis: 2600 };
const allDay = { ...common, chats: 100, sandboxes: 5, isAllDay: true };
/** Ten a second in a hundred chats, all day long; ten minutes of it, so that starts have little weight. */
const busy = { ...allDay, writing: 100, messagesEach: 60, atOnce: 100, everyMillis: 100 };
/** One message an hour: no cache is of use. */
const lonely = { ...quiet, writing: 40, messagesEach: 1, atOnce: 1, everyMillis: 3_600_000 };
const [toAmocrm, toTelegram] = [{ direction: "to-amocrm" }, { direction: "to-telegram" }] as const;
const once = { ...quiet, ...toAmocrm, messagesEach: 1 };
const spaced = { ...quiet, ...toTelegram, writing: 10, atOnce: 5, everyMillis: 60_000 };
/** A day with the caretaker, in chats of eight messages. */
const watched = { ...spaced, writing: 5, everyMillis: 30_000, withCaretaker: true };

/** The runs by name. Those that take longest come first. */
const runs = {
  "to-amocrm, busy": { ...busy, ...toAmocrm },
  "to-telegram, busy": { ...busy, ...toTelegram },
  "to-amocrm, quiet": { ...quiet, ...toAmocrm },
  "to-telegram, quiet": { ...quiet, ...toTelegram },
  "to-amocrm, lonely": { ...lonely, ...toAmocrm },
  "to-telegram, lonely": { ...lonely, ...toTelegram },
  "a status report, accepted at once": spaced,
  "a status report, postponed": { ...spaced, postponesStatus: true },
  "chats with a picture": { ...once, hasPhotos: true },
  "chats without a picture": once,
  "the caretaker's day, to-amocrm": { ...watched, ...toAmocrm },
  "the caretaker's day, to-telegram": watched,
  "the caretaker's day without messages": { ...watched, writing: 0 },
} as const satisfies Record<string, Scenario>;

/** The counts for the bills, by the names of the runs. */
export type Counts = Readonly<Record<keyof typeof runs, Counted>>;

/** Counts them all, as many at a time as there are processors. */
export async function countTraffic(progress: (line: string) => void): Promise<Counts> {
  const all = Object.entries(runs);
  const counted = await pMap(
    all,
    async ([name, scenario], index) => {
      progress(`counting ${index + 1} of ${all.length}: ${name}`);
      return [name, await count(scenario)] as const;
    },
    { concurrency: availableParallelism() },
  );
  return Object.fromEntries(counted) as Counts;
}
