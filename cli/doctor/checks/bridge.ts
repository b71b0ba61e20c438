import { isUnreachable } from "../../../lambdas/model/failure.ts";
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
    title: "the caretaker has run within five minutes, and all its rounds went well",
    judge: (facts) => withReport(facts, judgeRun),
  },
  {
    id: "lost-hooks",
    group: "bridge",
    title: "the caretaker's last look into the chats found no hook lost",
    judge: (facts) => withReport(facts, judgeLost),
  },
  {
    id: "caretaker-checks",
    group: "bridge",
    title: "the caretaker's own signed checks came through both webhooks",
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
      `${says}, only to customers who cannot be reached`,
      "these were not delivered; no alarm rings for them",
      `${commandOn(stage, "discard --id …")} gives one up; should the customer come back, ${commandOn(stage, "redrive --id …")}`,
    );
  }
  return fault(
    says,
    "these were not delivered, and will not be by themselves",
    `${commandOn(stage, "parked")} says why; then ${commandOn(stage, "redrive --all")}, or ${commandOn(stage, "discard --id …")}`,
  );
}

function judgeSpool({ setAside, nowMillis, stage }: Facts): Finding {
  if (!setAside.known) return unknown(setAside.why);
  const { count, oldestAtMillis = nowMillis } = setAside.value.spooled;
  if (count === 0) return ok("empty");
  const forMillis = nowMillis - oldestAtMillis;
  const says = `${count} hooks, the oldest for ${Math.round(forMillis / minuteMillis)} min`;
  const look = `see caretaker-ran; ${commandOn(stage, "status")} shows how it empties`;
  return forMillis > stuckMillis
    ? fault(says, "operators' messages do not go out: the caretaker does not empty it", look)
    : warning(says, "operators' messages go out some minutes late: the queue refused them", look);
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
  const minutes = Math.max(0, Math.round((nowMillis - ranAtMillis) / minuteMillis));
  const fix = `look into the log of the caretaker; ${commandOn(stage, "reconcile --since 2h")} looks for lost hooks once`;
  if (nowMillis - ranAtMillis > lateMillis) {
    return fault(
      `it ran last ${minutes} min ago`,
      "spooled and lost messages of operators are not brought back",
      fix,
    );
  }
  const skipped = skippedRounds.length === 0 ? "" : `; not set up yet: ${skippedRounds.join(", ")}`;
  if (failedRounds.length === 0) return ok(`${minutes} min ago${skipped}`);
  return fault(
    `rounds failed when last due: ${failedRounds.join(", ")}`,
    "what these rounds look after is not looked after",
    fix,
  );
}

function judgeLost(report: CaretakerReport, { stage }: Facts): Finding {
  const { foundLost, reconciledAtMillis, skippedRounds = [] } = report;
  if (skippedRounds.includes("reconcile")) return unknown("skipped: not connected yet");
  if (foundLost === undefined || reconciledAtMillis === undefined) {
    return unknown("it has not looked yet");
  }
  const at = new Date(reconciledAtMillis).toISOString();
  if (foundLost === 0) return ok(`none at ${at}`);
  return warning(
    `${foundLost} lost and brought back at ${at}`,
    "these came late; the public address does not answer amoCRM always",
    `see the public address above; ${commandOn(stage, "reconcile --since 1d")} looks further back`,
  );
}

function judgeSignedChecks(report: CaretakerReport, { stage }: Facts): Finding {
  const { isTelegramWebhookFine, isAmocrmWebhookFine, checkedAtMillis } = report;
  if (checkedAtMillis === undefined) return unknown("it has made none yet");
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
    `${failing.join(" and ")} did not take a well-signed check at ${at}`,
    "hooks of amoCRM are lost, which it never repeats; Telegram keeps updates for a day",
    `fix the public address above, then ${commandOn(stage, "reconcile --since 2h")}`,
  );
}
