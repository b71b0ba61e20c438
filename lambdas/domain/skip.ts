import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { SkipRule } from "./step.ts";

const retriedFailures = 2;
const retriedRefusals = 3;

/** Whether the event goes on without a step that failed so. */
export function isSkipped(
  rule: SkipRule | undefined,
  error: unknown,
  { attempts }: LedgerEntry,
): boolean {
  const isRefusal = error instanceof PermanentFailure;
  switch (rule) {
    case undefined:
      return false;
    case "any-failure":
      return true;
    case "refusal":
      return isRefusal;
    case "third-refusal":
      return isRefusal && attempts >= retriedRefusals;
    case "second-failure": {
      const needsPerson = error instanceof TransientFailure && error.needsPerson;
      return isRefusal || needsPerson || attempts >= retriedFailures;
    }
  }
}

/** The failure as the event has it: a refusal that may pass is tried again before the step is skipped. */
export function failureOf(rule: SkipRule | undefined, error: unknown): unknown {
  if (rule !== "third-refusal" || !(error instanceof PermanentFailure)) return error;
  return new TransientFailure(error.message, { cause: error });
}
