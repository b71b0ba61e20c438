import { describe, expect, test } from "@jest/globals";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import { healthCheckBody } from "../../../lambdas/model/envelope.ts";
import { aClock } from "../../support/clock.ts";
import { anEnvelope, encoded } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";
import { anSqsEvent } from "../../support/lambda-events.ts";
import { aSender } from "../../support/sender-handler.ts";

const through = { batchItemFailures: [] };

describe("a check of the bridge itself", () => {
  const check = { kind: "synthetic", sentAtMillis: aClock().now() - 250, nonce: "n" } as const;
  const carried = (changes: Partial<PlainEnvelope> = {}) =>
    JSON.stringify(anEnvelope({ body: encoded(healthCheckBody(check)), ...changes }));

  test.each(["telegram", "amocrm"] as const)(
    "from the webhook of %s is measured and dropped, before any ledger read",
    async (source) => {
      const untouchable = new Proxy(new MemoryDeliveryLedger(), {
        get: () => () => Promise.reject(new Error("the ledger was asked")),
      });
      const { run, attempts, logger } = aSender(undefined, { ledger: untouchable });

      const answer = await run(anSqsEvent(carried({ source })));

      expect(answer).toEqual(through);
      expect(attempts).toEqual([]);
      const fields = { eventId: "tg:700:1", kind: "synthetic", source, latencyMillis: 250 };
      expect(logger.lines).toEqual([{ level: "info", fact: "CheckArrived", fields }]);
    },
  );

  test.each<[string, Partial<PlainEnvelope>]>([
    ["that is not verified", { verified: false }],
    ["with another key next to it", { body: encoded({ bridge_check: check, update_id: 1 }) }],
    ["among the bridge's own requests", { source: "bridge" }],
  ])("%s is an ordinary event", async (_, changes) => {
    const { run, attempts, ledger } = aSender();

    await run(anSqsEvent(carried(changes)));

    expect(attempts).toHaveLength(1);
    expect(ledger.entry("tg:700:1")).toBeDefined();
  });
});
