import type { Counted, Scenario } from "../counting/scenario.ts";
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

/** Counts them all, one after another. */
export async function countTraffic(progress: (line: string) => void): Promise<Counts> {
  const ways: Counts["ways"][number][] = [];
  for (const direction of ["to-amocrm", "to-telegram"] as const) {
    for (const name of ["quiet", "busy", "lonely"] as const) {
      progress(`counting ${direction}, ${name}`);
      ways.push({ direction, name, counted: await count({ ...traffic[name], direction }) });
    }
  }
  progress("counting status reports and pictures, and the caretaker over a day");
  const spaced = { ...traffic.quiet, writing: 10, atOnce: 5, everyMillis: 60_000 };
  const report = (postponesStatus: boolean) =>
    count({ ...spaced, direction: "to-telegram", postponesStatus });
  const first = (hasPhotos: boolean) =>
    count({ ...traffic.quiet, messagesEach: 1, direction: "to-amocrm", hasPhotos });
  const watch = (direction: Direction, writing: number) =>
    count({ ...spaced, direction, writing, everyMillis: 30_000, withCaretaker: true });
  return {
    ways,
    statuses: { inline: await report(false), postponed: await report(true) },
    pictures: { kept: await first(true), none: await first(false) },
    watched: {
      "to-amocrm": await watch("to-amocrm", 5),
      "to-telegram": await watch("to-telegram", 5),
    },
    idle: await watch("to-telegram", 0),
  };
}
