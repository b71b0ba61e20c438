import { describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../cli/command.ts";
import { discard } from "../../../cli/commands/discard.ts";
import { listParked, factsOf, rowsOf } from "../../../cli/parked/parked.ts";
import { redriven, redrive } from "../../../cli/commands/redrive.ts";
import { aLetter, anEnvelope, aParked, FakeSources } from "./fake-sources.ts";
import { failureOf } from "./support.ts";

describe("the list of parked events", () => {
  test("joins ledger, spool and dead letters, oldest first", async () => {
    const sources = new FakeSources(
      [
        aParked("b", { receivedAtMillis: 3000, redrives: 2 }),
        aParked("a", { receivedAtMillis: 1000 }),
        aParked("spool:s", { state: "spooled", reason: "", receivedAtMillis: 2000 }),
        aParked("under-way", { state: "sending" }),
      ],
      [aLetter(anEnvelope({ id: "d", receivedAtMillis: 2500 }))],
    );

    const { events } = await listParked(sources);

    expect(events.map(({ id, where, reason, redrives }) => [id, where, reason, redrives])).toEqual([
      ["a", "ledger", "blocked", 0],
      ["s", "spool", "queue-refused", 0],
      ["d", "dead-letter", "never-judged", 0],
      ["b", "ledger", "blocked", 2],
    ]);
    expect(sources.released).toHaveLength(1);
  });

  test.each([
    { state: "sent", reason: "sent-since" },
    { state: "parked", reason: "parked-in-ledger" },
    { state: "waiting", reason: "unfinished" },
  ])("a dead letter whose event is $state has the reason $reason", async ({ state, reason }) => {
    const sources = new FakeSources([aParked("d", { state })], [aLetter(anEnvelope({ id: "d" }))]);

    const { events } = await listParked(sources);

    expect(events.find(({ where }) => where === "dead-letter")?.reason).toBe(reason);
  });

  test("releases the dead letters when the ledger cannot be read", async () => {
    const letter = aLetter(anEnvelope());
    const sources = new FakeSources([], [letter]);
    sources.deliveries.find = async () => {
      throw new CommandFailure("no answer");
    };

    expect(await failureOf(listParked(sources))).toContain("no answer");
    expect(sources.released).toEqual([letter]);
  });

  test("prints ids unchanged, although some look like a bot's token", () => {
    const event = { ...aParked("tg:1000000001:123456789"), where: "ledger" } as const;

    expect(factsOf(event).id).toBe("tg:1000000001:123456789");
    expect(rowsOf([event])[1]).toMatch(/^tg:1000000001:123456789 {2}ledger/);
  });
});

describe("a redrive", () => {
  const all = { dryRun: false, perSecond: 4 };
  const run = async (sources: FakeSources, request: Parameters<typeof redrive>[0] = all) => {
    const pauses: number[] = [];
    const report = await redrive(request, sources, {
      sleep: async (millis) => void pauses.push(millis),
      onProgress: () => undefined,
    });
    return { report, pauses };
  };

  test("sends in source order, at the given rate, with the next redrive number", async () => {
    const sources = new FakeSources(
      [
        aParked("b", { receivedAtMillis: 3000, redrives: 2 }),
        aParked("a", { receivedAtMillis: 1000, direction: "to-amocrm" }),
      ],
      [aLetter(anEnvelope({ id: "d", receivedAtMillis: 2000 }))],
    );

    const { report, pauses } = await run(sources);

    expect(sources.sent.map(({ direction, envelope }) => [direction, envelope])).toEqual([
      ["to-amocrm", { ...anEnvelope({ id: "a" }), late: "redriven", redrive: 1 }],
      [
        "to-amocrm",
        { ...anEnvelope({ id: "d", receivedAtMillis: 2000 }), late: "redriven", redrive: 1 },
      ],
      [
        "to-telegram",
        { ...anEnvelope({ id: "b", receivedAtMillis: 3000 }), late: "redriven", redrive: 3 },
      ],
    ]);
    expect(report.sent.map(({ redrives }) => redrives)).toEqual([1, 1, 3]);
    expect(pauses).toEqual([250, 250]);
    expect(sources.items.get("a")?.state).toBe("parked");
    expect(sources.letters).toHaveLength(1);
  });

  test("a redrive number is not used twice, also when only the message contains it", () => {
    expect(redriven(anEnvelope({ redrive: 1 }), 0).redrive).toBe(2);
    expect(redriven(anEnvelope({ redrive: 1 }), 3).redrive).toBe(4);
  });

  test("a dry run lists the same events and sends nothing", async () => {
    const ended = aLetter(anEnvelope({ id: "e" }));
    const sources = new FakeSources([aParked("a"), aParked("e", { state: "sent" })], [ended]);

    const { report, pauses } = await run(sources, { ...all, dryRun: true });

    expect(report.sent.map(({ id, redrives }) => [id, redrives])).toEqual([["a", 0]]);
    expect(report.cleared.map(({ id }) => id)).toEqual(["e"]);
    expect(sources.sent).toEqual([]);
    expect(sources.letters).toEqual([ended]);
    expect(pauses).toEqual([]);
  });

  test.each(["sent", "ignored", "parked"])(
    "a dead letter whose event is %s is deleted and not sent",
    async (state) => {
      const sources = new FakeSources(
        [aParked("d", { state })],
        [aLetter(anEnvelope({ id: "d" }))],
      );

      const { report } = await run(sources);

      expect(report.cleared).toHaveLength(1);
      expect(sources.letters).toEqual([]);
      expect(sources.sent).toHaveLength(state === "parked" ? 1 : 0);
    },
  );

  test.each([
    { name: "of another version", message: '{"v":3}' },
    { name: "that is not JSON", message: "{" },
    { name: "of another event", message: JSON.stringify(anEnvelope({ id: "other" })) },
  ])("a stored message $name stays and is reported", async ({ message }) => {
    const sources = new FakeSources([aParked("a", { message }), aParked("b")]);

    const { report } = await run(sources);

    expect(report.unreadable.map(({ id }) => id)).toEqual(["a"]);
    expect(report.sent.map(({ id }) => id)).toEqual(["b"]);
  });

  test("an event that was claimed after the list was read is not sent", async () => {
    const sources = new FakeSources([aParked("a")]);
    sources.deliveries.find = async (id) => aParked(id, { state: "sending" });

    const { report } = await run(sources);

    expect(report.sent).toEqual([]);
    expect(sources.sent).toEqual([]);
  });

  test("one event is sent alone, and spooled events are only counted", async () => {
    const spooled = aParked("spool:s", { state: "spooled" });
    const sources = new FakeSources([aParked("a"), aParked("b"), spooled]);

    const { report } = await run(sources, { ...all, id: "b" });

    expect(sources.sent.map(({ envelope }) => envelope.id)).toEqual(["b"]);
    expect(report.spooled).toBe(0);
    expect((await run(sources)).report.spooled).toBe(1);
  });

  test("a queue error ends the redrive with the number of sent events", async () => {
    const sources = new FakeSources([aParked("a"), aParked("b")]);
    const { put } = sources;
    sources.put = async (direction, envelope) => {
      if (envelope.id === "b") throw new CommandFailure("no answer");
      await put(direction, envelope);
    };

    expect(await failureOf(run(sources))).toBe(
      "CommandFailure: no answer; sent again so far: 1 of 2; repeat the command for the rest",
    );
  });
});

describe("discarding", () => {
  test("asks first, then marks the ledger and deletes the dead letter; a second run changes nothing", async () => {
    const sources = new FakeSources([aParked("a")], [aLetter(anEnvelope({ id: "a" }))]);

    const asked = await discard("a", false, sources);
    expect(asked).toMatchObject({ kind: "to-confirm" });
    expect([sources.items.get("a")?.state, sources.letters.length]).toEqual(["parked", 1]);

    expect((await discard("a", true, sources)).kind).toBe("discarded");
    expect([sources.items.get("a")?.state, sources.letters.length]).toEqual(["ignored", 0]);
    expect((await discard("a", true, sources)).kind).toBe("discarded-before");
  });

  test("a dead letter without a ledger item gets one", async () => {
    const sources = new FakeSources([], [aLetter(anEnvelope({ id: "d" }))]);

    await discard("d", true, sources);

    expect(sources.letters).toEqual([]);
    expect(sources.items.get("d")).toMatchObject({ state: "ignored", reason: "discarded" });
  });

  test.each([
    {
      name: "sent",
      item: aParked("x", { state: "sent" }),
      says: "its state in the ledger is sent",
    },
    { name: "spooled", item: aParked("spool:x", { state: "spooled" }), says: "is in the spool" },
    {
      name: "unknown",
      item: aParked("other"),
      says: "no event with the id x waits for a person: npx bridge parked --stage dev --bridge main lists the waiting events",
    },
  ])("an event that is $name cannot be discarded", async ({ item, says }) => {
    const sources = new FakeSources([item]);

    expect(await failureOf(discard("x", true, sources))).toContain(says);
  });

  test("a dead letter that is being sent stays", async () => {
    const letter = aLetter(anEnvelope({ id: "d" }));
    const sources = new FakeSources([aParked("d", { state: "sending" })], [letter]);

    expect(await failureOf(discard("d", true, sources))).toContain("is being sent now");
    expect(sources.letters).toEqual([letter]);
    expect(sources.released).toEqual([letter]);
  });
});
