import * as z from "zod";

/** The time for which a demo waits for a fact. */
const timeoutMillis = 20_000;

const fact = z.looseObject({ fact: z.string(), eventId: z.optional(z.string()) });
/** A log line in the runtime's wrapper, or a line with a metric, which has no wrapper. */
const logLine = z.union([z.object({ message: fact }).transform(({ message }) => message), fact]);

/** One decision that a function logged. */
export type LoggedFact = {
  readonly functionStem: string;
  readonly fact: string;
  readonly eventId: string | undefined;
};

/** Collects the log of a run's functions, so that a demo reports real facts. */
export class FactLog {
  readonly #facts: LoggedFact[] = [];
  #waiting: (() => void)[] = [];

  readonly add = (line: string): void => {
    const [, functionStem = "", json = ""] = /^([a-z-]+): (\{.*\})$/.exec(line) ?? [];
    const parsed = logLine.safeParse(parse(json));
    if (!parsed.success) return;
    const { fact, eventId } = parsed.data;
    this.#facts.push({ functionStem, fact, eventId });
    for (const wake of this.#waiting.splice(0)) wake();
  };

  /**
   * The first fact of that name since `from`, and of that event if `eventId` is given. Throws when it
   * does not come in time.
   */
  async next(fact: string, from: number, eventId?: string): Promise<LoggedFact> {
    const isIt = (each: LoggedFact) =>
      each.fact === fact && (eventId === undefined || each.eventId === eventId);
    const deadline = Date.now() + timeoutMillis;
    for (;;) {
      const found = this.#facts.slice(from).find(isIt);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`"${fact}" was not logged within ${timeoutMillis / 1000} s`);
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
