import type * as z from "zod";
import { isFromHere, parseJson } from "../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../http.ts";
import { faultSchema } from "./faults.ts";
import type { Faults } from "./faults.ts";

/** The simulator cannot carry out the control request. The message is a sentence for its sender. */
export class ControlRefusal extends Error {
  override readonly name = "ControlRefusal";
}

/** A control request's answer with a status or headers of its own. */
export class ControlAnswer {
  readonly answer: SimulatedAnswer;

  constructor(answer: SimulatedAnswer) {
    this.answer = answer;
  }
}

/**
 * Control endpoints by method and path after `/_sim/`, such as `POST block/{id}`. The part of the path in
 * the place of `{id}` comes decoded. The result is the body of a 200, `{"ok": true}` for none.
 */
export type ControlRoutes = Readonly<
  Record<string, (request: SimulatedRequest, id: string) => unknown>
>;

/**
 * Answers a request under `/_sim/`: the given routes and the fault plan. Wrong input, and an act that is
 * not possible, get 400 and a sentence.
 */
export async function answerControl(
  request: SimulatedRequest,
  faults: Faults,
  given: ControlRoutes,
): Promise<SimulatedAnswer> {
  const routes: ControlRoutes = {
    ...given,
    "POST faults": () => faults.add(readControl(request, faultSchema)),
    "GET faults": () => ({ faults: faults.planned() }),
    "DELETE faults": () => faults.clear(),
    "DELETE faults/{id}": (_request, name) => faults.remove(name),
  };
  if (!isFromHere(request)) {
    return sentence(403, "Only programs of this machine and the run's own page may ask for this.");
  }
  const asked = `${request.method} ${request.path.slice("/_sim/".length)}`;
  for (const [pattern, run] of Object.entries(routes)) {
    const id = idIn(asked, pattern);
    if (id === undefined) continue;
    try {
      const body = await run(request, id);
      return body instanceof ControlAnswer
        ? body.answer
        : { status: 200, body: body ?? { ok: true } };
    } catch (error) {
      if (error instanceof ControlRefusal) return sentence(400, error.message);
      // The simulators throw plain errors for acts that are not possible. Others are faults of their own.
      if (!(error instanceof Error) || error.name !== "Error") throw error;
      const isSentence = error.message.endsWith(".");
      return sentence(400, isSentence ? error.message : `Not possible: ${error.message}.`);
    }
  }
  const known = Object.keys(routes).map((route) => route.replace(" ", " /_sim/"));
  return sentence(404, `No such control endpoint. There are: ${known.join(", ")}.`);
}

/** Reads the JSON body of a control request. Throws a refusal that names the wrong field. */
export function readControl<Value>(request: SimulatedRequest, schema: z.ZodType<Value>): Value {
  const value = parseJson(request.body);
  if (value === undefined) throw new ControlRefusal("The body must be JSON.");
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ControlRefusal(`The body is not right: ${describe(result.error)}.`);
}

/** The first fault of a value, as `field: reason`. */
export function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "invalid";
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function idIn(asked: string, pattern: string): string | undefined {
  const [before = "", after] = pattern.split("{id}");
  if (after === undefined) return pattern === asked ? "" : undefined;
  if (!asked.startsWith(before) || !asked.endsWith(after)) return undefined;
  const id = asked.slice(before.length, asked.length - after.length);
  try {
    return id === "" || id.includes("/") ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function sentence(status: number, error: string): SimulatedAnswer {
  return { status, body: { error } };
}
