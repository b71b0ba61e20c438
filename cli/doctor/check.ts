import { call } from "../../lambdas/http/call.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { TimedOut, within } from "../../lambdas/http/time-limit.ts";
import type { Stage } from "../stage/stage.ts";
import { CommandFailure } from "../command.ts";

/** A fault, its consequences, and the command or action that fixes it. */
type Trouble = { readonly says: string; readonly causes: string; readonly fix: string };

/**
 * The result of a check. Only a fault makes `doctor` fail. `unknown` means that the check has no
 * facts, mostly because of a problem that another check reports.
 */
export type Finding =
  | { readonly state: "ok" | "unknown" | "not-applicable"; readonly says: string }
  | ({ readonly state: "warning" | "fault" } & Trouble);

/** One check. */
export type Check<Facts> = {
  /** The name of the check in `--json` and in conversations. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** Depends on the facts only. Run it by `judgeAll`: an unknown fact ends it. */
  readonly judge: (facts: Facts) => Finding;
};

/** A check with its finding. */
export type Judged = { readonly check: Omit<Check<never>, "judge">; readonly finding: Finding };

/** What every check of a bridge can use. */
export type StageFacts = { readonly nowMillis: number; readonly stage: Stage };

/** The checks of one group. */
export function checksOf<Facts>(
  group: string,
  checks: readonly Omit<Check<Facts>, "group">[],
): readonly Check<Facts>[] {
  return checks.map((check) => ({ ...check, group }));
}

export function ok(says: string): Finding {
  return { state: "ok", says };
}

export function unknown(says: string): Finding {
  return { state: "unknown", says };
}

export function notApplicable(says: string): Finding {
  return { state: "not-applicable", says };
}

export function warning(says: string, causes: string, fix: string): Finding {
  return { state: "warning", says, causes, fix };
}

export function fault(says: string, causes: string, fix: string): Finding {
  return { state: "fault", says, causes, fix };
}

class Conclusion extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.says);
    this.finding = finding;
  }
}

/** Ends the check with a finding, from inside of what it calls. */
export function conclude(finding: Finding): never {
  throw new Conclusion(finding);
}

/** The value of a fact. If it is not known, the check ends as unknown, with the reason. */
export function need<Value>(fact: Fact<Value>): Value {
  return fact.known ? fact.value : conclude(unknown(fact.why));
}

/** The same for a fact about AWS that the laptop run does not have. */
export function needDeployed<Value>(fact: Fact<Value>, { bridge }: Stage): Value {
  if (!fact.known && bridge === undefined) conclude(notApplicable(fact.why));
  return need(fact);
}

/** Judges the facts by every check. */
export function judgeAll<Facts>(checks: readonly Check<Facts>[], facts: Facts): readonly Judged[] {
  return checks.map((check) => ({ check, finding: findingOf(check, facts) }));
}

function findingOf<Facts>(check: Check<Facts>, facts: Facts): Finding {
  try {
    return check.judge(facts);
  } catch (error) {
    if (error instanceof Conclusion) return error.finding;
    throw error;
  }
}

const callTimeoutMillis = 10_000;

/** A value, or the reason why it could not be read. */
export type Fact<Value> =
  { readonly known: true; readonly value: Value } | { readonly known: false; readonly why: string };

/** The result of a call. Any status is an answer. */
export type Reply<Body = unknown> =
  | { readonly kind: "answered"; readonly status: number; readonly body?: Body }
  | { readonly kind: "silent"; readonly reason: string };

export function known<Value>(value: Value): Fact<Value> {
  return { known: true, value };
}

export function notKnown(why: string): Fact<never> {
  return { known: false, why };
}

/**
 * Reads a value within a time limit. A failure becomes a fact: the sentence of a CommandFailure, or
 * only the class of another error, because its message may quote the input.
 */
export async function readFact<Value>(
  work: () => Promise<Value>,
  timeoutMillis: number = 2 * callTimeoutMillis,
): Promise<Fact<Value>> {
  try {
    return known(await within(timeoutMillis, work));
  } catch (error) {
    if (error instanceof CommandFailure) return notKnown(error.message);
    if (error instanceof TimedOut) return notKnown(`no answer within ${timeoutMillis / 1000} s`);
    return notKnown(`the check failed (${error instanceof Error ? error.name : typeof error})`);
  }
}

/** Makes one HTTP call. `read` takes the wanted part of a 200. */
export async function ask<Body>(
  url: string,
  init: Parameters<typeof call>[1],
  read?: (answer: Answer) => Body | undefined,
): Promise<Reply<Body>> {
  try {
    const answer = await call(url, init, { timeoutMillis: callTimeoutMillis });
    const { status } = answer;
    const body = status === 200 ? read?.(answer) : undefined;
    return { kind: "answered", status, ...(body === undefined ? {} : { body }) };
  } catch (error) {
    return { kind: "silent", reason: error instanceof Error ? error.message : "no answer" };
  }
}

/** Whether a vendor gives answers. An overload or an error of its server is none. */
export function isAnswering(reply: Reply): boolean {
  return reply.kind === "answered" && reply.status < 500 && reply.status !== 429;
}
