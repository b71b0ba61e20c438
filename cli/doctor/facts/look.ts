import { call } from "../../../lambdas/http/call.ts";
import type { Answer } from "../../../lambdas/http/call.ts";
import { CommandFailure } from "../../command.ts";
import type { Fact, Reply } from "./facts.ts";

const timeoutMillis = 10_000;

export function known<Value>(value: Value): Fact<Value> {
  return { known: true, value };
}

export function notKnown(why: string): { readonly known: false; readonly why: string } {
  return { known: false, why };
}

/**
 * ReconcileSchedule something up within a time limit. A failure is a fact itself: its sentence where it is one of
 * ours, else only its class, because a message of others may quote what it was given.
 */
export async function look<Value>(
  work: () => Promise<Value>,
  patience: number = 2 * timeoutMillis,
): Promise<Fact<Value>> {
  const late = Promise.withResolvers<Fact<Value>>();
  const timer = setTimeout(
    () => late.resolve(notKnown(`no answer within ${patience / 1000} s`)),
    patience,
  );
  const found = work().then(known, (error: unknown) => {
    if (error instanceof CommandFailure) return notKnown(error.message);
    return notKnown(`the look failed (${error instanceof Error ? error.name : typeof error})`);
  });
  try {
    return await Promise.race([found, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** One HTTP call to anybody; `read` takes what is wanted of a success. */
export async function ask<Body>(
  url: string,
  init: Parameters<typeof call>[1],
  read?: (answer: Answer) => Body | undefined,
): Promise<Reply<Body>> {
  try {
    const answer = await call(url, init, { timeoutMillis });
    const { status } = answer;
    const body = status === 200 ? read?.(answer) : undefined;
    return { kind: "answered", status, ...(body === undefined ? {} : { body }) };
  } catch (error) {
    return { kind: "silent", reason: error instanceof Error ? error.message : "no answer" };
  }
}
