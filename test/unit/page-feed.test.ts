import { describe, expect, test } from "@jest/globals";
import { Feed } from "../../local/page/feed.ts";
import type { Entry, PageRecord, RunFacts } from "../../local/page/stream.ts";

const queue = (waiting: number): PageRecord => ({
  of: "queue",
  id: "to-amocrm",
  value: { waiting, inFlight: 0, deadLetters: 0 },
});
const facts = { id: "run-1" } as RunFacts;
/** The entries that a page gets, without the clock. */
function readAll(feed: Feed): Entry[] {
  const entries: Entry[] = [];
  feed.follow((entry) => entry.kind !== "clock" && entries.push(entry));
  return entries;
}

describe("the feed of a run", () => {
  test("gives a page that opens late the run, the latest state of each thing, and the hops", () => {
    const feed = new Feed();
    feed.begin(facts);
    feed.set(queue(1));
    feed.set(queue(2));
    const hop = { kind: "line", atMillis: 1, functionStem: "host", text: "up" } as const;
    feed.addHop(hop);

    expect(readAll(feed)).toEqual([
      { kind: "run", run: facts },
      { kind: "record", ...queue(2) },
      { kind: "hop", number: 1, hop },
      { kind: "caught-up" },
    ]);
  });

  test("passes on each change to an open page, and nothing that stays the same", () => {
    const feed = new Feed();
    const entries = readAll(feed);
    feed.set(queue(1));
    feed.set(queue(1));
    feed.set(queue(3));

    expect(entries.slice(1)).toEqual([
      { kind: "record", ...queue(1) },
      { kind: "record", ...queue(3) },
    ]);
  });

  test("says what is gone, only of the kinds that were read", () => {
    const feed = new Feed();
    feed.set(queue(1));
    const lead = { of: "commands", id: "default", value: [] } as const;
    feed.set(lead);
    const entries = readAll(feed);
    feed.replace(["commands"], []);

    expect(entries.slice(3)).toEqual([{ kind: "gone", of: "commands", id: "default" }]);
  });

  test("sends nothing to a page that was closed", () => {
    const feed = new Feed();
    let count = 0;
    const stop = feed.follow(() => (count += 1));
    stop();
    const before = count;
    feed.set(queue(1));

    expect([count, feed.hasReaders]).toEqual([before, false]);
  });
});
