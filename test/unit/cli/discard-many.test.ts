import { describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../cli/command.ts";
import { discardMany } from "../../../cli/parked/discard.ts";
import { aParked, FakeSources } from "./fake-sources.ts";
import { failureOf } from "./support.ts";

/** From now on one event cannot be given up. */
const refusing = ({ deliveries }: FakeSources, refused: string, refuse: () => boolean) => {
  const mark = deliveries.discard.bind(deliveries);
  deliveries.discard = async (id, options) => (id === refused ? refuse() : mark(id, options));
};

describe("giving up all of one reason", () => {
  const forged = (id: string) => aParked(id, { reason: "not-authentic" });

  test("asks first, then marks each and no other; a second time finds none", async () => {
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

  test("leaves alone what somebody has sent again meanwhile", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    refusing(sources, "a", () => false);

    const { events, changed } = await discardMany("not-authentic", true, sources);

    expect([events.map(({ id }) => id), changed]).toEqual([["b"], 1]);
  });

  test("removes what the bucket of bodies keeps of each, and of no other", async () => {
    const sources = new FakeSources([forged("a"), aParked("b"), forged("c"), forged("d")]);
    refusing(sources, "d", () => false);

    await discardMany("not-authentic", true, sources);

    expect(sources.forgotten).toEqual(["a", "c"]);
  });

  test("says of which the body stays in the bucket, and how to have it removed", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    sources.deliveries.forgetBody = async () => {
      throw new CommandFailure("no answer");
    };

    expect(await failureOf(discardMany("not-authentic", true, sources))).toBe(
      "CommandFailure: no answer: a is given up, and npx bridge discard --id a removes its body; given up before: 0 of 2; repeat the command for the rest",
    );
  });

  test("that is broken off says how far it came", async () => {
    const sources = new FakeSources([forged("a"), forged("b")]);
    refusing(sources, "b", () => {
      throw new CommandFailure("no answer");
    });

    expect(await failureOf(discardMany("not-authentic", true, sources))).toBe(
      "CommandFailure: no answer; given up before: 1 of 2; repeat the command for the rest",
    );
  });
});
