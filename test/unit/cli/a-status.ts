import type { BridgeStatus } from "../../../cli/aws/read-status.ts";

/** When these statuses were read. */
export const atMillis = Date.UTC(2026, 10, 22);

/** The depth of a queue in them. */
export const queue = { visible: 3, inFlight: 1, delayed: 2, dead: 0, oldestSeconds: 200 };

/** No event that is set aside. */
export const nothing = { count: 0, oldestAtMillis: undefined, reasons: {} };

/** A status with much that is not zero. */
export const aStatus = (differing: Partial<BridgeStatus> = {}): BridgeStatus => ({
  atMillis,
  queues: { "to-amocrm": queue, "to-telegram": { ...queue, dead: 4, oldestSeconds: undefined } },
  availability: { counted: 40_000, failed: 12 },
  failedAttempts: { "to-amocrm": undefined, "to-telegram": undefined },
  setAside: { parked: nothing, spooled: nothing },
  customers: { blocked: 2, deactivated: 1, scanned: 40, isComplete: true },
  caretaker: undefined,
  answers: undefined,
  ...differing,
});
