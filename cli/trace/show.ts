import { timeOf, table } from "../output.ts";
import type { Line } from "../output.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import type { ChatEntry, ChatTrace, Trace } from "./trace.ts";
import type { Life } from "./life.ts";

const notKept = "not stored (the ledger stores it only for parked and spooled messages)";
const unknownCustomers =
  "not known: the ledger's keys are Telegram's updates. amoCRM has the message, so it was delivered";
const unknownOperators =
  "not known: its hook was lost, or the ledger does not keep the event any more";
const sides = { "to-amocrm": "amoCRM", "to-telegram": "Telegram" } as const;
const entrances = {
  telegram: "Telegram, by POST /telegram",
  amocrm: "amoCRM, by POST /amocrm or from the history, by the caretaker",
  bridge: "the bridge itself",
} as const;
const lateness = {
  spooled: "the queue refused it, the caretaker sent it on",
  unverified: "Secrets Manager was not available, the sender verified it",
  reconciled: "its hook was lost, the caretaker found it in the history",
  redriven: "a person sent it again",
} as const;

/** A trace in the form of `--json`. */
export function factsOf(trace: Trace, stage: Stage) {
  const { life, wasLost, followUps, inAmocrm } = trace;
  return {
    event: life === undefined ? null : lifeFacts(life),
    wasLost,
    followUps: followUps.map(lifeFacts),
    inAmocrm: inAmocrm === undefined ? null : { id: inAmocrm.id, at: timeOf(inAmocrm.atMillis) },
    next: nextFor(trace, stage) ?? null,
  };
}

/** What to do next about a message. Undefined when there is nothing. */
export function nextFor({ life, inAmocrm }: Trace, stage: Stage): string | undefined {
  if (life !== undefined) return nextOf(life, stage);
  if (inAmocrm?.isOperators !== true) return undefined;
  return `${commandOn(stage, "reconcile --since 6h")} finds lost hooks and delivers their messages`;
}

function lifeFacts({ acceptedAtMillis, untilMillis, endedAtMillis, ...life }: Life) {
  return {
    ...life,
    from: life.from ?? null,
    direction: life.direction ?? null,
    late: life.late ?? null,
    reason: life.reason ?? null,
    acceptedAt: timeOf(acceptedAtMillis),
    until: timeOf(untilMillis),
    endedAt: timeOf(endedAtMillis),
  };
}

/** A trace for a person. */
export function linesOf(trace: Trace, stage: Stage): string[] {
  const { life, wasLost, followUps, inAmocrm } = trace;
  const next = nextFor(trace, stage);
  return table([
    ...(life === undefined ? [] : rowsOf(life)),
    wasLost && ["lost", lateness.reconciled],
    inAmocrm && ["in amoCRM", `${inAmocrm.id}, written ${timeOf(inAmocrm.atMillis)}`],
    life === undefined &&
      inAmocrm && ["event", inAmocrm.isOperators ? unknownOperators : unknownCustomers],
    life?.from === "amocrm" && ["operator", reportedOf(life, followUps)],
    ...followUps.map((each) => [followUpName(each), `${each.id}: ${stateOf(each)}`]),
    next !== undefined && ["next", next],
  ]);
}

function rowsOf(life: Life) {
  const { from, direction, late, steps, attempts, unknownOutcomes, redrives } = life;
  const done = steps.map(({ step, id, outcome }) => [step, id, outcome].filter(Boolean).join(" "));
  return [
    ["event", life.id],
    ["from", from === undefined ? "unknown" : entrances[from]],
    ["accepted", timeOf(life.acceptedAtMillis) ?? notKept],
    late && ["late", `${late}: ${lateness[late]}`],
    ["towards", direction === undefined ? "unknown" : sides[direction]],
    ["state", stateOf(life)],
    ["done", done.join(", ") || "nothing yet"],
    ["attempts", `${attempts} failed, ${unknownOutcomes} of unknown outcome`],
    redrives > 0 && ["redrives", String(redrives)],
  ];
}

function stateOf({ state, reason = "unknown", untilMillis, endedAtMillis }: Life): string {
  const ended = timeOf(endedAtMillis);
  switch (state) {
    case "sent":
      return `sent ${ended ?? ""}`.trim();
    case "ignored":
      return reason === "discarded" ? `discarded by a person ${ended}` : `nothing to send ${ended}`;
    case "parked":
      return `parked ${ended}: ${reason}`;
    case "waiting":
      return `waiting until ${timeOf(untilMillis)}: ${reason}`;
    case "sending":
      return `being sent; the attempt holds it until ${timeOf(untilMillis)}`;
    case "spooled":
      return "in the spool: the queue refused it";
  }
}

/** A delivery state that was reported at once leaves no event behind. */
function reportedOf({ state }: Life, followUps: readonly Life[]): string {
  if (followUps.some(({ id }) => id.startsWith("status:")))
    return "delivery state reported by a separate event:";
  if (state === "sent" || state === "parked") {
    return "delivery state reported at once (a delayed report would be a separate event)";
  }
  return "delivery state not reported yet";
}

function followUpName({ id }: Life): string {
  if (!id.startsWith("status:")) return "notice";
  return id.endsWith(":-1") ? "not delivered" : "delivered";
}

function nextOf({ id, state }: Life, stage: Stage): string | undefined {
  switch (state) {
    case "parked": {
      const again = commandOn(stage, `redrive --id ${id}`);
      return `fix the reason, then ${again}; or ${commandOn(stage, `discard --id ${id}`)}`;
    }
    case "waiting":
    case "sending":
      return `nothing: the sender retries it; if the state does not change, ${commandOn(stage, "parked")} lists dead letters`;
    case "spooled":
      return `nothing: the caretaker sends it within minutes; if the state does not change, ${commandOn(stage, "doctor")}`;
    case "sent":
    case "ignored":
      return undefined;
  }
}

/** A chat's messages in the form of `--json`. */
export function chatFactsOf({ entries, gap }: ChatTrace) {
  return {
    messages: entries.map(({ atMillis, at, from, life, amocrmMessageId, telegramMessageId }) => ({
      time: timeOf(atMillis),
      timeIs: at,
      from: from ?? null,
      telegramMessage: telegramMessageId ?? null,
      amocrmMessage: amocrmMessageId ?? null,
      event: life === undefined ? null : lifeFacts(life),
    })),
    gap: gap ?? null,
  };
}

/** The same for a person, with the command that shows one message in full. */
export function chatLinesOf({ entries, gap }: ChatTrace, stage: Stage): Line[] {
  const rows = entries.map((entry) => [
    new Date(entry.atMillis).toISOString(),
    entry.at,
    entry.from === undefined ? "unknown" : `from ${entry.from}`,
    nameOf(entry),
    entry.life === undefined ? "in amoCRM; its event is not known" : stateOf(entry.life),
  ]);
  const [first] = entries;
  return [
    ...table(rows),
    gap !== undefined && `incomplete: ${gap}`,
    first && `one message in full: ${commandOn(stage, `trace ${nameOf(first)}`)}`,
  ];
}

/** The name by which `bridge trace` finds the message again. */
export function nameOf({ life, amocrmMessageId, telegramMessageId, from }: ChatEntry): string {
  if (life !== undefined && from !== "amoCRM") return life.id;
  return amocrmMessageId ?? life?.id ?? telegramMessageId ?? "";
}
