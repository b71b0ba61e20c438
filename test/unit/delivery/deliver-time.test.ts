import { describe, expect, test } from "@jest/globals";
import { aDeliveryBench, anEventWith } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";

describe("the delivery time of a message", () => {
  const sent = async (changes: Partial<PlainEnvelope>) => {
    const bench = aDeliveryBench(anEventWith({ send: async () => "1" }));
    const receivedAtMillis = bench.clock.now();
    bench.clock.advance(1234);
    await bench.attempt({ envelope: anEnvelope({ receivedAtMillis, ...changes }) });
    return bench.logger.lines.find(({ fact }) => fact === "DeliverySent")?.fields;
  };

  test("is measured from the webhook's answer to the record of the vendor's answer", async () => {
    expect(await sent({})).toEqual({
      eventId: "tg:700:1",
      direction: "to-telegram",
      receive: 1,
      latencyMillis: 1234,
    });
  });

  test("is never negative, although webhook and sender have two clocks", async () => {
    const ahead = { receivedAtMillis: Number.MAX_SAFE_INTEGER };

    expect(await sent(ahead)).toMatchObject({ latencyMillis: 0 });
  });

  test.each(["spooled", "unverified", "reconciled", "redriven"] as const)(
    "is not logged for an event that is %s, because it is late for another reason",
    async (late) => {
      const fields = await sent({ late });

      expect(fields).toMatchObject({ late });
      expect(fields).not.toHaveProperty("latencyMillis");
    },
  );

  test("is not logged for a hook that did not name its chat", async () => {
    const job = { ...anEventWith({ send: async () => "1" }), late: "without-client-id" } as const;
    const bench = aDeliveryBench(job);
    await bench.attempt();

    const fields = bench.logger.lines.find(({ fact }) => fact === "DeliverySent")?.fields;
    expect(fields).toMatchObject({ late: "without-client-id" });
    expect(fields).not.toHaveProperty("latencyMillis");
  });

  test("is not logged for the bridge's own requests", async () => {
    expect(await sent({ source: "bridge" })).not.toHaveProperty("latencyMillis");
  });
});
