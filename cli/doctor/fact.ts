import { call } from "../../lambdas/http/call.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { TimedOut, within } from "../../lambdas/http/time-limit.ts";
import { CommandFailure } from "../command.ts";

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

export function notKnown(why: string): { readonly known: false; readonly why: string } {
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
