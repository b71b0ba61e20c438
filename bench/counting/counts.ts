import { createHash } from "node:crypto";
import { mkdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pMap from "p-map";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { hashOf, removeOld } from "../../local/host/assembly.ts";
import { total } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Assembly } from "../world/assembly.ts";
import { startProcess } from "../world/sandbox.ts";
import type { Call } from "../world/services.ts";

/** The input of a counting run. */
export type Scenario = {
  /** One way: a customer's messages or an operator's. */
  readonly direction: Direction;
  /** The number of writing chats, of messages in each, and of chats that write at the same time, in turn. */
  readonly writing: number;
  readonly messagesEach: number;
  readonly atOnce: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Sandboxes of each function, which take turns. */
  readonly sandboxes: number;
  /** The number of chats with those that do not write, each known for long and in a talk that is running. */
  readonly chats?: number;
  /** Instead of these, customers who write for the first time, a minute after it, or a day after it. */
  readonly customers?: "new" | "in a talk" | "after a day";
  /** Items in the ledger from earlier days. */
  readonly ledgerItems?: number;
  /** Their chats are in use all day, so the run represents any minutes of the day. */
  readonly isAllDay?: boolean;
  /** Customers have profile photos, which the bridge stores once a week. Without a photo it only checks. */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so it becomes a separate event. */
  readonly refusesFirstStatus?: boolean;
  /** Whether the caretaker runs, every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

export const messagesOfTalk = 8;
/**
 * A million messages a month, evenly: a customer and an operator exchange eight within ten minutes
 * and are done for the day. Counted one way, so that each message stands for a message of either side.
 */
const quiet = {
  sandboxes: 1,
  writing: 58,
  messagesEach: messagesOfTalk,
  atOnce: 29,
  everyMillis: 2600,
};
/** Ten a second in a hundred chats, all day long; ten minutes of it, so that starts have little weight. */
const busy = {
  sandboxes: 5,
  writing: 100,
  messagesEach: 60,
  atOnce: 100,
  everyMillis: 100,
  isAllDay: true,
};
/** One message an hour: no cache is of use. */
const lonely = { ...quiet, writing: 40, messagesEach: 1, atOnce: 1, everyMillis: 3_600_000 };
const [toAmocrm, toTelegram] = [{ direction: "to-amocrm" }, { direction: "to-telegram" }] as const;
const first = { ...quiet, ...toAmocrm, messagesEach: 1 };
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
  "a status report, postponed": { ...spaced, refusesFirstStatus: true },
  "chats with a picture": { ...first, hasPhotos: true },
  "chats without a picture": first,
  "new customers": { ...first, customers: "new" },
  "customers after a day": { ...first, customers: "after a day" },
  "customers in a talk": { ...first, customers: "in a talk" },
  "the caretaker's day, to-amocrm": { ...watched, ...toAmocrm },
  "the caretaker's day, to-telegram": watched,
  "the caretaker's day without messages": { ...watched, writing: 0 },
} as const satisfies Record<string, Scenario>;

/** The counts for the bills, by the names of the runs. */
export type Counts = Readonly<Record<keyof typeof runs, Counted>>;

/** The counts of a run. */
export type Counted = {
  readonly messages: number;
  /** The counts of all functions except the caretaker. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes of the run's messages in the ledger and its indexes. */
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};

/** What the functions called, and their log lines as Lambda writes them in JSON. */
export type Trace = { readonly calls: Call[]; readonly lines: string[] };
/** The counts of a trace. */
export type Tally = ReturnType<typeof tallyOf>;

type EmbeddedMetrics = { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };

