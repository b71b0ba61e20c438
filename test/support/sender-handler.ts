import {
  MemoryBodyStore,
  MemoryConversationStore,
  MemoryFailedAttempts,
  MemoryPauseStore,
} from "./memory/stores.ts";
import { MemoryDeliveryLedger } from "./memory/ledger.ts";
import { createActivity } from "../../lambdas/delivery/activity.ts";
import type { Attempt, RoutedEvent } from "../../lambdas/delivery/attempt.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";
import { createDeliverySender } from "../../lambdas/delivery/sqs-batch.ts";
import { aClock } from "./clock.ts";
import { aContext } from "./lambda-events.ts";
import { aRecordingLogger } from "./recording-logger.ts";

/** Does nothing and completes. */
export const noop: RoutedEvent = { decide: async () => ({ kind: "ignore", reason: "nothing" }) };

/** The sender with its dependencies in memory, and a record of its attempts and waits. */
export const aSender = (
  route: (attempt: Attempt) => Promise<RoutedEvent> = async () => noop,
  {
    redelivery = async () => undefined,
    ledger = new MemoryDeliveryLedger(),
    end = async () => undefined,
  }: {
    redelivery?: () => Promise<void>;
    ledger?: MemoryDeliveryLedger;
    end?: (waitedMillis: number) => Promise<void>;
  } = {},
) => {
  const attempts: Attempt[] = [];
  const waits: unknown[] = [];
  const logger = aRecordingLogger();
  const sender = createDeliverySender({
    stores: {
      ledger,
      conversations: new MemoryConversationStore(),
      bodies: new MemoryBodyStore(),
      activity: createActivity(),
      pauses: createPauses(new MemoryPauseStore(), aClock().now),
      failedAttempts: new MemoryFailedAttempts(),
    },
    actions: {
      mayReadStale: () => false,
      route: (attempt) => {
        attempts.push(attempt);
        return route(attempt);
      },
      carryOut: async () => ({}),
      probe: async () => undefined,
      reportOutcome: async () => undefined,
    },
    now: aClock().now,
    random: () => 0.5,
    logger,
    leaseMillis: 65_000,
    throttle: { end },
    queues: {
      redelivery: {
        after: (...wait) => {
          waits.push(wait);
          return redelivery();
        },
      },
      names: { "to-amocrm": "bridge-to-amocrm.fifo", "to-telegram": "bridge-to-telegram.fifo" },
    },
  });
  type Run = (event: unknown, context: unknown) => Promise<unknown>;
  return {
    ledger,
    attempts,
    waits,
    logger,
    run: (event: unknown, context: unknown = aContext()) =>
      (sender as unknown as Run)(event, context),
  };
};
