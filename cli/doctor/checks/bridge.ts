import { isUnreachable } from "../../../lambdas/model/failure.ts";
import { agoOf, durationOf } from "../../format.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { CaretakerReport } from "../../../lambdas/model/caretaker-report.ts";
import type { Facts } from "../facts/facts.ts";

const minuteMillis = 60_000;
/** The caretaker runs every minute, and a run may take most of a minute. */
const lateMillis = 5 * minuteMillis;
/** The caretaker drains the spool every minute. An event that stays longer is stuck. */
const stuckMillis = 5 * minuteMillis;

/** Checks of the bridge's own state. */
export const bridgeChecks: readonly Check[] = [
  { id: "parked", group: "bridge", title: "no message is parked", judge: judgeParked },
  { id: "spool", group: "bridge", title: "the spool is empty", judge: judgeSpool },
  {
    id: "caretaker-ran",
    group: "bridge",
    title: "the caretaker ran in the last five minutes, and all its rounds succeeded",
    judge: (facts) => withReport(facts, judgeRun),
  },
  {
    id: "lost-hooks",
    group: "bridge",
    title: "the caretaker's last search found no lost hooks",
    judge: (facts) => withReport(facts, judgeLost),
  },
  {
    id: "caretaker-checks",
    group: "bridge",
    title: "both webhooks accepted the caretaker's signed checks",
    judge: (facts) => withReport(facts, judgeSignedChecks),
  },
];

function judgeParked({ setAside, stage }: Facts): Finding {
  if (!setAside.known) return unknown(setAside.why);
  const { count, reasons } = setAside.value.parked;
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
}

function judgeSpool({ setAside, nowMillis, stage }: Facts): Finding {
  if (!setAside.known) return unknown(setAside.why);
  const { count, oldestAtMillis = nowMillis } = setAside.value.spooled;
  if (count === 0) return ok("empty");
  const forMillis = nowMillis - oldestAtMillis;
  const says = `${count} hooks, the oldest for ${durationOf(forMillis)}`;
  const look = `see caretaker-ran; ${commandOn(stage, "status")} shows the spool`;
  return forMillis > stuckMillis
    ? fault(says, "operators' messages are not sent: the caretaker does not empty the spool", look)
    : warning(says, "operators' messages are sent some minutes late: the queue refused them", look);
}

function withReport(
  facts: Facts,
  judge: (report: CaretakerReport, facts: Facts) => Finding,
): Finding {
  if (!facts.caretaker.known) return unknown(facts.caretaker.why);
  const report = facts.caretaker.value;
  return report === undefined ? unknown("it has not run yet") : judge(report, facts);
}

function judgeRun(report: CaretakerReport, { nowMillis, stage }: Facts) {
  const { ranAtMillis, failedRounds, skippedRounds = [] } = report;
  const ran = agoOf(ranAtMillis, nowMillis);
  const fix = `read the log of the caretaker; ${commandOn(stage, "reconcile --since 2h")} searches once for lost hooks`;
  if (nowMillis - ranAtMillis > lateMillis) {
    return fault(
      `its last run was ${ran}`,
      "spooled and lost messages of operators are not delivered",
      fix,
    );
  }
  const skipped = skippedRounds.length === 0 ? "" : `; not set up yet: ${skippedRounds.join(", ")}`;
  if (failedRounds.length === 0) return ok(`${ran}${skipped}`);
  return fault(
    `failed rounds in their last run: ${failedRounds.join(", ")}`,
    "the work of these rounds is not done",
    fix,
  );
}

function judgeLost(report: CaretakerReport, { stage }: Facts): Finding {
  const { foundLost, reconciledAtMillis, skippedRounds = [] } = report;
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
}

function judgeSignedChecks(report: CaretakerReport, { stage }: Facts): Finding {
  const { isTelegramWebhookFine, isAmocrmWebhookFine, checkedAtMillis } = report;
  if (checkedAtMillis === undefined) return unknown("it has made no checks yet");
  const failing = [
    ...(isTelegramWebhookFine === false ? ["/telegram"] : []),
    ...(isAmocrmWebhookFine === false ? ["/amocrm"] : []),
  ];
  const at = new Date(checkedAtMillis).toISOString();
  if (failing.length === 0) {
    return ok(
      isAmocrmWebhookFine === undefined ? `at ${at}; /amocrm is not set up yet` : `at ${at}`,
    );
  }
  return fault(
    `${failing.join(" and ")} did not accept a correctly signed check at ${at}`,
    "amoCRM's hooks are lost, because amoCRM does not retry them; Telegram keeps updates for a day",
    `fix the public address above, then ${commandOn(stage, "reconcile --since 2h")}`,
  );
}