export function tallyOf({ calls, lines }: Trace) {
  const ofTables = calls.filter(({ name }) => name.startsWith("dynamodb"));
  const keys = sums(
    ofTables,
    ({ name, key }) => `${name} ${key}`,
    () => 1,
  );
  const metrics = lines.flatMap((line) => {
    const { _aws } = JSON.parse(line) as { _aws?: EmbeddedMetrics };
    return _aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
  });
  return {
    /** The number of calls and their bytes, by name. */
    calls: sums(
      calls,
      ({ name }) => name,
      () => 1,
    ),
    bytes: sums(
      calls,
      ({ name }) => name,
      ({ bytes }) => bytes,
    ),
    /** The number of table requests that ran in parallel with another one. */
    besides: ofTables.filter(({ isBeside }) => isBeside).length,
    writeUnits: total(calls, ({ writeUnits }) => writeUnits),
    readUnits: total(calls, ({ readUnits }) => readUnits),
    logBytes: total(lines, (line) => Buffer.byteLength(line)),
    /** Names of the metrics that lines describe. CloudWatch charges each. */
    metrics: [...new Set(metrics)].toSorted(),
    /** The partition key of a table or index with the most requests, and their number. */
    busiestKey: Object.entries(keys).toSorted(([, one], [, other]) => other - one)[0] ?? ["", 0],
  };
}

/** The sum of the counts whose names fit a pattern. */
export function sumOf(counts: Readonly<Record<string, number>>, pattern: RegExp): number {
  return total(Object.entries(counts), ([name, count]) => (pattern.test(name) ? count : 0));
}

function sums(
  calls: readonly Call[],
  nameOf: (call: Call) => string,
  of: (call: Call) => number,
): Record<string, number> {
  const groups = Object.entries(Object.groupBy(calls, nameOf));
  return Object.fromEntries(groups.map(([name, each = []]) => [name, total(each, of)]));
}

/**
 * Plays a scenario with the shipped bundles and real AWS clients against services in memory, and counts
 * the requests and logs of the functions. It runs in a separate process with its own clock.
 */
export async function count(scenario: Scenario): Promise<Counted> {
  const script = new URL("run.ts", import.meta.url);
  const { root } = await shippedAssembly();
  const env = { ...process.env, BENCH_ASSEMBLY: root };
  await using run = startProcess(script, JSON.stringify(scenario), { env });
  return (await run.next()) as Counted;
}

/** The counts, and when an earlier run made them. Without that time, they were made now. */
type Kept = { readonly value: Counts; readonly since?: string };

/** Counts the shipped bundles in all runs, as many at a time as there are processors. */
export async function countShipped(progress: (line: string) => void): Promise<Kept> {
  const all = Object.entries(runs);
  const counted = async ([name, scenario]: readonly [string, Scenario], index: number) => {
    progress(`counting ${index + 1} of ${all.length}: ${name}`);
    return [name, await count(scenario)] as const;
  };
  return keptCounts(await shippedAssembly(), async () => {
    const concurrency = availableParallelism();
    return Object.fromEntries(await pMap(all, counted, { concurrency })) as Counts;
  });
}

/** The scenarios, their messages, and the services that answer. The code that is counted is in the bundles. */
const countingCode = [
  "bench/counting",
  "bench/world",
  "test/support",
  "test/simulation/aws",
  "local/http.ts",
];

/**
 * The counts of an earlier run, if the bundles, what the template says about them, the scenarios and the
 * counting code are the same. Otherwise it counts, and keeps the result in `.local/counts`.
 */
export async function keptCounts(
  { functions, tables }: Pick<Assembly, "functions" | "tables">,
  make: () => Promise<Counts>,
  root = fileURLToPath(new URL("../../", import.meta.url)),
): Promise<Kept> {
  const inputs = JSON.stringify(
    [await hashOf(root, countingCode), functions, tables],
    // Not the place of a bundle: its hash says what is in it.
    (name, value: unknown) => (name === "bundle" ? undefined : value),
  );
  const folder = join(root, ".local", "counts");
  const name = createHash("sha256").update(inputs).digest("hex").slice(0, 20);
  const file = join(folder, `${name}.json`);
  const stored = await readFile(file, "utf8").catch(() => undefined);
  if (stored !== undefined) {
    await utimes(file, new Date(), new Date());
    return JSON.parse(stored) as Kept;
  }
  const value = await make();
  await mkdir(folder, { recursive: true });
  // A file gets its name only when it is complete: a run may be interrupted.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify({ value, since: new Date().toISOString() }));
  await rename(unfinished, file);
  await removeOld(folder);
  return { value };
}
