import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { parseJson } from "./http.ts";

/** The time for which a demo waits for something. */
const timeoutMillis = 20_000;

const fact = z.looseObject({ fact: z.string(), eventId: z.optional(z.string()) });
const wrapped = z.object({ level: z.optional(z.string()), message: fact });

/** One decision that a function logged, with its fields. */
export type LoggedFact = NonNullable<ReturnType<typeof factIn>>;

/** The fact in a line of the host's log. Undefined for a line of another kind. */
export function factIn(line: string) {
  const [, functionStem = "", json = ""] = /^([a-z-]+): (\{.*\})$/.exec(line) ?? [];
  const value = parseJson(json);
  // A line with a metric has no wrapper and no level.
  const { data: inWrapper } = wrapped.safeParse(value);
  const logged = inWrapper?.message ?? fact.safeParse(value).data;
  if (logged === undefined) return undefined;
  const { fact: name, eventId, _aws: _metric, ...fields } = logged;
  return { functionStem, level: inWrapper?.level, fact: name, eventId, fields };
}

/** Collects the log of a run's functions, so that a demo reports real facts. */
export class FactLog {
  readonly #facts: LoggedFact[] = [];

  readonly add = (line: string): void => {
    const found = factIn(line);
    if (found !== undefined) this.#facts.push(found);
  };

  /** The number of facts so far. */
  get length(): number {
    return this.#facts.length;
  }

  /** The first fact of that name since `from`, and of that event if `eventId` is given. */
  next(name: string, from: number, eventId?: string): Promise<LoggedFact> {
    return awaited(`"${name}" in the log`, () =>
      this.#facts
        .slice(from)
        .find((each) => each.fact === name && (eventId ?? each.eventId) === each.eventId),
    );
  }
}

/** Waits until there is a value. Throws when it does not come in time. */
export async function awaited<Value>(what: string, find: () => Value | undefined): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${timeoutMillis / 1000} s`);
    await sleep(20);
  }
}
