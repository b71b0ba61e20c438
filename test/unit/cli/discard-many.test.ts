import { describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../cli/command.ts";
import { discardMany } from "../../../cli/commands/discard.ts";
import { aParked, FakeSources } from "./fake-sources.ts";
import { failureOf } from "./support.ts";

/** Makes the discard of one event fail from now on. */
const refusing = ({ deliveries }: FakeSources, refused: string, refuse: () => boolean) => {
  const mark = deliveries.discard.bind(deliveries);
  deliveries.discard = async (id, options) => (id === refused ? refuse() : mark(id, options));
};

describe("discarding all events of one reason", () => {
  const forged = (id: string) => aParked(id, { reason: "not-authentic" });

  test("asks first, then marks only these events; a second run finds none", async () => {
    const sources = new FakeSources([forged("a"), aParked("b"), forged("c")]);
    const progress: string[] = [];
    const run = (isConfirmed: boolean) =>
      discardMany("not-authentic", isConfirmed, sources, (done, of) =>
        progress.push(`${done}/${of}`),
      );

    const asked = await run(false);
    expect(asked.events.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(asked.reasons).toEqual({ "not-authentic": 2, blocked: 1 });
    expect([...sources.items.values()].map(({ state }) => state)).toEqual([
      "parked",
      "parked",
      "parked",
    ]);

    expect((await run(true)).events).toHaveLength(2);
    expect([...sources.items.values()].map(({ state }) => state)).toEqual([
      "ignored",
      "parked",
      "ignored",
    ]);
    expect(progress).toEqual(["1/2", "2/2"]);
    expect(await run(true)).toMatchObject({ events: [], changed: 0 });
  });

  test("skips an event that another person redrove meanwhile", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    refusing(sources, "a", () => false);

    const { events, changed } = await discardMany("not-authentic", true, sources);

    expect([events.map(({ id }) => id), changed]).toEqual([["b"], 1]);
  });

  test("removes the stored bodies of these events only", async () => {
    const sources = new FakeSources([forged("a"), aParked("b"), forged("c"), forged("d")]);
    refusing(sources, "d", () => false);

    await discardMany("not-authentic", true, sources);

    expect(sources.forgotten).toEqual(["a", "c"]);
  });

  test("reports an event whose body stays in the bucket, and how to remove it", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    sources.deliveries.forgetBody = async () => {
      throw new CommandFailure("no answer");
    };

    expect(await failureOf(discardMany("not-authentic", true, sources))).toBe(
      "CommandFailure: no answer: a is discarded; npx bridge discard --id a --stage dev --bridge main removes its body; discarded so far: 0 of 2; repeat the command for the rest",
    );
  });

  test("that fails reports the number of discarded events", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    refusing(sources, "b", () => {
      throw new CommandFailure("no answer");
    });

    expect(await failureOf(discardMany("not-authentic", true, sources))).toBe(
      "CommandFailure: no answer; discarded so far: 1 of 2; repeat the command for the rest",
    );
  });
});
