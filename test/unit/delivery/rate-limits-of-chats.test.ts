import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anAmocrmHook } from "../../support/bodies.ts";
import { anEnvelope, encoded, scopeId } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const chats = ["tg-700-1", "tg-700-2", "tg-700-3"];
const hookOf = (chat: string) =>
  anEnvelope({
    id: `amo:scope:${chat}`,
    group: chat,
    source: "amocrm",
    scopeId,
    body: encoded(anAmocrmHook({ id: chat }, { conversation: { id: chat, client_id: chat } })),
  });

/** Delivers one hook of each of three chats at the same time. */
const deliverAll = async (deps: ReturnType<typeof routingDependencies>) => {
  const { conversations, carryOut, probe } = deps;
  const bench = aDeliveryBench(createRouter(deps), { conversations, carryOut, probe });
  for (const chat of chats) await bench.attempt({ envelope: hookOf(chat), group: chat });
  return bench.deps.stores.pauses.untilMillis("to-telegram");
};

describe("a pause of the whole bot", () => {
  test("starts when Telegram itself rate-limits three chats at once", async () => {
    const limited = new TransientFailure("429", { retryAfterSeconds: 30, isLimit: true });

    const untilMillis = await deliverAll(
      routingDependencies({ messenger: aFakeMessenger({ sends: [limited] }) }),
    );

    expect(untilMillis).toBeGreaterThan(nowMillis);
  });

  test.each([
    {
      name: "that have a pause",
      changes: { pausedUntilMillis: nowMillis + 3_600_000 },
    },
    { name: "with imports in progress", changes: { echoUntilMillis: nowMillis + 60_000 } },
  ])(
    "does not start because of three chats $name: Telegram was not called",
    async ({ changes }) => {
      const deps = routingDependencies();
      for (const chat of chats) await deps.conversations.update(chat, changes);

      const untilMillis = await deliverAll(deps);

      expect(untilMillis).toBeLessThanOrEqual(nowMillis);
    },
  );
});
