import { once } from "node:events";
import { Worker } from "node:worker_threads";
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
 * Plays a scenario with the shipped bundles and real AWS clients against services in memory, and
 * counts the requests and logs of the functions. It runs in a separate thread with its own clock.
 */
export async function count(scenario: Scenario): Promise<Counted> {
  const { root } = await shippedAssembly();
  const env = { ...process.env, BENCH_ASSEMBLY: root };
  const run = new Worker(new URL("run.ts", import.meta.url), { workerData: scenario, env });
  const [counted] = (await once(run, "message")) as [Counted];
  await run.terminate();
  return counted;
}
