import type { Hop } from "../hops/hop.ts";
import type { Entry, PageRecord, RunFacts } from "./stream.ts";

/** A page that opens later still gets this many of the last hops. */
const keptHops = 20_000;

/** Collects what the pages of a run show, and passes it on to each open page. */
export class Feed {
  readonly #records = new Map<string, { readonly record: PageRecord; readonly json: string }>();
  readonly #hops: Extract<Entry, { kind: "hop" }>[] = [];
  readonly #readers = new Set<(entry: Entry) => void>();
  #run: RunFacts | undefined;
  #lastNumber = 0;

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  begin(run: RunFacts): void {
    this.#run = run;
    this.#send({ kind: "run", run });
  }

  readonly addHop = (hop: Hop): void => {
    this.#lastNumber += 1;
    const entry = { kind: "hop", number: this.#lastNumber, hop } as const;
    this.#hops.push(entry);
    if (this.#hops.length > keptHops) this.#hops.shift();
    this.#send(entry);
  };

  /** Passes on what differs from the last time. */
  set(record: PageRecord): void {
    const key = `${record.of} ${record.id}`;
    const json = JSON.stringify(record.value);
    if (this.#records.get(key)?.json === json) return;
    this.#records.set(key, { record, json });
    this.#send({ kind: "record", ...record });
  }

  /** Everything of these kinds that there is. What is missing now is gone. */
  replace(kinds: readonly PageRecord["of"][], records: readonly PageRecord[]): void {
    const present = new Set(records.map(({ of, id }) => `${of} ${id}`));
    for (const [key, { record }] of this.#records) {
      if (!kinds.includes(record.of) || present.has(key)) continue;
      this.#records.delete(key);
      this.#send({ kind: "gone", of: record.of, id: record.id });
    }
    for (const record of records) this.set(record);
  }

  /** Gives the past and then each change to a page, until the returned function is called. */
  follow(read: (entry: Entry) => void): () => void {
    if (this.#run !== undefined) read({ kind: "run", run: this.#run });
    read({ kind: "clock", nowMillis: Date.now() });
    for (const { record } of this.#records.values()) read({ kind: "record", ...record });
    for (const hop of this.#hops) read(hop);
    read({ kind: "caught-up" });
    this.#readers.add(read);
    return () => this.#readers.delete(read);
  }

  #send(entry: Entry): void {
    for (const read of this.#readers) read(entry);
  }

  /** Tells the pages the time, from which they count down. */
  tick(): void {
    this.#send({ kind: "clock", nowMillis: Date.now() });
  }
}
