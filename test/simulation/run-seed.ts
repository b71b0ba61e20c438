import { check } from "./checker/check.ts";
import type { Verdict } from "./checker/check.ts";
import { Random } from "./engine/random.ts";
import { withVirtualTimeouts } from "./engine/virtual-timeouts.ts";
import type { FaultWindow } from "./world/faults.ts";
import { startMillis } from "./world/names.ts";
import { perform } from "./world/perform.ts";
import { directPlanOf } from "./world/plan-direct.ts";
import { leadActsOf } from "./world/plan-leads.ts";
import { planOf } from "./world/plan.ts";
import { busyMillis, faultSchedule } from "./world/schedule.ts";
import { createWorld, redriveParked } from "./world/world.ts";
import type { World, WorldOptions } from "./world/world.ts";

const minuteMillis = 60_000;
const hourMillis = 60 * minuteMillis;
/** Two rounds of the reconciler, plus the three minutes that it waits for a hook to arrive. */
const reconciledMillis = 14 * 60_000;

/** The result of a run. */
export type Run = {
  readonly seed: number;
  readonly world: World;
  readonly verdict: Verdict;
};

/** Options of a run besides its seed. */
type RunOptions = WorldOptions & {
  readonly windows?: readonly FaultWindow[];
  /** Only people who write there act. */
  readonly writesTo?: "bot" | "channel";
};

/**
 * Runs one seed, under its own faults or under the given ones. People and faults are active for
 * some time. Then the clock runs until the bridge is quiet.
 */
export async function runSeed(
  seed: number,
  { windows: given, writesTo, ...options }: RunOptions = {},
): Promise<Run> {
  const hasBot = options.hasBot ?? seed % 3 === 0;
  const plan = planOf(new Random(seed, "plan"), { hasBot });
  const direct = directPlanOf(new Random(seed, "direct messages"), { hasBot });
  const actions = [
    ...(writesTo === "channel" ? [] : plan.actions),
    ...(writesTo === "bot" ? [] : direct),
    ...leadActsOf(new Random(seed, "lead acts"), plan.chats),
  ];
  const windows = given ?? faultSchedule(new Random(seed, "schedule"));
  const world = createWorld(seed, windows, { ...options, hasBot });
  return withVirtualTimeouts(world.clock, async () => {
    const { clock } = world;
    if (plan.haveOldMessages) world.amocrmSide.hasOldMessages(1);
    for (const { atMillis, action } of actions) {
      clock.after(atMillis - startMillis, () => perform(action, world));
    }
    const faultsEndMillis = Math.max(
      startMillis + busyMillis * 1.5,
      ...windows.map(({ untilMillis }) => untilMillis),
    );
    const longestWait = Math.max(0, ...windows.map(({ seconds }) => seconds)) * 1000;
    await clock.runUntil(() => false, faultsEndMillis);
    let isQuiet = await untilQuiet(world, 2 * longestWait);
    // After long waits only the hourly round can find lost hooks: it searches one day back.
    const forReconciler = longestWait > hourMillis / 2 ? 75 * minuteMillis : reconciledMillis;
    // A history call may have met its rate limit at the very end.
    await clock.runUntil(() => false, clock.now() + longestWait + forReconciler);
    isQuiet &&= await untilQuiet(world, 2 * longestWait);
    if (seed % 2 === 0) {
      redriveParked(world);
      isQuiet &&= await untilQuiet(world, 2 * longestWait);
    }
    const verdict = await check(world, isQuiet);
    world.end.come();
    await clock.runUntil(() => false, clock.now() + 2 * minuteMillis);
    return { seed, world, verdict };
  });
}

function untilQuiet(world: World, longestWaitMillis: number): Promise<boolean> {
  const { clock, queues, sources, telegramSide, amocrmSide, tables } = world;
  const isQuiet = () =>
    queues["to-amocrm"].size + queues["to-telegram"].size + tables.spool.size === 0 &&
    telegramSide.pending + amocrmSide.pending === 0 &&
    sources.every(({ busy }) => busy === 0);
  return clock.runUntil(isQuiet, clock.now() + longestWaitMillis + 2 * hourMillis);
}

/** Violations as lines that name the seed. */
export async function brokenBy(seed: number, options: RunOptions = {}): Promise<string[]> {
  const { verdict } = await runSeed(seed, options);
  return verdict.violations.map(
    ({ rule, about, what }) => `seed ${seed}: ${rule}: ${about}: ${what}`,
  );
}
