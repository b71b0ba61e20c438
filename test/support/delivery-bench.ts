import { MemoryPauseStore, MemoryBodyStore, MemoryConversationStore } from "./memory/stores.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";
import { MemoryDeliveryLedger } from "./memory/ledger.ts";
import { createActivity } from "../../lambdas/delivery/activity.ts";
import { deliver } from "../../lambdas/delivery/deliver.ts";
import type {
  Attempt,
  DeliverDependencies,
  DeliveryWork,
  Job,
  Verdict,
  Work,
} from "../../lambdas/delivery/attempt.ts";
import type { Step } from "../../lambdas/delivery/step.ts";
import type { ConversationStore, DeliveryLedger } from "../../lambdas/model/stores.ts";
import type { LedgerEntry } from "../../lambdas/model/ledger.ts";
import { aClock } from "./clock.ts";
import { anAttempt } from "./events.ts";
import { aRecordingLogger } from "./recording-logger.ts";

export const leaseMillis = 65_000;

/** One event on its way: a memory ledger, a clock that jumps, and a record of what was told. */
export function aDeliveryBench(
  job: Job | DeliveryWork["jobFor"],
  {
    ledger: wrap = (ledger) => ledger,
    tellError,
    conversations = new MemoryConversationStore(),
    carryOut = carryOutFakes,
    probe = probeFakes,
  }: {
    ledger?: (ledger: DeliveryLedger) => DeliveryLedger;
    tellError?: Error;
    conversations?: ConversationStore;
    carryOut?: DeliveryWork["carryOut"];
    probe?: DeliveryWork["probe"];
  } = {},
) {
  const clock = aClock();
  const logger = aRecordingLogger();
  const ledger = new MemoryDeliveryLedger();
  const bodies = new MemoryBodyStore();
  const pauses = createPauses(new MemoryPauseStore(), clock.now);
  const told: { id: string; entry: LedgerEntry }[] = [];
  const work: Mutable<DeliveryWork> = {
    mayReadStale: () => false,
    jobFor: typeof job === "function" ? job : async () => job,
    carryOut,
    probe,
    tell: async ({ amocrmMessageId: id, entry }) => {
      if (tellError !== undefined) throw tellError;
      told.push({ id, entry });
    },
  };
  const stores = {
    ledger: wrap(ledger),
    conversations,
    bodies,
    activity: createActivity(),
    pauses,
  };
  const deps = {
    stores,
    work,
    now: clock.now,
    random: () => 0.5,
    logger,
    leaseMillis,
  } satisfies DeliverDependencies;
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

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A step whose call a test makes up; it answers Telegram's id of a message. */
export type FakeStep = Pick<Step, "skip"> & {
  readonly send: (entry: LedgerEntry, deadlineMillis: number) => Promise<string>;
  /** Left out for a step that may be repeated without harm. */
  readonly beforeRepeat?: () => Promise<void>;
};

const fakes = new WeakMap<Step, FakeStep>();

const carryOutFakes: DeliveryWork["carryOut"] = async (step, { entry, deadlineMillis }) => {
  const fake = fakes.get(step);
  if (fake === undefined) throw new Error(`no test has made up ${step.name}`);
  return { id: await fake.send(entry, deadlineMillis) };
};

const probeFakes: DeliveryWork["probe"] = async (step) => fakes.get(step)?.beforeRepeat?.();

/** A job of such steps, whose outcome the operator is told. */
export function aJobOf(...steps: readonly FakeStep[]): Job {
  return aJob({ kind: "steps", steps: steps.map(aStepOf) });
}

function aStepOf(fake: FakeStep): Step {
  const to = { conversationId: "tg-700-42", chatId: "42" };
  const { skip } = fake;
  // Only a step with a recipient is probed before it is repeated.
  const step = {
    name: "send-text",
    ...(fake.beforeRepeat === undefined ? {} : { to, message: { text: "Hello" } }),
    ...(skip === undefined ? {} : { skip }),
  } as Step;
  fakes.set(step, fake);
  return step;
}

/** A job of such work, whose outcome the operator is told. */
export function aJob(work: Work): Job {
  return { tell: "amojo-message", work: async () => work };
}
