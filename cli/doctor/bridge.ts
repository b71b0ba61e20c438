import type { CaretakerReport } from "../../lambdas/model/caretaker-report.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { isUnreachable } from "../../lambdas/model/failure.ts";
import { isStillFailing, sinceThen } from "../aws/read-reports.ts";
import type { LastFailure, LastFailures } from "../aws/read-reports.ts";
import { agoOf, durationOf, printable, printableId } from "../output.ts";
import type { SetAside } from "../parked/parked.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { checksOf, conclude, fault, need, ok, unknown, warning } from "./check.ts";
import type { Finding, StageFacts, Fact } from "./check.ts";

type BridgeFacts = StageFacts & {
  readonly failedAttempts: Fact<LastFailures>;
  readonly setAside: Fact<SetAside>;
  /** Undefined where the caretaker has left no report yet. */
  readonly caretaker: Fact<CaretakerReport | undefined>;
};

/** Fewer failures in a row are a short trouble, which the sender's next attempts mostly end. */
const manyAttempts = 3;
/** The caretaker runs every minute, and a run may take most of a minute. */
const lateMillis = 5 * 60_000;
/** The caretaker drains the spool every minute. An event that stays longer is stuck. */
const stuckMillis = 5 * 60_000;

/** Checks of the bridge's own state. */
export const bridgeChecks = checksOf<BridgeFacts>("bridge", [
  {
    id: "attempts-to-amocrm",
    title: "the sender's last failed attempt toward amoCRM has succeeded since",
    judge: (facts) => judgeAttempts(facts, "to-amocrm"),
  },
  {
    id: "attempts-to-telegram",
    title: "the sender's last failed attempt toward Telegram has succeeded since",
    judge: (facts) => judgeAttempts(facts, "to-telegram"),
  },
  {
    id: "parked",
    title: "no message is parked",
    judge({ setAside, stage }) {
      const { count, reasons } = need(setAside).parked;
      if (count === 0) return ok("none");
      const list = Object.entries(reasons).map(([reason, each]) => `${reason} ${each}`);
      const says = `${count} parked (${list.join(", ")})`;
      if (Object.keys(reasons).every(isUnreachable)) {
        return warning(
          `${says}, all for unreachable customers`,
          "these events were not delivered; they cause no alarm",
          `${commandOn(stage, "discard --id …")} discards one; if the customer comes back, use ${commandOn(stage, "redrive --id …")}`,
        );
      }
      return fault(
        says,
        "these events were not delivered, and the bridge does not retry them",
        `${commandOn(stage, "parked")} shows the reasons; then ${commandOn(stage, "redrive --all")}, or ${commandOn(stage, "discard --id …")}`,
      );
    },
  },
  {
    id: "spool",
    title: "the spool is empty",
    judge({ setAside, nowMillis, stage }) {
      const { count, oldestAtMillis = nowMillis } = need(setAside).spooled;
      if (count === 0) return ok("empty");
      const forMillis = nowMillis - oldestAtMillis;
      const says = `${count} hooks, the oldest for ${durationOf(forMillis)}`;
      const fix = `see caretaker-ran; ${commandOn(stage, "status")} shows the spool`;
      return forMillis > stuckMillis
        ? fault(
            says,
            "operators' messages are not sent: the caretaker does not empty the spool",
            fix,
          )
        : warning(
            says,
            "operators' messages are sent some minutes late: the queue refused them",
            fix,
          );
    },
  },
  {
    id: "caretaker-ran",
    title: "the caretaker ran in the last five minutes, and all its rounds succeeded",
    judge({ caretaker, nowMillis, stage }) {
      const { ranAtMillis, failedRounds, skippedRounds = [] } = needReport(caretaker);
      const ran = agoOf(ranAtMillis, nowMillis);
      const fix = `read the log of the caretaker; ${commandOn(stage, "reconcile --since 2h")} searches once for lost hooks`;
      if (nowMillis - ranAtMillis > lateMillis) {
        const causes = "spooled and lost messages of operators are not delivered";
        return fault(`its last run was ${ran}`, causes, fix);
      }
      if (failedRounds.length > 0) {
        const says = `failed rounds in their last run: ${failedRounds.join(", ")}`;
        return fault(says, "the work of these rounds is not done", fix);
      }
      const skipped = skippedRounds.join(", ");
      return ok(skipped === "" ? ran : `${ran}; not set up yet: ${skipped}`);
    },
  },
  {
    id: "lost-hooks",
    title: "the caretaker's last search found no lost hooks",
    judge({ caretaker, stage }) {
      const { foundLost, reconciledAtMillis, skippedRounds = [] } = needReport(caretaker);
      if (skippedRounds.includes("reconcile")) return unknown("skipped: not connected yet");
      if (foundLost === undefined || reconciledAtMillis === undefined) {
        return unknown("it has not searched yet");
      }
      const at = new Date(reconciledAtMillis).toISOString();
      if (foundLost === 0) return ok(`none at ${at}`);
      return warning(
        `${foundLost} lost hooks found and enqueued at ${at}`,
        "these messages came late: the public address sometimes does not answer amoCRM",
        `see the public address above; ${commandOn(stage, "reconcile --since 1d")} searches a longer time`,
      );
    },
  },
  {
    id: "caretaker-checks",
    title: "both webhooks accepted the caretaker's signed checks",
    judge({ caretaker, stage }) {
      const report = needReport(caretaker);
      const { isTelegramWebhookFine, isAmocrmWebhookFine, checkedAtMillis } = report;
      if (checkedAtMillis === undefined) return unknown("it has made no checks yet");
      const failing = [
        ...(isTelegramWebhookFine === false ? ["/telegram"] : []),
        ...(isAmocrmWebhookFine === false ? ["/amocrm"] : []),
      ];
      const at = new Date(checkedAtMillis).toISOString();
      if (failing.length > 0) {
        return fault(
          `${failing.join(" and ")} did not accept a correctly signed check at ${at}`,
          "amoCRM's hooks are lost, because amoCRM does not retry them; Telegram keeps updates for a day",
          `fix the public address above, then ${commandOn(stage, "reconcile --since 2h")}`,
        );
      }
      return ok(
        isAmocrmWebhookFine === undefined ? `at ${at}; /amocrm is not set up yet` : `at ${at}`,
      );
    },
  },
]);

