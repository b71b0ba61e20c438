import { beforeAll, describe, expect, test } from "@jest/globals";
import type { DeliveryLedger, EventStanding } from "../../lambdas/model/stores.ts";
import { aRequest, anId, parking, start, waiting } from "./ledger-claims.ts";

/** What every ledger tells those who do not hold an event. */
export function describeEventStanding(
  name: string,
  create: () => Promise<{ readonly ledger: DeliveryLedger & EventStanding }>,
): void {
  describe(`the standing of an event in the ledger ${name}`, () => {
    let ledger: DeliveryLedger & EventStanding;
    beforeAll(async () => {
      ({ ledger } = await create());
    });

    const reach = {
      claimed: async () => undefined,
      released: (id: string) => ledger.release(id, "me", waiting),
      sent: (id: string) => ledger.finish(id, "me", { state: "sent", nowMillis: start }),
      ignored: (id: string) => ledger.finish(id, "me", { state: "ignored", nowMillis: start }),
      parked: (id: string) => ledger.park(id, "me", parking),
    };

    test.each([
      { state: "claimed", standing: "under-way" },
      { state: "released", standing: "under-way" },
      { state: "sent", standing: "ended" },
      { state: "ignored", standing: "ended" },
      { state: "parked", standing: "ended" },
    ] as const)("is '$standing' once it is $state", async ({ state, standing }) => {
      const id = anId();
      await ledger.claim(aRequest(id));
      await reach[state](id);

      expect(await ledger.standing(id)).toBe(standing);
    });

    test("is none of an event that nobody heard of", async () => {
      expect(await ledger.standing(anId())).toBeUndefined();
    });

    test("is 'found' once its hook was found missing, as often as that is said", async () => {
      const [id, other] = [anId(), anId()];

      await ledger.rememberFound(id, start);
      await ledger.rememberFound(id, start + 1);

      expect([await ledger.standing(id), await ledger.standing(other)]).toEqual([
        "found",
        undefined,
      ]);
    });

    test("is told by the event itself once that is claimed, found or not", async () => {
      const id = anId();
      await ledger.rememberFound(id, start);

      const claim = await ledger.claim(aRequest(id));
      const claimed = await ledger.standing(id);
      await ledger.finish(id, "me", { state: "sent", nowMillis: start });
      await ledger.rememberFound(id, start);

      expect([claim.kind, claimed, await ledger.standing(id)]).toEqual([
        "claimed",
        "under-way",
        "ended",
      ]);
    });
  });
}
