import { sentTexts } from "../support/events.ts";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { LeaseLost } from "../../lambdas/model/stores.ts";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";
import { aRequest, anId, entryOf, lease, month, parking, start, waiting } from "./ledger-claims.ts";
import type { LedgerUnderTest } from "./ledger-claims.ts";

/** The contract of every ledger for old entries and for writes without the lease. */
export function describeLedgerLimits(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`the delivery ledger ${name}, at its limits`, () => {
    let ledger: DeliveryLedger;
    const claim = (...request: Parameters<typeof aRequest>) => ledger.claim(aRequest(...request));

    beforeAll(async () => {
      ({ ledger } = await create());
    });

    describe("an expired entry", () => {
      const ends = {
        sent: (id: string) =>
          ledger.finish(id, "me", { state: "sent", steps: sentTexts("1"), nowMillis: start }),
        waiting: async (id: string) => {
          await ledger.commitSteps(id, "me", sentTexts("1"));
          await ledger.release(id, "me", { ...waiting, attempts: 3 });
        },
        sending: (id: string) => ledger.commitSteps(id, "me", sentTexts("1")),
      };

      test.each(["sent", "waiting", "sending"] as const)("counts as absent: %s", async (state) => {
        const id = anId();
        await claim(id);
        await ends[state](id);

        const late = await claim(id, start + month, { owner: "late" });

        expect(late.kind).toBe("claimed");
        expect(entryOf(late)).toMatchObject({ steps: [], attempts: 0, ambiguous: 0 });
      });
    });

    describe("without the lease", () => {
      const writes = {
        commitSteps: (id: string, owner: string) => ledger.commitSteps(id, owner, sentTexts("1")),
        finish: (id: string, owner: string) =>
          ledger.finish(id, owner, { state: "sent", steps: sentTexts("1"), nowMillis: start }),
        release: (id: string, owner: string) => ledger.release(id, owner, waiting),
        park: (id: string, owner: string) => ledger.park(id, owner, parking),
      };
      const names = Object.keys(writes) as (keyof typeof writes)[];

      test.each(names)(
        "%s fails once another attempt holds the event, and changes nothing",
        async (write) => {
          const id = anId();
          await claim(id);
          await claim(id, start + lease, { owner: "other" });

          await expect(writes[write](id, "me")).rejects.toThrow(LeaseLost);

          await ledger.release(id, "other", { ...waiting, ambiguous: 1 });
          expect(entryOf(await claim(id))).toMatchObject({ steps: [], ambiguous: 1 });
        },
      );

      test.each(names)("%s fails after the event was released", async (write) => {
        const id = anId();
        await claim(id);
        await ledger.release(id, "me", waiting);

        await expect(writes[write](id, "me")).rejects.toThrow(LeaseLost);
      });

      test.each(names)("%s fails after the event was finished", async (write) => {
        const id = anId();
        await claim(id);
        await ledger.finish(id, "me", { state: "sent", nowMillis: start });

        await expect(writes[write](id, "me")).rejects.toThrow(LeaseLost);
      });

      test.each(names)("%s fails for an unknown event, and creates none", async (write) => {
        const id = anId();

        await expect(writes[write](id, "me")).rejects.toThrow(LeaseLost);

        expect((await claim(id)).kind).toBe("claimed");
      });
    });
  });
}
