import { MemoryPauseStore } from "../../lambdas/adapters/memory/memory-pause-store.ts";
import { createPauses } from "../../lambdas/domain/pauses.ts";
import { MemoryBodyStore } from "../../lambdas/adapters/memory/memory-body-store.ts";
import { MemoryDeliveryLedger } from "../../lambdas/adapters/memory/memory-delivery-ledger.ts";
import { createActivity } from "../../lambdas/domain/activity.ts";
import { deliver } from "../../lambdas/domain/deliver.ts";
import type {
  Attempt,
  DeliverDependencies,
  Job,
  Step,
  Verdict,
  Work,
} from "../../lambdas/domain/delivery.ts";
import type { LedgerEntry } from "../../lambdas/model/ledger.ts";
import type { DeliveryLedger } from "../../lambdas/ports/delivery-ledger.ts";
import { aClock } from "./clock.ts";
import { anAttempt } from "./events.ts";
import { aRecordingLogger } from "./recording-logger.ts";

export const leaseMillis = 65_000;

/** One event on its way: a memory ledger, a clock that jumps, and a record of what was told. */
export function aDeliveryBench(
  job: Job | ((attempt: Attempt) => Promise<Job>),
  {
    ledger: wrap = (ledger) => ledger,
    tellError,
  }: {
    ledger?: (ledger: DeliveryLedger) => DeliveryLedger;
    tellError?: Error;
  } = {},
) {
  const clock = aClock();
  const logger = aRecordingLogger();
  const ledger = new MemoryDeliveryLedger();
  const bodies = new MemoryBodyStore();
  const told: { id: string; entry: LedgerEntry }[] = [];
  const deps: DeliverDependencies = {
    ledger: wrap(ledger),
    bodies,
    activity: createActivity(),
    now: clock.now,
    random: () => 0.5,
    logger,
    leaseMillis,
    pauses: createPauses(new MemoryPauseStore(), clock.now),
    jobFor: typeof job === "function" ? job : async () => job,
    tell: async (id, entry) => {
      if (tellError !== undefined) throw tellError;
      told.push({ id, entry });
    },
  };
  let attempts = 0;
  return {
    clock,
    logger,
    ledger,
    bodies,
    told,
    deps,
    entry: () => ledger.entry("tg:700:1"),
    /** The queue hands the event out. */
    attempt: (changes: Partial<Attempt> = {}): Promise<Verdict> => {
      attempts += 1;
      return deliver(anAttempt({ owner: `attempt-${attempts}`, ...changes }), deps);
    },
  };
}

/** A step whose call a test makes up; it answers Telegram's id of a message. */
export type FakeStep = Omit<Step, "name" | "run"> & {
  readonly send: (entry: LedgerEntry, deadlineMillis?: number) => Promise<string>;
};

/** A job of such steps, whose outcome the operator is told. */
export function aJobOf(...steps: readonly FakeStep[]): Job {
  return aJob({
    kind: "steps",
    steps: steps.map(({ send, ...step }) => ({
      ...step,
      name: "send-text",
      run: async (...call) => ({ id: await send(...call) }),
    })),
  });
}

/** A job of such work, whose outcome the operator is told. */
export function aJob(work: Work): Job {
  return { tell: "amojo-message", work: async () => work };
}
