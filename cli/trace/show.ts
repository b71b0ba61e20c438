import { table } from "../output.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import type { Life } from "./life.ts";
import type { Trace } from "./trace.ts";

const notKept = "not kept (the ledger keeps it of parked and spooled messages only)";
const sides = { "to-amocrm": "amoCRM", "to-telegram": "Telegram" } as const;
const entrances = {
  telegram: "Telegram, by POST /telegram",
  amocrm: "amoCRM, by POST /amocrm or the caretaker's look into the history",
  bridge: "the bridge itself",
} as const;
const lateness = {
  spooled: "the queue refused it, the caretaker sent it on",
  unverified: "the secret store was down, the sender verified it",
  reconciled: "its hook was lost, the caretaker found it in the history",
  redriven: "a person sent it again",
} as const;

/** A trace in the form of `--json`. */
export function factsOf({ life, wasLost, followUps, inAmocrm }: Trace, stage: Stage) {
  return {
    event: life === undefined ? null : lifeFacts(life),
    wasLost,
    followUps: followUps.map(lifeFacts),
    inAmocrm: inAmocrm === undefined ? null : { id: inAmocrm.id, at: timeOf(inAmocrm.atMillis) },
    next: life === undefined ? null : (nextOf(life, stage) ?? null),
  };
}

function lifeFacts(life: Life) {
  const { id, state, direction, reason, steps, attempts, unknownOutcomes, redrives } = life;
  return {
    id,
    state,
    from: life.from ?? null,
    direction: direction ?? null,
    acceptedAt: timeOf(life.acceptedAtMillis),
    late: life.late ?? null,
    steps,
    attempts,
    unknownOutcomes,
    redrives,
    reason: reason ?? null,
    until: timeOf(life.untilMillis),
    endedAt: timeOf(life.endedAtMillis),
  };
}

/** A trace for a person. */
export function linesOf(trace: Trace, stage: Stage): string[] {
  const { life, wasLost, followUps, inAmocrm } = trace;
  const rows: string[][] = [];
  if (life !== undefined) rows.push(...rowsOf(life));
  if (wasLost) rows.push(["lost", lateness.reconciled]);
  if (inAmocrm !== undefined) {
    rows.push(["in amoCRM", `${inAmocrm.id}, written ${timeOf(inAmocrm.atMillis)}`]);
  }
  if (life === undefined && inAmocrm !== undefined) {
    rows.push([
      "event",
      "not known: the ledger has no index by Telegram's message; the log of telegram-webhook names it tg:<bot>:<update id>",
    ]);
  }
  if (life !== undefined && life.from === "amocrm") {
    rows.push(["operator", toldOf(life, followUps)]);
  }
  for (const each of followUps) rows.push([followUpName(each), `${each.id}: ${stateOf(each)}`]);
  const next = life === undefined ? undefined : nextOf(life, stage);
  if (next !== undefined) rows.push(["next", next]);
  return table(rows);
}

function rowsOf(life: Life): string[][] {
  const { from, direction, late, steps, attempts, unknownOutcomes, redrives } = life;
  const done = steps.map(({ step, id, outcome }) => [step, id, outcome].filter(Boolean).join(" "));
  return [
    ["event", life.id],
    ["from", from === undefined ? "unknown" : entrances[from]],
    ["accepted", timeOf(life.acceptedAtMillis) ?? notKept],
    ...(late === undefined ? [] : [["late", `${late}: ${lateness[late]}`]]),
    ["towards", direction === undefined ? "unknown" : sides[direction]],
    ["state", stateOf(life)],
    ["done", steps.length === 0 ? "nothing yet" : done.join(", ")],
    ["attempts", `${attempts} failed, ${unknownOutcomes} of unknown outcome`],
    ...(redrives === 0 ? [] : [["redrives", String(redrives)]]),
  ];
}

function stateOf({ state, reason = "unknown", untilMillis, endedAtMillis }: Life): string {
  const ended = timeOf(endedAtMillis);
  switch (state) {
    case "sent":
      return `sent ${ended ?? ""}`.trim();
    case "ignored":
      return reason === "discarded" ? `given up by a person ${ended}` : `nothing to send ${ended}`;
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
function toldOf({ state }: Life, followUps: readonly Life[]): string {
  if (followUps.some(({ id }) => id.startsWith("status:"))) return "told by a report of its own:";
  if (state === "sent" || state === "parked") {
    return "told at once (a report that had to wait would be an event of its own)";
  }
  return "not told yet";
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
      return `nothing: it is tried again by itself; if it stays so, ${commandOn(stage, "parked")} lists dead letters`;
    case "spooled":
      return `nothing: the caretaker sends it within minutes; if it stays so, ${commandOn(stage, "doctor")}`;
    case "sent":
    case "ignored":
      return undefined;
  }
}

function timeOf(millis: number | undefined): string | null {
  return millis === undefined ? null : new Date(millis).toISOString();
}
