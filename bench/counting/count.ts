import { fork } from "node:child_process";
import { once } from "node:events";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Counted } from "./tally.ts";

/** The input of a counting run. */
export type Scenario = {
  /** One way: a customer's messages or an operator's. */
  readonly direction: Direction;
  /** The number of chats, each known and linked for a long time. */
  readonly chats: number;
  /** The number of writing chats, and of messages in each. */
  readonly writing: number;
  readonly messagesEach: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Chats that write at the same time, in turn. */
  readonly atOnce: number;
  /** Sandboxes of each function, which take turns. */
  readonly sandboxes: number;
  /** Items in the ledger from earlier days. */
  readonly ledgerItems: number;
  /** Their chats are in use all day, so the run represents any minutes of the day. */
  readonly isAllDay?: boolean;
  /** Customers have profile photos, which the bridge stores once a week. Without a photo it only checks. */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so it becomes a separate event. */
  readonly postponesStatus?: boolean;
  /** Whether the caretaker runs, every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

/**
 * Plays a scenario with the shipped bundles and real AWS clients against services in memory, and counts
 * the requests and logs of the functions. It runs in a separate process with its own clock.
 */
export async function count(scenario: Scenario): Promise<Counted> {
  const { root } = await shippedAssembly();
  const env = { ...process.env, BENCH_ASSEMBLY: root };
  const run = fork(new URL("run.ts", import.meta.url), [JSON.stringify(scenario)], { env });
  const ended = once(run, "exit").then(([code]) => {
    throw new Error(`The counting run ended with status ${String(code)}.`);
  });
  const [counted] = (await Promise.race([once(run, "message"), ended])) as [Counted];
  run.kill();
  return counted;
}
