import { objective } from "../../infra/monitoring/objective.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Availability } from "../aws/read-availability.ts";
import type { LastFailure } from "../aws/read-failed-attempts.ts";
import { isStillFailing, sinceThen } from "../aws/read-failed-attempts.ts";
import type { QueueState } from "../aws/read-queues.ts";
import { printable, printableId, table } from "../output.ts";
import type { SetAside } from "../parked/sources.ts";
import type { Unreachable } from "./count-unreachable.ts";
import type { BridgeStatus } from "./read-status.ts";

type Backlog = SetAside["parked"];

/** A bridge in the form of `--json`. */
export function factsOf(status: BridgeStatus) {
  const { queues, failedAttempts, setAside, customers, caretaker } = status;
  const queueFactsOf = (direction: Direction) => ({
    ...queueFacts(queues[direction]),
    lastFailure: failureFacts(failedAttempts[direction]),
  });
  return {
    at: timeOf(status.atMillis),
    availability: availabilityFacts(status.availability),
    toAmocrm: queueFactsOf("to-amocrm"),
    toTelegram: queueFactsOf("to-telegram"),
    parked: pileFacts(setAside.parked),
    spooled: pileFacts(setAside.spooled),
    customers,
    caretaker:
      caretaker === undefined
        ? null
        : {
            ranAt: timeOf(caretaker.ranAtMillis),
            failedRounds: caretaker.failedRounds,
            skippedRounds: caretaker.skippedRounds ?? [],
            lookedForLostAt: timeOf(caretaker.reconciledAtMillis),
            foundLost: caretaker.foundLost ?? null,
          },
  };
}

function availabilityFacts(availability: Availability | undefined) {
  if (availability === undefined) return null;
  const percent = percentOf(availability) ?? null;
  const objectivePercent = objective.availability * 100;
  return { days: objective.days, percent, objectivePercent, ...availability };
}

/** Rounded down, so that 100 means that no request failed. */
function percentOf({ counted, failed }: Availability): number | undefined {
  if (counted === 0) return undefined;
  return Math.floor(100_000 * (1 - failed / counted)) / 1000;
}

function queueFacts({ oldestSeconds, ...counts }: QueueState) {
  return { ...counts, oldestSeconds: oldestSeconds ?? null };
}

function failureFacts(last: LastFailure | undefined) {
  if (last === undefined) return null;
  const { atMillis, reason, eventId, event } = last;
  const state = event?.state ?? null;
  return { at: timeOf(atMillis), reason: printable(reason), event: printableId(eventId), state };
}

function pileFacts({ count, oldestAtMillis, reasons }: Backlog) {
  return { count, oldestAt: timeOf(oldestAtMillis), reasons };
}

/** A bridge for a person. */
export function linesOf(status: BridgeStatus): string[] {
  const { queues, failedAttempts, setAside, customers, caretaker, atMillis } = status;
  const failed = (direction: Direction) => failureLine(failedAttempts[direction], atMillis);
  const rows = [
    ["availability", availabilityLine(status)],
    ["to amoCRM", queueLine(queues["to-amocrm"])],
    ["  last failure", failed("to-amocrm")],
    ["to Telegram", queueLine(queues["to-telegram"])],
    ["  last failure", failed("to-telegram")],
    ["parked", pileLine(setAside.parked, atMillis)],
    ["spool", pileLine(setAside.spooled, atMillis)],
    ["customers", customersLine(customers)],
    ["caretaker", caretakerLine(caretaker, atMillis)],
  ];
  return table(rows).map((row) => `  ${row}`);
}

function availabilityLine({ hasMetrics, availability }: BridgeStatus): string {
  if (!hasMetrics) return "unknown: the laptop run has no metrics";
  if (availability === undefined) {
    return "unknown: CloudWatch does not answer, or the credentials do not allow cloudwatch:GetMetricStatistics";
  }
  const { counted, failed } = availability;
  const percent = percentOf(availability);
  if (percent === undefined) return `no requests in ${objective.days} days`;
  const goal = `objective ${objective.availability * 100} %`;
  return `${percent} % in ${objective.days} days, ${goal}: ${failed} of ${counted} requests failed (5xx)`;
}

function queueLine({ visible, inFlight, delayed, dead, oldestSeconds }: QueueState): string {
  const oldest =
    oldestSeconds === undefined ? "" : `, the oldest for ${spanOf(oldestSeconds * 1000)}`;
  const letters = dead === 0 ? "" : `, dead letters ${dead}`;
  return `${visible + delayed} waiting, ${inFlight} with the senders${oldest}${letters}`;
}

function failureLine(last: LastFailure | undefined, nowMillis: number): string {
  if (last === undefined) return "none";
  const { atMillis, reason, eventId, event } = last;
  const now = isStillFailing(last)
    ? `${printableId(eventId)} still waits, ${event?.attempts} of its attempts failed`
    : sinceThen(last);
  return `${ago(atMillis, nowMillis)}: ${printable(reason)}; ${now}`;
}

function pileLine({ count, oldestAtMillis, reasons }: Backlog, nowMillis: number): string {
  if (count === 0) return "none";
  const list = Object.entries(reasons).map(([reason, each]) => `${reason} ${each}`);
  const since =
    oldestAtMillis === undefined ? "" : `, the oldest ${ago(oldestAtMillis, nowMillis)}`;
  return `${count} (${list.join(", ")})${since}`;
}

function customersLine({ blocked, deactivated, looked, isComplete }: Unreachable): string {
  const of = isComplete ? `of ${looked} chats` : `of the first ${looked} chats, there are more`;
  return `${blocked} have blocked the bot, ${deactivated} have left Telegram (${of})`;
}

function caretakerLine(report: BridgeStatus["caretaker"], nowMillis: number): string {
  if (report === undefined) return "has not run yet";
  const { ranAtMillis, failedRounds, skippedRounds = [], foundLost, reconciledAtMillis } = report;
  const failed = failedRounds.length === 0 ? "" : `, failed: ${failedRounds.join(", ")}`;
  const skipped = skippedRounds.length === 0 ? "" : `, not set up yet: ${skippedRounds.join(", ")}`;
  const isOld = skippedRounds.includes("reconcile");
  const found =
    isOld || foundLost === undefined || reconciledAtMillis === undefined
      ? ""
      : `; ${foundLost} lost hooks found ${ago(reconciledAtMillis, nowMillis)}`;
  return `ran ${ago(ranAtMillis, nowMillis)}${failed}${skipped}${found}`;
}

function ago(millis: number, nowMillis: number): string {
  return `${spanOf(nowMillis - millis)} ago`;
}

/** Keeps about two digits: a span of days needs no seconds. */
function spanOf(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

function timeOf(millis: number | undefined): string | null {
  return millis === undefined ? null : new Date(millis).toISOString();
}
