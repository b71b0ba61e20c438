import { objective } from "../../infra/monitoring/objective.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { say } from "../../local/page/app/way/told.ts";
import type { ReportSection } from "../../local/page/report/report.ts";
import { answerOptions, command, CommandFailure } from "../command.ts";
import {
  print,
  progressOn,
  printable,
  printableId,
  table,
  agoOf,
  durationOf,
  timeOf,
} from "../output.ts";
import { findStage, knownStages } from "../stage/open-stage.ts";
import { laptop } from "../stage/stage.ts";
import { percentOf, readStatus } from "../aws/read-status.ts";
import type { BridgeStatus } from "../aws/read-status.ts";
import { isStillFailing, sinceThen } from "../aws/read-reports.ts";
import { bridgeReport } from "../report/status-report.ts";
import { texts } from "../report/texts.ts";
import { readerIn, reportOptions, writeReport } from "../report/write-report.ts";
import type { AnswerTimes } from "../aws/metrics.ts";
import type { QueueState } from "../aws/read-queues.ts";
import type { LastFailure } from "../aws/read-reports.ts";
import type { Backlog } from "../parked/parked.ts";

/** `bridge status`: shows the present state of a stage's bridges. */
export const statusCommand = command({
  about: `Shows for one bridge, or for each bridge of the stage: the number and age of events in each queue,
dead letters, parked and spooled events, the number of customers who have blocked the bot, and the
time of the caretaker's last run. It changes nothing. To count the customers, it reads at most 20 MB
of the table of chats. bridge doctor shows whether something is wrong. Exit code 1: a bridge could
not be read.`,
  options: {
    ...reportOptions,
    ...answerOptions,
    bridge: { value: "B", about: "a bridge of that stage; default: all of them" },
  },
  examples: ["status --stage prod", "status --stage prod --html status.html"],
  async run(options, terminal) {
    const progress = progressOn(terminal);
    const bridges: object[] = [];
    const lines: string[] = [];
    const failures: string[] = [];
    const reader = readerIn(options.language);
    const sections: ReportSection[] = [];
    for (const bridge of await namesOf(options)) {
      const name = bridge ?? laptop;
      const wanted = bridge === undefined ? options : { ...options, bridge };
      const show = (text: string) => progress.show(`${name}: ${text}`);
      const status = await findStage(wanted, terminal)
        .then((stage) => readStatus(stage, show))
        .catch((error: unknown) => {
          if (error instanceof CommandFailure) return error.message;
          throw error;
        });
      progress.end();
      sections.push(bridgeReport(name, status, reader));
      if (typeof status === "string") {
        failures.push(`${name}: ${status}`);
        bridges.push({ bridge: bridge ?? null, failed: status });
        continue;
      }
      bridges.push({ bridge: bridge ?? null, ...factsOf(status) });
      lines.push(name, ...linesOf(status), "");
    }
    if (options.html !== undefined) {
      const title = say(texts.status, reader, { stage: options.stage ?? laptop });
      const report = { title, reader, madeAtMillis: Date.now(), sections };
      await writeReport(report, options.html, options);
    }
    if (bridges.length > failures.length || options.json) {
      print(
        terminal,
        options.json,
        { stage: options.stage ?? laptop, bridges },
        lines.slice(0, -1),
      );
    }
    if (failures.length > 0) throw new CommandFailure(failures.join("; "));
  },
});

/** The bridges to read. On the laptop run it is one bridge without a name. */
async function namesOf({
  stage = laptop,
  bridge,
}: {
  stage?: string;
  bridge?: string;
}): Promise<readonly (string | undefined)[]> {
  if (bridge !== undefined || stage === laptop) return [bridge];
  const all = await knownStages();
  const names = Object.hasOwn(all, stage) ? Object.keys(all[stage]?.bridges ?? {}) : [];
  // The later search for the stage reports that it does not exist.
  return names.length === 0 ? [undefined] : names;
}

/** A bridge in the form of `--json`. */
export function factsOf(status: BridgeStatus) {
  const { queues, failedAttempts, setAside, caretaker } = status;
  const { scanned: looked, ...customers } = status.customers;
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
    customers: { ...customers, looked },
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

function customersLine(customers: BridgeStatus["customers"]): string {
  const { blocked, deactivated, scanned, isComplete } = customers;
  const of = isComplete ? `of ${scanned} chats` : `of the first ${scanned} chats, there are more`;
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
