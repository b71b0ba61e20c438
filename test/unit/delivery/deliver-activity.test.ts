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
  test.each(["telegram", "amocrm"] as const)("from %s notes its conversation", async (source) => {
    const bench = aDeliveryBench(sent());
    const nowMillis = bench.clock.now();

    await bench.attempt(from(source));

    expect(bench.ledger.notes()).toMatchObject([
      { conversationId: group, activeAtMillis: nowMillis },
    ]);
    expect(bench.entry()).toMatchObject({ state: "sent", active: { conversationId: group } });
  });

  test.each([
    { name: "of our own asking", attempt: from("bridge") },
    {
      name: "that this version cannot read",
      attempt: { id: "tg:700:1", group, envelope: undefined },
    },
    { name: "of no conversation", attempt: { ...from("amocrm"), group: "unverified" } },
  ])("$name notes none", async ({ attempt }) => {
    const bench = aDeliveryBench(sent());

    await bench.attempt(attempt);

    expect([bench.entry()?.state, bench.ledger.notes()]).toEqual(["sent", []]);
  });

  test("notes a conversation once in ten minutes", async () => {
    const bench = aDeliveryBench(sent());
    const noted: number[] = [];
    for (const [index, waitMillis] of [0, 10 * minute - 1, 1].entries()) {
      bench.clock.advance(waitMillis);
      await bench.attempt(from("telegram", `tg:700:${index}`));
      noted.push(bench.ledger.notes().length);
    }

    expect(noted).toEqual([1, 1, 2]);
  });

  describe("that notes nothing", () => {
    const next = async (bench: ReturnType<typeof aDeliveryBench>) => {
      await bench.attempt(from("telegram", "tg:700:2"));
      return bench.ledger.entry("tg:700:2")?.active;
    };

    test("because another attempt holds the event leaves the next one to do so", async () => {
      const bench = aDeliveryBench(sent());
      const nowMillis = bench.clock.now();
      const held = { id: "tg:700:1", owner: "other", direction: "to-amocrm", nowMillis } as const;
      await bench.ledger.claim({ ...held, leaseUntilMillis: nowMillis + leaseMillis });

      await bench.attempt(from("telegram"));

      expect(await next(bench)).toMatchObject({ conversationId: group });
    });

    test("because the event is through leaves the next one to do so", async () => {
      const bench = aDeliveryBench(sent());
      await bench.attempt(from("bridge"));

      await bench.attempt(from("telegram"));

      expect(await next(bench)).toMatchObject({ conversationId: group });
    });

    test("because the ledger gave no answer leaves the next one to do so", async () => {
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

  test("that is repeated much later notes that the conversation is active still", async () => {
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
