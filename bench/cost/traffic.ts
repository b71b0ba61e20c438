import type { Counted, Scenario } from "../counting/scenario.ts";
import { availableParallelism } from "node:os";
import { count } from "../counting/count.ts";

export type Direction = Scenario["direction"];

const common = { chats: 200, ledgerItems: 1000 };

/** How people write, by name. */
const traffic = {
  /**
   * A million messages a month, evenly: a customer and an operator exchange eight within ten minutes
   * and are done for the day. Counted one way, so that each message stands for a message of either side.
   */
  quiet: { ...common, writing: 58, messagesEach: 8, atOnce: 29, everyMillis: 2600, sandboxes: 1 },
  /** Ten a second in a hundred chats, all day long; ten minutes of it, so that starts have little weight. */
  busy: {
    ...common,
    chats: 100,
    writing: 100,
    messagesEach: 60,
    atOnce: 100,
    everyMillis: 100,
    sandboxes: 5,
    isAllDay: true,
  },
  /** One message an hour: no cache is of use. */
  lonely: {
    ...common,
    writing: 40,
    messagesEach: 1,
    atOnce: 1,
    everyMillis: 3_600_000,
    sandboxes: 1,
  },
} satisfies Record<string, Omit<Scenario, "direction">>;

/** The counts for the bills. */
export type Counts = {
  readonly ways: readonly {
    readonly direction: Direction;
    readonly name: keyof typeof traffic;
    readonly counted: Counted;
  }[];
  /** Operators' messages with their statuses taken at once, and the same with each postponed. */
  readonly statuses: { readonly inline: Counted; readonly postponed: Counted };
  /** First messages of a day from customers who have a picture, and from others. */
  readonly pictures: { readonly kept: Counted; readonly none: Counted };
  /** A day in chats of eight messages with the caretaker, for each direction, and one without a message. */
  readonly watched: Readonly<Record<Direction, Counted>>;
  readonly idle: Counted;
};

const spaced = { ...traffic.quiet, writing: 10, atOnce: 5, everyMillis: 60_000 };
const watch = (direction: Direction, writing: number): Scenario => ({
  ...spaced,
  direction,
  writing,
  everyMillis: 30_000,
  withCaretaker: true,
});
const names = ["busy", "quiet", "lonely"] as const;
const directions = ["to-amocrm", "to-telegram"] as const;

/** The runs by name. Those that take longest come first. */
const runs = {
  ...(Object.fromEntries(
    names.flatMap((name) =>
      directions.map((direction) => [`${direction}, ${name}`, { ...traffic[name], direction }]),
    ),
  ) as Record<`${Direction}, ${keyof typeof traffic}`, Scenario>),
  "a status report, accepted at once": { ...spaced, direction: "to-telegram" },
  "a status report, postponed": { ...spaced, direction: "to-telegram", postponesStatus: true },
  "chats with a picture": {
    ...traffic.quiet,
    messagesEach: 1,
    direction: "to-amocrm",
    hasPhotos: true,
  },
  "chats without a picture": { ...traffic.quiet, messagesEach: 1, direction: "to-amocrm" },
  "the caretaker's day, to-amocrm": watch("to-amocrm", 5),
  "the caretaker's day, to-telegram": watch("to-telegram", 5),
  "the caretaker's day without messages": watch("to-telegram", 0),
} as const satisfies Record<string, Scenario>;

/** Counts them all, as many at a time as there are processors. */
export async function countTraffic(progress: (line: string) => void): Promise<Counts> {
  const waiting = Object.entries(runs);
  const total = waiting.length;
  const counted: Record<string, Counted> = {};
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, scenario] = next;
      progress(`counting ${total - waiting.length} of ${total}: ${name}`);
      counted[name] = await count(scenario);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const of = (name: keyof typeof runs): Counted => {
    const found = counted[name];
    if (found === undefined) throw new Error(`Nothing was counted for "${name}".`);
    return found;
  };
  return {
    ways: directions.flatMap((direction) =>
      (["quiet", "busy", "lonely"] as const).map((name) => ({
        direction,
        name,
        counted: of(`${direction}, ${name}`),
      })),
    ),
    statuses: {
      inline: of("a status report, accepted at once"),
      postponed: of("a status report, postponed"),
    },
    pictures: { kept: of("chats with a picture"), none: of("chats without a picture") },
    watched: {
      "to-amocrm": of("the caretaker's day, to-amocrm"),
      "to-telegram": of("the caretaker's day, to-telegram"),
    },
    idle: of("the caretaker's day without messages"),
  };
}
