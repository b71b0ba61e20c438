import { objective } from "../../infra/monitoring/objective.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { reasonInWords, say } from "../../local/page/app/way/told.ts";
import type { Reader } from "../../local/page/app/way/told.ts";
import type { ReportSection } from "../../local/page/report/report.ts";
import { isStillFailing } from "../aws/read-reports.ts";
import type { LastFailure } from "../aws/read-reports.ts";
import type { QueueState } from "../aws/read-queues.ts";
import { percentOf } from "../aws/read-status.ts";
import type { BridgeStatus } from "../aws/read-status.ts";
import { durationOf, printable } from "../output.ts";
import type { Backlog } from "../parked/parked.ts";
import { texts } from "./texts.ts";

/** The state of a bridge for a person who does not run it. A text is the reason why it was not read. */
export function bridgeReport(
  name: string,
  status: BridgeStatus | string,
  reader: Reader,
): ReportSection {
  if (typeof status === "string") {
    return { heading: name, rows: [["–", say(texts.notRead, reader, { why: status })]] };
  }
  const { queues, failedAttempts, setAside } = status;
  const label = (text: keyof typeof texts) => say(texts[text], reader);
  const failed = (direction: Direction) => failureOf(failedAttempts[direction], reader);
  const rows: (readonly [string, string] | false)[] = [
    [label("toAmocrm"), queueOf(queues["to-amocrm"], reader)],
    [label("lastFailure"), failed("to-amocrm")],
    [label("toTelegram"), queueOf(queues["to-telegram"], reader)],
    [label("lastFailure"), failed("to-telegram")],
    [label("parked"), backlogOf(setAside.parked, reader)],
    [label("spool"), backlogOf(setAside.spooled, reader)],
    [label("customers"), customersOf(status.customers, reader)],
    status.answers !== undefined && [label("answers"), answersOf(status.answers, reader)],
    [label("requests"), availabilityOf(status.availability, reader)],
    [label("caretaker"), caretakerOf(status.caretaker, reader)],
  ];
  return { heading: name, rows: rows.filter((row) => row !== false) };
}

function queueOf(queue: QueueState, reader: Reader): string {
  const { visible, delayed, inFlight, dead, oldestSeconds } = queue;
  const age = oldestSeconds && durationOf(oldestSeconds * 1000, reader.language);
  return [
    say(texts.queue, reader, { waiting: visible + delayed, inFlight }),
    age === undefined ? "" : say(texts.oldest, reader, { age }),
    dead === 0 ? "" : say(texts.dead, reader, { dead }),
  ].join("");
}

function failureOf(last: LastFailure | undefined, reader: Reader): string {
  if (last === undefined) return say(texts.none, reader);
  const time = reader.timeOf(last.atMillis);
  const since = isStillFailing(last)
    ? texts.stillWaits
    : last.event?.state === "sent"
      ? texts.succeeded
      : texts.ended;
  const values = { time, reason: printable(last.reason), since: say(since, reader) };
  return say(texts.failedAt, reader, values);
}

function backlogOf({ count, oldestAtMillis, reasons }: Backlog, reader: Reader): string {
  if (count === 0) return say(texts.none, reader);
  const list = Object.entries(reasons).map(
    ([reason, each]) => `${each} × ${reasonInWords(printable(reason), reader)}`,
  );
  const oldest =
    oldestAtMillis && say(texts.since, reader, { time: reader.timeOf(oldestAtMillis) });
  return [`${count}: ${list.join("; ")}`, oldest].filter(Boolean).join("; ");
}

function customersOf(customers: BridgeStatus["customers"], reader: Reader): string {
  const { blocked, deactivated, scanned: of, isComplete } = customers;
  const counted = say(texts.unreachable, reader, { blocked, deactivated, of });
  return counted + (isComplete ? "" : say(texts.firstChats, reader));
}

function answersOf(
  { count, p50, p90 }: NonNullable<BridgeStatus["answers"]>,
  reader: Reader,
): string {
  const [half, most] = [p50, p90].map((seconds) => durationOf(seconds * 1000, reader.language));
  return say(texts.answerTimes, reader, { count, half, most });
}

function availabilityOf(availability: BridgeStatus["availability"], reader: Reader): string {
  if (availability === undefined || availability === "no-metrics")
    return say(texts.unknown, reader);
  const percent = percentOf(availability);
  if (percent === undefined) return say(texts.none, reader);
  return say(texts.availability, reader, { percent, days: objective.days, ...availability });
}

function caretakerOf(report: BridgeStatus["caretaker"], reader: Reader): string {
  if (report === undefined) return say(texts.neverRan, reader);
  const { ranAtMillis, failedRounds, foundLost = 0, reconciledAtMillis } = report;
  return [
    say(texts.ran, reader, { time: reader.timeOf(ranAtMillis) }),
    failedRounds.length === 0
      ? ""
      : say(texts.failedRounds, reader, { rounds: failedRounds.join(", ") }),
    foundLost === 0 || reconciledAtMillis === undefined
      ? ""
      : say(texts.lostHooks, reader, {
          found: foundLost,
          time: reader.timeOf(reconciledAtMillis),
        }),
  ].join("");
}
