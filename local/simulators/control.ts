import * as z from "zod";
import type { FaultPlan } from "./faults.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../http.ts";

/** The simulator cannot carry out the control request. The message is a sentence for its sender. */
export class ControlRefusal extends Error {
  override readonly name = "ControlRefusal";
}

const faultSchema = z.strictObject({
  match: z.string().min(1),
  times: z.int().min(1).exactOptional(),
  status: z.int().min(200).max(599).exactOptional(),
  body: z.unknown().exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  delayMillis: z.int().min(0).exactOptional(),
  loseAnswer: z.boolean().exactOptional(),
  dropRequest: z.boolean().exactOptional(),
  chatId: z.string().exactOptional(),
});

/** One control endpoint. The part of the path in the place of `{id}` comes decoded. */
export type ControlRoute = {
  readonly method: string;
  /** The path after `/_sim/`, e.g. `block/{id}`. */
  readonly path: string;
  readonly run: (request: SimulatedRequest, id: string) => Promise<SimulatedAnswer>;
};

/**
 * Answers a request under `/_sim/`: the given routes and the fault plan. Wrong input
 * gets 400 and a sentence.
 */
export async function answerControl(
  request: SimulatedRequest,
  faults: FaultPlan,
  routes: readonly ControlRoute[],
): Promise<SimulatedAnswer> {
  for (const route of [...routes, ...faultRoutes(faults)]) {
    const id = matchPath(route.path, request.path.slice("/_sim/".length));
    if (route.method !== request.method || id === undefined) continue;
    try {
      return await route.run(request, id);
    } catch (error) {
      if (error instanceof ControlRefusal) return sentence(400, error.message);
      throw error;
    }
  }
  const known = routes.map(({ method, path }) => `${method} /_sim/${path}`);
  return sentence(
    404,
    `No such control endpoint. There are: ${[...known, "POST /_sim/faults", "DELETE /_sim/faults"].join(", ")}.`,
  );
}

function faultRoutes(faults: FaultPlan): ControlRoute[] {
  return [
    {
      method: "POST",
      path: "faults",
      run: async (request) => {
        faults.add(readControl(request, faultSchema));
        return { status: 200, body: { ok: true } };
      },
    },
    {
      method: "DELETE",
      path: "faults",
      run: async () => {
        faults.clear();
        return { status: 200, body: { ok: true } };
      },
    },
  ];
}

/** Reads the JSON body of a control request. Throws a refusal that names the wrong field. */
export function readControl<Value>(request: SimulatedRequest, schema: z.ZodType<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ControlRefusal("The body must be JSON.");
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ControlRefusal(`The body is not right: ${describe(result.error)}.`);
  return result.data;
}

/** The first fault of a value, as `field: reason`. */
export function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "invalid";
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function matchPath(pattern: string, path: string): string | undefined {
  const [before = "", after] = pattern.split("{id}");
  if (after === undefined) return pattern === path ? "" : undefined;
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const id = path.slice(before.length, path.length - after.length);
  return id === "" || id.includes("/") ? undefined : decode(id);
}

function decode(id: string): string | undefined {
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function sentence(status: number, error: string): SimulatedAnswer {
  return { status, body: { error } };
}
