import type { Plain } from "../../lambdas/aws/table.ts";
import { readRecord } from "../../lambdas/aws/ledger.ts";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";
import { stepIds } from "../../lambdas/model/ledger.ts";
import type { StepRecord } from "../../lambdas/model/ledger.ts";
import { deliveryOf } from "../aws/open-sources.ts";
import { CommandFailure } from "../command.ts";

type Item = Readonly<Record<string, Plain>>;

/**
 * The known facts of one event. For sent events the ledger keeps neither the time of acceptance nor the
 * kind of lateness: each would make the write of every message longer. Both are then undefined.
 */
export type Life = {
  readonly id: string;
  readonly state: "sending" | "waiting" | "sent" | "ignored" | "parked" | "spooled";
  readonly from: Envelope["source"] | undefined;
  readonly direction: Direction | undefined;
  readonly acceptedAtMillis: number | undefined;
  readonly late: Envelope["late"];
  /** The finished steps in order, with the other side's id of a message. */
  readonly steps: readonly StepRecord[];
  readonly attempts: number;
  readonly unknownOutcomes: number;
  readonly redrives: number;
  readonly reason: string | undefined;
  /** The next attempt does not begin before this time, or the present attempt holds the event until then. */
  readonly untilMillis?: number | undefined;
  readonly endedAtMillis?: number | undefined;
};

/** Reads an item. Undefined for an item that the ledger itself treats as forgotten. */
export function readLife(item: Item, nowMillis: number): Life | undefined {
  const { id: key, direction, message } = deliveryOf(item);
  const envelope = readEnvelope(message);
  const { receivedAtMillis } = item;
  const acceptedAtMillis = typeof receivedAtMillis === "number" ? receivedAtMillis : undefined;
  if (item["state"] === "spooled") {
    return {
      id: envelope?.id ?? key.replace(/^spool:/, ""),
      state: "spooled",
      from: envelope?.source ?? "amocrm",
      direction: "to-telegram",
      acceptedAtMillis,
      late: "spooled",
      steps: [],
      attempts: 0,
      unknownOutcomes: 0,
      redrives: 0,
      reason: "queue-refused",
    };
  }
  const record = recordOf(item);
  if (record.expiresAt !== undefined && record.expiresAt * 1000 <= nowMillis) return undefined;
  const { id, state, attempts, ambiguous, redrive, reason, endedAtMillis } = record;
  const untilMillis = state === "sending" ? record.leaseUntilMillis : record.notBeforeMillis;
  return {
    id,
    state,
    from: envelope?.source ?? sourceOf(id, direction),
    direction,
    acceptedAtMillis,
    late: envelope?.late,
    steps: record.steps.map(withoutPath),
    attempts,
    unknownOutcomes: ambiguous,
    redrives: redrive,
    // For an event that was sent in the end, the reason belongs to an earlier attempt.
    reason,
    untilMillis: state === "sending" || state === "waiting" ? untilMillis : undefined,
    endedAtMillis: endedAtMillis === 0 ? undefined : endedAtMillis,
  };
}

/** The ledger's record of an event. Throws a sentence for a record of another version. */
export function recordOf(item: Item) {
  try {
    return readRecord(item);
  } catch {
    throw new CommandFailure("the ledger's entry is of another version: use the version deployed");
  }
}

/** Whether an event has made that message in amoCRM. */
export function hasShown(life: Life | undefined, amocrmMessageId: string): boolean {
  return life?.steps.some(({ id }) => id === amocrmMessageId) ?? false;
}

/** A digest as an id does not show its source. Towards Telegram only amoCRM's hooks have such ids. */
function sourceOf(id: string, direction?: Direction): Envelope["source"] | undefined {
  if (id.startsWith("tg:")) return "telegram";
  if (id.startsWith("amo:")) return "amocrm";
  if (/^(status|notice|silence|closed):/.test(id)) return "bridge";
  return direction === "to-telegram" ? "amocrm" : undefined;
}

/** Removes the path of a stored file: the path opens the file for anyone who has it. */
function withoutPath({ step, id, outcome }: StepRecord): StepRecord {
  const isShown = id !== undefined && (stepIds[step] === "telegram" || stepIds[step] === "amocrm");
  return { step, ...(isShown ? { id } : {}), ...(outcome === undefined ? {} : { outcome }) };
}
