import { describe, expect, test } from "@jest/globals";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aDeliveryBench, anEventWith, leaseMillis } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";

const group = "tg-700-42";
const minute = 60_000;
const sent = () => anEventWith({ send: async () => "101" });
const from = (source: "telegram" | "amocrm" | "bridge", id = "tg:700:1") => ({
  id,
  group,
  envelope: anEnvelope({ id, source }),
});

describe("the claim of an event", () => {
  test.each(["telegram", "amocrm"] as const)(
    "from %s has its conversation's note",
    async (source) => {
      const bench = aDeliveryBench(sent());
      const nowMillis = bench.clock.now();

      await bench.attempt(from(source));

      expect(bench.ledger.notes()).toMatchObject([
        { conversationId: group, activeAtMillis: nowMillis },
      ]);
      expect(bench.entry()).toMatchObject({ state: "sent", active: { conversationId: group } });
    },
  );

  test.each([
    { name: "requested by the bridge", attempt: from("bridge") },
    {
      name: "that this version cannot read",
      attempt: { id: "tg:700:1", group, envelope: undefined },
    },
    { name: "of no conversation", attempt: { ...from("amocrm"), group: "unverified" } },
  ])("has no note for an event $name", async ({ attempt }) => {
    const bench = aDeliveryBench(sent());

    await bench.attempt(attempt);

    expect([bench.entry()?.state, bench.ledger.notes()]).toEqual(["sent", []]);
  });

  test("has a conversation's note once in ten minutes", async () => {
    const bench = aDeliveryBench(sent());
    const noted: number[] = [];
    for (const [index, waitMillis] of [0, 10 * minute - 1, 1].entries()) {
      bench.clock.advance(waitMillis);
      await bench.attempt(from("telegram", `tg:700:${index}`));
      noted.push(bench.ledger.notes().length);
    }

    expect(noted).toEqual([1, 1, 2]);
  });

  describe("that stores no note", () => {
    const next = async (bench: ReturnType<typeof aDeliveryBench>) => {
      await bench.attempt(from("telegram", "tg:700:2"));
      return bench.ledger.entry("tg:700:2")?.active;
    };

    test("because another attempt holds the event leaves the note to the next one", async () => {
      const bench = aDeliveryBench(sent());
      const nowMillis = bench.clock.now();
      const held = { id: "tg:700:1", owner: "other", direction: "to-amocrm", nowMillis } as const;
      await bench.ledger.claim({ ...held, leaseUntilMillis: nowMillis + leaseMillis });

      await bench.attempt(from("telegram"));

      expect(await next(bench)).toMatchObject({ conversationId: group });
    });

    test("because the event has ended leaves the note to the next one", async () => {
      const bench = aDeliveryBench(sent());
      await bench.attempt(from("bridge"));

      await bench.attempt(from("telegram"));

      expect(await next(bench)).toMatchObject({ conversationId: group });
    });

    test("because the ledger did not answer leaves the note to the next one", async () => {
      let isDown = true;
      const bench = aDeliveryBench(sent(), {
        ledger: (ledger) =>
          new Proxy(ledger, {
            get: (target, name: keyof typeof ledger) =>
              name === "claim" && isDown
                ? () => Promise.reject(new Error("no answer"))
                : target[name].bind(target),
          }),
      });
      await expect(bench.attempt(from("telegram"))).rejects.toThrow("no answer");
      isDown = false;

      expect(await next(bench)).toMatchObject({ conversationId: group });
    });
  });

  test("stores the note again when it is repeated much later", async () => {
    const steps = [new TransientFailure("429", { retryAfterSeconds: 1200 }), "101"];
    const send = async () => {
      const step = steps.shift() ?? "";
      if (typeof step !== "string") throw step;
      return step;
    };
    const bench = aDeliveryBench(anEventWith({ send }));
    await bench.attempt(from("telegram"));
    bench.clock.advance(20 * minute);

    await bench.attempt(from("telegram"));

    expect(bench.ledger.notes()).toMatchObject([{ activeAtMillis: bench.clock.now() }]);
  });
});
