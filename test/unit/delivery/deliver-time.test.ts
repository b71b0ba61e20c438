import { describe, expect, test } from "@jest/globals";
import { aDeliveryBench, anEventWith } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";

describe("the time a message took", () => {
  const sent = async (changes: Partial<PlainEnvelope>) => {
    const bench = aDeliveryBench(anEventWith({ send: async () => "1" }));
    const receivedAtMillis = bench.clock.now();
    bench.clock.advance(1234);
    await bench.attempt({ envelope: anEnvelope({ receivedAtMillis, ...changes }) });
    return bench.logger.lines.find(({ fact }) => fact === "DeliverySent")?.fields;
  };

  test("is said from the webhook's yes to the record of the vendor's", async () => {
    expect(await sent({})).toEqual({
      eventId: "tg:700:1",
      direction: "to-telegram",
      receive: 1,
      latencyMillis: 1234,
    });
  });

  test("is never below nothing, although webhook and sender have two clocks", async () => {
    const ahead = { receivedAtMillis: Number.MAX_SAFE_INTEGER };

    expect(await sent(ahead)).toMatchObject({ latencyMillis: 0 });
  });

  test.each(["spooled", "unverified", "reconciled", "redriven"] as const)(
    "is not said of one that is %s, which is late by its nature",
    async (late) => {
      const fields = await sent({ late });

      expect(fields).toMatchObject({ late });
      expect(fields).not.toHaveProperty("latencyMillis");
    },
  );

  test("is not said of one whose hook did not name its chat", async () => {
    const job = { ...anEventWith({ send: async () => "1" }), late: "without-client-id" } as const;
    const bench = aDeliveryBench(job);
    await bench.attempt();

    const fields = bench.logger.lines.find(({ fact }) => fact === "DeliverySent")?.fields;
    expect(fields).toMatchObject({ late: "without-client-id" });
    expect(fields).not.toHaveProperty("latencyMillis");
  });

  test("is not said of what the bridge asks of itself", async () => {
    expect(await sent({ source: "bridge" })).not.toHaveProperty("latencyMillis");
  });
});
