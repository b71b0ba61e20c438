import type { Direction } from "../../../lambdas/model/envelope.ts";
import { isStillFailing, sinceThen } from "../../aws/read-failed-attempts.ts";
import type { LastFailure } from "../../aws/read-failed-attempts.ts";
import { printable, printableId } from "../../output.ts";
import { commandOn } from "../../stage/stage.ts";
import type { Stage } from "../../stage/stage.ts";
import { fault, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";

/** Fewer failures in a row are a short trouble, which the sender's next attempts mostly end. */
const manyAttempts = 3;

/** Checks whether the sender's attempts succeed. */
export const attemptChecks: readonly Check[] = [
  {
    id: "attempts-to-amocrm",
    group: "bridge",
    title: "the sender's last failed attempt toward amoCRM has succeeded since",
    judge: (facts) => judgeAttempts(facts, "to-amocrm"),
  },
  {
    id: "attempts-to-telegram",
    group: "bridge",
    title: "the sender's last failed attempt toward Telegram has succeeded since",
    judge: (facts) => judgeAttempts(facts, "to-telegram"),
  },
];

function judgeAttempts({ failedAttempts, stage }: Facts, direction: Direction): Finding {
  if (!failedAttempts.known) return unknown(failedAttempts.why);
  const last = failedAttempts.value[direction];
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
  const judge = isMinor ? warning : fault;
  return judge(says, causes, fixOf(last, direction, stage));
}

function fixOf({ kind, eventId }: LastFailure, direction: Direction, stage: Stage): string {
  const vendor = direction === "to-amocrm" ? "amoCRM" : "Telegram";
  const trace = `${commandOn(stage, `trace ${printableId(eventId)}`)} shows the event`;
  if (kind === "unauthorized")
    return `fix the faults of the secrets and of ${vendor} above; ${trace}`;
  if (kind === "rate-limit") return `nothing: the sender waits as long as ${vendor} asks; ${trace}`;
  return `fix the other faults first; if there are none, wait until ${vendor} answers again; ${trace}`;
}
