import type * as z from "zod";
import { isWellFormed, parseJson } from "../../http.ts";
import { describe } from "../control.ts";
import type { AmocrmSimulatorOptions } from "./types.ts";
import type { SimulatedAnswer } from "../../http.ts";

/** amoCRM's refusal. `reason` explains it where amoCRM's own answer does not. */
export class AmocrmRefusal extends Error {
  override readonly name = "AmocrmRefusal";
  readonly answer: SimulatedAnswer;

  constructor(answer: SimulatedAnswer, reason: string) {
    super(reason);
    this.answer = answer;
  }
}

/** A refusal of the Chats API in its envelope. */
export function chatsRefusal(
  status: number,
  errorType: string,
  description: string,
  reason = description,
): AmocrmRefusal {
  const body = {
    status: 0,
    error_code: status,
    error_type: errorType,
    error_description: description,
  };
  return new AmocrmRefusal({ status, body }, reason);
}

/** A 400 of the Chats API. The vendor's `error_type` is not known. The description names the field. */
export function badData(description: string): AmocrmRefusal {
  return chatsRefusal(400, "INVALID_REQUEST", description);
}

/** A refusal of the main API, as a problem document. */
export function mainRefusal(
  status: number,
  title: string,
  detail: string,
  more: object = {},
): AmocrmRefusal {
  const body = { ...more, title, type: `https://httpstatus.es/${status}`, status, detail };
  const headers = { "Content-Type": "application/problem+json" };
  return new AmocrmRefusal({ status, body, headers }, detail);
}

/** A 200 of the main API. */
export function halAnswer(body: unknown): SimulatedAnswer {
  return { status: 200, body, headers: { "Content-Type": "application/hal+json" } };
}

/** The same for all items of a list. */
export function allAnswer(name: string, items: readonly object[]): SimulatedAnswer {
  return halAnswer({ _total_items: items.length, _embedded: { [name]: items } });
}

/** Reads JSON bytes by a schema, or throws the Chats API's 400 that names the field. */
export function readBody<Value>(body: Buffer, schema: z.ZodType<Value>): Value {
  const value = parseJson(body);
  if (value === undefined) throw badData("body: not valid JSON");
  const result = schema.safeParse(value);
  if (!result.success) throw badData(describe(result.error));
  return result.data;
}

/** Whether a JSON body has half of a surrogate pair, and the account refuses it. */
export function hasLoneSurrogate(
  { loneSurrogates }: AmocrmSimulatorOptions,
  body: Buffer,
): boolean {
  // The code that reads the body refuses what is not JSON.
  return loneSurrogates !== "accept" && !isWellFormed(parseJson(body));
}

/** The usual body of a status, for faults without a body. */
export function usualBody(path: string, status: number): unknown {
  if (status < 400) return undefined;
  const refusal = path.startsWith("/api/")
    ? mainRefusal(status, "Error", "Simulated fault", status === 429 ? { retry_after: 1 } : {})
    : chatsRefusal(status, "SIMULATED_FAULT", "simulated fault");
  return refusal.answer.body;
}
