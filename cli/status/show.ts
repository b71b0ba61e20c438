import { objective } from "../../infra/monitoring/objective.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { AnswerTimes, Availability } from "../aws/metrics.ts";
import type { QueueState } from "../aws/read-queues.ts";
import { isStillFailing, sinceThen } from "../aws/read-reports.ts";
import type { LastFailure } from "../aws/read-reports.ts";
import { agoOf, durationOf, timeOf } from "../format.ts";
import { printable, printableId, table } from "../output.ts";
import type { SetAside } from "../parked/sources.ts";
import type { BridgeStatus } from "./read-status.ts";

type Backlog = SetAside["parked"];

/** A bridge in the form of `--json`. */
export function factsOf(status: BridgeStatus) {
  const { queues, failedAttempts, setAside, customers, caretaker } = status;
  const queueFactsOf = (direction: Direction) => {
    const { oldestSeconds = null, ...counts } = queues[direction];
    return { ...counts, oldestSeconds, lastFailure: failureFacts(failedAttempts[direction]) };
  };
  return {
    at: timeOf(status.atMillis),
    availability: availabilityFacts(status.availability),
    toAmocrm: queueFactsOf("to-amocrm"),
    toTelegram: queueFactsOf("to-telegram"),
    parked: backlogFacts(setAside.parked),
    spooled: backlogFacts(setAside.spooled),
    customers,
    answersOfTheDay: answersFacts(status.answers),
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

function availabilityFacts(availability: BridgeStatus["availability"]) {
  if (availability === undefined || availability === "no-metrics") return null;
  const percent = percentOf(availability) ?? null;
  const objectivePercent = objective.availability * 100;
  return { days: objective.days, percent, objectivePercent, ...availability };
}

/** Rounded down, so that 100 means that no request failed. */
function percentOf({ counted, failed }: Availability): number | undefined {
  if (counted === 0) return undefined;
  return Math.floor(100_000 * (1 - failed / counted)) / 1000;
}

function failureFacts(last: LastFailure | undefined) {
  if (last === undefined) return null;
  const { atMillis, reason, eventId, event } = last;
  const state = event?.state ?? null;
  return { at: timeOf(atMillis), reason: printable(reason), event: printableId(eventId), state };
}

function backlogFacts({ count, oldestAtMillis, reasons }: Backlog) {
  return { count, oldestAt: timeOf(oldestAtMillis), reasons };
}

/** A bridge for a person. */
export function linesOf(status: BridgeStatus): string[] {
  const { queues, failedAttempts, setAside, customers, caretaker, atMillis } = status;
  const failed = (direction: Direction) => failureLine(failedAttempts[direction], atMillis);
  const rows = [
    ["availability", availabilityLine(status.availability)],
    ["to amoCRM", queueLine(queues["to-amocrm"])],
    ["  last failure", failed("to-amocrm")],
    ["to Telegram", queueLine(queues["to-telegram"])],
    ["  last failure", failed("to-telegram")],
    ["parked", backlogLine(setAside.parked, atMillis)],
    ["spool", backlogLine(setAside.spooled, atMillis)],
    ["customers", customersLine(customers)],
    ...(status.answers === undefined ? [] : [["answers", answersLine(status.answers)]]),
    ["caretaker", caretakerLine(caretaker, atMillis)],
  ];
  return table(rows).map((row) => `  ${row}`);
}

function availabilityLine(availability: BridgeStatus["availability"]): string {
  if (availability === "no-metrics") return "unknown: the laptop run has no metrics";
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
    oldestSeconds === undefined ? "" : `, the oldest for ${durationOf(oldestSeconds * 1000)}`;
  const letters = dead === 0 ? "" : `, dead letters ${dead}`;
  return `${visible + delayed} waiting, ${inFlight} with the senders${oldest}${letters}`;
}

function failureLine(last: LastFailure | undefined, nowMillis: number): string {
  if (last === undefined) return "none";
  const { atMillis, reason, eventId, event } = last;
  const now = isStillFailing(last)
    ? `${printableId(eventId)} still waits, ${event?.attempts} of its attempts failed`
    : sinceThen(last);
  return `${agoOf(atMillis, nowMillis)}: ${printable(reason)}; ${now}`;
}

function backlogLine({ count, oldestAtMillis, reasons }: Backlog, nowMillis: number): string {
  if (count === 0) return "none";
  const list = Object.entries(reasons).map(([reason, each]) => `${reason} ${each}`);
  const since =
    oldestAtMillis === undefined ? "" : `, the oldest ${agoOf(oldestAtMillis, nowMillis)}`;
  return `${count} (${list.join(", ")})${since}`;
}

function customersLine({
  blocked,
  deactivated,
  looked,
  isComplete,
}: BridgeStatus["customers"]): string {
  const of = isComplete ? `of ${looked} chats` : `of the first ${looked} chats, there are more`;
  return `${blocked} have blocked the bot, ${deactivated} have left Telegram (${of})`;
}

function answersFacts(answers: AnswerTimes | undefined) {
  if (answers === undefined) return null;
  const { count, p50, p90 } = answers;
  return { count, p50Seconds: Math.round(p50), p90Seconds: Math.round(p90) };
}

function answersLine({ count, p50, p90 }: AnswerTimes): string {
  const [half, most] = [p50, p90].map((seconds) => durationOf(seconds * 1000));
  return `${count} in a day, half within ${half}, nine of ten within ${most} of working time`;
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
      : `; ${foundLost} lost hooks found ${agoOf(reconciledAtMillis, nowMillis)}`;
  return `ran ${agoOf(ranAtMillis, nowMillis)}${failed}${skipped}${found}`;
}
