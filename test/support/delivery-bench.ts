import {
  MemoryBodyStore,
  MemoryConversationStore,
  MemoryFailedAttempts,
  MemoryPauseStore,
} from "./memory/stores.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";
import { MemoryDeliveryLedger } from "./memory/ledger.ts";
import { createActivity } from "../../lambdas/delivery/activity.ts";
import { deliver } from "../../lambdas/delivery/deliver.ts";
import type {
  Attempt,
  DeliverDependencies,
  DeliveryActions,
  RoutedEvent,
  Verdict,
  Decision,
} from "../../lambdas/delivery/attempt.ts";
import type { Step } from "../../lambdas/delivery/step.ts";
import type { ConversationStore, DeliveryLedger } from "../../lambdas/model/stores.ts";
import type { LedgerEntry } from "../../lambdas/model/ledger.ts";
import { aClock } from "./clock.ts";
import { anAttempt } from "./events.ts";
import { aRecordingLogger } from "./recording-logger.ts";

export const leaseMillis = 65_000;

/** One event in delivery: a memory ledger, a clock that jumps, and a record of the reports. */
export function aDeliveryBench(
  event: RoutedEvent | DeliveryActions["route"],
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
    carryOut?: DeliveryActions["carryOut"];
    probe?: DeliveryActions["probe"];
  } = {},
) {
  const clock = aClock();
  const logger = aRecordingLogger();
  const ledger = new MemoryDeliveryLedger();
  const bodies = new MemoryBodyStore();
  const pauses = createPauses(new MemoryPauseStore(), clock.now);
  const failedAttempts = new MemoryFailedAttempts();
  const reports: { id: string; entry: LedgerEntry }[] = [];
  const actions: Mutable<DeliveryActions> = {
    mayReadStale: () => false,
    route: typeof event === "function" ? event : async () => event,
    carryOut,
    probe,
    reportOutcome: async ({ amocrmMessageId: id, entry }) => {
      if (tellError !== undefined) throw tellError;
      reports.push({ id, entry });
    },
  };
  const stores = {
    ledger: wrap(ledger),
    conversations,
    bodies,
    activity: createActivity(),
    pauses,
    failedAttempts,
  };
  const deps = {
    stores,
    actions,
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
    failedAttempts,
    reports,
    deps,
    entry: () => ledger.entry("tg:700:1"),
    /** The queue delivers the event. */
    attempt: (changes: Partial<Attempt> = {}): Promise<Verdict> => {
      attempts += 1;
      return deliver(anAttempt({ owner: `attempt-${attempts}`, ...changes }), deps);
    },
  };
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A step whose call is the test's. It returns Telegram's id of a message. */
export type FakeStep = Pick<Step, "skip"> & {
  readonly send: (entry: LedgerEntry, deadlineMillis: number) => Promise<string>;
  /** Absent for a step that may be repeated without harm. */
  readonly beforeRepeat?: () => Promise<void>;
};

const fakes = new WeakMap<Step, FakeStep>();

const carryOutFakes: DeliveryActions["carryOut"] = async (step, { entry, deadlineMillis }) => {
  const fake = fakes.get(step);
  if (fake === undefined) throw new Error(`no test has made up ${step.name}`);
  return { id: await fake.send(entry, deadlineMillis) };
};

const probeFakes: DeliveryActions["probe"] = async (step) => fakes.get(step)?.beforeRepeat?.();

/** An event with such steps. The operator gets a delivery status. */
export function anEventWith(...steps: readonly FakeStep[]): RoutedEvent {
  return anEventDeciding({ kind: "steps", steps: steps.map(aStepOf) });
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

/** An event with that decision. The operator gets a delivery status. */
export function anEventDeciding(decision: Decision): RoutedEvent {
  return { reportTo: "amojo-message", decide: async () => decision };
}
