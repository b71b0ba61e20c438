import { sentTexts } from "../support/events.ts";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";
import { aRequest, anId, entryOf, lease, month, parking, start, waiting } from "./ledger-claims.ts";
import type { LedgerUnderTest } from "./ledger-claims.ts";

/** The contract of every ledger: its claims and its memory. */
export function describeDeliveryLedger(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`the delivery ledger ${name}`, () => {
    let ledger: DeliveryLedger;
    let parkedMessage: (id: string) => Promise<string | undefined>;
    const claim = (...request: Parameters<typeof aRequest>) => ledger.claim(aRequest(...request));

    beforeAll(async () => {
      ({ ledger, parkedMessage } = await create());
    });

    test("grants an unknown event to the first claim, as new", async () => {
      const id = anId();

      const fresh = await claim(id);

      expect(fresh.kind).toBe("claimed");
      expect(entryOf(fresh)).toMatchObject({
        id,
        state: "sending",
        steps: [],
        attempts: 0,
        ambiguous: 0,
      });
    });

    test("grants one of twenty simultaneous claims", async () => {
      const id = anId();

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) => claim(id, start, { owner: `racer-${index}` })),
      );

      expect(claims.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
      expect(claims.filter(({ kind }) => kind === "later")).toHaveLength(19);
    });

    test("refuses other claims until the lease of the running attempt ends", async () => {
      const id = anId();
      await claim(id);

      const other = await claim(id, start + lease - 1, { owner: "other" });

      expect(other).toEqual({ kind: "later", untilMillis: start + lease });
    });

    test("counts an attempt with an expired lease as an unknown outcome", async () => {
      const id = anId();
      await claim(id);

      const second = await claim(id, start + lease, { owner: "other" });
      const third = await claim(id, start + 2 * lease, { owner: "third" });

      expect([second, third].map((one) => entryOf(one)?.ambiguous)).toEqual([1, 2]);
    });

    test("grants one of twenty claims after a crashed attempt", async () => {
      const id = anId();
      await claim(id);

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          claim(id, start + lease, { owner: `racer-${index}` }),
        ),
      );

      const winners = claims.filter(({ kind }) => kind === "claimed");
      expect(winners.map((one) => entryOf(one)?.ambiguous)).toEqual([1]);
    });

    test("keeps the parts in order for the next attempt", async () => {
      const id = anId();
      await claim(id);
      await ledger.commitSteps(id, "me", sentTexts("1"));
      await ledger.commitSteps(id, "me", sentTexts("1", "2", ""));
      await ledger.release(id, "me", waiting);

      const next = await claim(id, start, { owner: "next" });
      await ledger.finish(id, "next", {
        state: "sent",
        steps: sentTexts("1", "2", "", "4"),
        nowMillis: start,
      });

      expect(entryOf(next)).toMatchObject({ state: "sending", steps: sentTexts("1", "2", "") });
      expect(entryOf(await claim(id))).toMatchObject({
        state: "sent",
        steps: sentTexts("1", "2", "", "4"),
      });
    });

    test("forgets the unknown outcome of a part once the part is sent", async () => {
      const id = anId();
      await claim(id);
      await claim(id, start + lease, { owner: "other" });
      await ledger.commitSteps(id, "other", sentTexts("1"));
      await ledger.release(id, "other", waiting);

      expect(entryOf(await claim(id, start + lease))).toMatchObject({
        steps: sentTexts("1"),
        ambiguous: 0,
      });
    });

    test("grants no claim on a released event before its time", async () => {
      const id = anId();
      await claim(id);
      await ledger.release(id, "me", { ...waiting, notBeforeMillis: start + 5000 });

      const early = await claim(id, start + 4999);
      const inTime = await claim(id, start + 5000);

      expect(early).toEqual({ kind: "later", untilMillis: start + 5000 });
      expect(inTime.kind).toBe("claimed");
    });

    test("remembers the data of a release", async () => {
      const id = anId();
      await claim(id);
      await ledger.release(id, "me", { ...waiting, attempts: 3, ambiguous: 1 });

      expect(entryOf(await claim(id))).toMatchObject({ attempts: 3, ambiguous: 1 });
    });

    test("remembers when a part's failures began, until the part is sent", async () => {
      const id = anId();
      await claim(id);
      await ledger.release(id, "me", { ...waiting, troubleSinceMillis: start - 5 });
      expect(entryOf(await claim(id))).toMatchObject({ troubleSinceMillis: start - 5 });
      await ledger.release(id, "me", waiting);
      expect(entryOf(await claim(id))).toMatchObject({ troubleSinceMillis: start - 5 });

      await ledger.commitSteps(id, "me", sentTexts("1"));
      await ledger.release(id, "me", waiting);

      expect(entryOf(await claim(id))).not.toHaveProperty("troubleSinceMillis");
    });

    test.each(["sent", "ignored"] as const)(
      "never grants an event again that is %s",
      async (state) => {
        const id = anId();
        await claim(id);
        await ledger.finish(id, "me", { state, nowMillis: start });

        const again = await claim(id, start + 30 * 86_400_000);

        expect(again).toMatchObject({ kind: "finished", entry: { id, state, steps: [] } });
      },
    );

    test("keeps the message of a parked event without expiry", async () => {
      const id = anId();
      await claim(id);
      await ledger.commitSteps(id, "me", sentTexts("1"));
      await ledger.park(id, "me", parking);

      const years = await claim(id, start + 100 * month);

      expect(years).toMatchObject({
        kind: "finished",
        entry: { state: "parked", reason: "blocked", steps: sentTexts("1") },
      });
      expect(await parkedMessage(id)).toBe("as the queue held it");
    });

    test("grants a parked event to a newer redrive only, and each redrive once", async () => {
      const id = anId();
      await claim(id);
      await ledger.commitSteps(id, "me", sentTexts("1"));
      await ledger.release(id, "me", { ...waiting, attempts: 5, ambiguous: 1 });
      await claim(id);
      await ledger.park(id, "me", parking);

      const usual = await claim(id, start + 1);
      const redriven = await claim(id, start + 1, { redrive: 1 });
      await ledger.park(id, "me", { ...parking, nowMillis: start + 1 });
      const again = await claim(id, start + 2, { redrive: 1 });

      expect([usual.kind, redriven.kind, again.kind]).toEqual(["finished", "claimed", "finished"]);
      expect(entryOf(redriven)).toMatchObject({ steps: sentTexts("1"), attempts: 0, ambiguous: 0 });
    });

    test("grants one of twenty simultaneous redrives of a parked event", async () => {
      const id = anId();
      await claim(id);
      await ledger.park(id, "me", parking);

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          claim(id, start, { owner: `racer-${index}`, redrive: 1 }),
        ),
      );

      expect(claims.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
    });
  });
}
