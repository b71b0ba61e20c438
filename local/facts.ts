import * as z from "zod";

/** The time for which a demo waits for a fact. */
const timeoutMillis = 20_000;

const fact = z.looseObject({ fact: z.string(), eventId: z.optional(z.string()) });
const wrapped = z.object({ level: z.optional(z.string()), message: fact });

/** One decision that a function logged, with its fields. */
export type LoggedFact = {
  readonly functionStem: string;
  /** The runtime's level of the line, such as `WARN`. A line with a metric has none. */
  readonly level: string | undefined;
  readonly fact: string;
  readonly eventId: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** The fact in a line of the host's log. Undefined for a line of another kind. */
export function factIn(line: string): LoggedFact | undefined {
  const [, functionStem = "", json = ""] = /^([a-z-]+): (\{.*\})$/.exec(line) ?? [];
  const value = parse(json);
  // A line with a metric has no wrapper.
  const inWrapper = wrapped.safeParse(value);
  const { data: said } = inWrapper.success
    ? { data: inWrapper.data.message }
    : fact.safeParse(value);
  if (said === undefined) return undefined;
  const { fact: name, eventId, _aws: _metric, ...fields } = said;
  return { functionStem, level: inWrapper.data?.level, fact: name, eventId, fields };
}

/** Collects the log of a run's functions, so that a demo reports real facts. */
export class FactLog {
  readonly #facts: LoggedFact[] = [];
  #waiting: (() => void)[] = [];

  readonly add = (line: string): void => {
    const found = factIn(line);
    if (found === undefined) return;
    this.#facts.push(found);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  /**
   * The first fact of that name since `from`, and of that event if `eventId` is given. Throws when it
   * does not come in time.
   */
  async next(name: string, from: number, eventId?: string): Promise<LoggedFact> {
    const isIt = (each: LoggedFact) =>
      each.fact === name && (eventId === undefined || each.eventId === eventId);
    const deadline = Date.now() + timeoutMillis;
    for (;;) {
      const found = this.#facts.slice(from).find(isIt);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`"${name}" was not logged within ${timeoutMillis / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The number of facts so far. */
  get length(): number {
    return this.#facts.length;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