function needReport(caretaker: BridgeFacts["caretaker"]): CaretakerReport {
  return need(caretaker) ?? conclude(unknown("it has not run yet"));
}

function judgeAttempts({ failedAttempts, stage }: BridgeFacts, direction: Direction): Finding {
  const last = need(failedAttempts)[direction];
  if (last === undefined) return ok("no attempt failed");
  const { eventId, atMillis, reason, kind, event } = last;
  const what = `${printable(reason)}, at ${new Date(atMillis).toISOString()}`;
  if (!isStillFailing(last)) return ok(`the last failure was ${what}; ${sinceThen(last)}`);
  const attempts = event?.attempts ?? 0;
  const says = `${what}; ${printableId(eventId)} still waits, ${attempts} of its attempts failed`;
  const causes =
    direction === "to-amocrm"
      ? "operators do not see the customers' messages that wait; the sender repeats the attempts"
      : "customers do not get the operators' answers that wait; the sender repeats the attempts";
  const isMinor = kind === "rate-limit" || (kind !== "unauthorized" && attempts < manyAttempts);
  return (isMinor ? warning : fault)(says, causes, fixOf(last, direction, stage));
}

function fixOf({ kind, eventId }: LastFailure, direction: Direction, stage: Stage): string {
  const vendor = direction === "to-amocrm" ? "amoCRM" : "Telegram";
  const trace = `${commandOn(stage, `trace ${printableId(eventId)}`)} shows the event`;
  if (kind === "unauthorized") {
    return `fix the faults of the secrets and of ${vendor} above; ${trace}`;
  }
  if (kind === "rate-limit") return `nothing: the sender waits as long as ${vendor} asks; ${trace}`;
  return `fix the other faults first; if there are none, wait until ${vendor} answers again; ${trace}`;
}
