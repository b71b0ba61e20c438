import { beforeAll, describe, expect, test } from "@jest/globals";
import type { DeliveryLedger, DeliveryStates } from "../../lambdas/model/stores.ts";
import { aRequest, anId, parking, start, waiting } from "./ledger-claims.ts";

/** The contract of every ledger for readers that do not hold an event. */
export function describeEventStanding(
  name: string,
  create: () => Promise<{ readonly ledger: DeliveryLedger & DeliveryStates }>,
): void {
  describe(`the state of an event in the ledger ${name}`, () => {
    let ledger: DeliveryLedger & DeliveryStates;
    beforeAll(async () => {
      ({ ledger } = await create());
    });

    const reachability = {
      claimed: async () => undefined,
      released: (id: string) => ledger.release(id, "me", waiting),
      sent: (id: string) => ledger.finish(id, "me", { state: "sent", nowMillis: start }),
      ignored: (id: string) => ledger.finish(id, "me", { state: "ignored", nowMillis: start }),
      parked: (id: string) => ledger.park(id, "me", parking),
    };

    test.each([
      { state: "claimed", deliveryState: "under-way" },
      { state: "released", deliveryState: "under-way" },
      { state: "sent", deliveryState: "ended" },
      { state: "ignored", deliveryState: "ended" },
      { state: "parked", deliveryState: "ended" },
    ] as const)("is '$deliveryState' once it is $state", async ({ state, deliveryState }) => {
      const id = anId();
      await ledger.claim(aRequest(id));
      await reachability[state](id);

      expect(await ledger.deliveryState(id)).toBe(deliveryState);
    });

    test("is absent for an unknown event", async () => {
      expect(await ledger.deliveryState(anId())).toBeUndefined();
    });

    test("is 'found' once its hook was found missing, for any number of writes", async () => {
      const [id, other] = [anId(), anId()];

      await ledger.rememberFound(id, start);
      await ledger.rememberFound(id, start + 1);

      expect([await ledger.deliveryState(id), await ledger.deliveryState(other)]).toEqual([
        "found",
        undefined,
      ]);
    });

    test("is the event's own once it is claimed, found or not", async () => {
      const id = anId();
      await ledger.rememberFound(id, start);

      const claim = await ledger.claim(aRequest(id));
      const claimed = await ledger.deliveryState(id);
      await ledger.finish(id, "me", { state: "sent", nowMillis: start });
      await ledger.rememberFound(id, start);

      expect([claim.kind, claimed, await ledger.deliveryState(id)]).toEqual([
        "claimed",
        "under-way",
        "ended",
      ]);
    });
  });
}
