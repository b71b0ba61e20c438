import { sentTexts } from "../support/events.ts";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ActivityNote } from "../../lambdas/model/conversation.ts";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";
import { aRequest, anId, lease, month, parking, start, waiting } from "./ledger-claims.ts";
import type { LedgerUnderTest } from "./ledger-claims.ts";

const noteAt = (activeAtMillis: number): ActivityNote => ({
  conversationId: "tg-700-42",
  activeHour: `${Math.floor(activeAtMillis / 3_600_000)}/1`,
  activeAtMillis,
});
const active = noteAt(start);

/** The contract of every ledger for a claim's activity note of a conversation. */
export function describeLedgerNotes(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`an activity note in the delivery ledger ${name}`, () => {
    let ledger: DeliveryLedger;
    let noteOf: LedgerUnderTest["noteOf"];
    const claim = (...request: Parameters<typeof aRequest>) => ledger.claim(aRequest(...request));

    beforeAll(async () => {
      ({ ledger, noteOf } = await create());
    });

    test("is written with the claim, and never by a claim without one", async () => {
      const [noting, plain] = [anId(), anId()];

      await claim(noting, start, { active });
      await claim(plain);

      expect([await noteOf(noting), await noteOf(plain)]).toEqual([active, undefined]);
    });

    const ends: Readonly<Record<string, (id: string) => Promise<void>>> = {
      "sent part by part": async (id) => {
        await ledger.commitSteps(id, "me", sentTexts("101"));
        await ledger.finish(id, "me", {
          state: "sent",
          steps: sentTexts("101", "102"),
          nowMillis: start + 1,
        });
      },
      ignored: (id) => ledger.finish(id, "me", { state: "ignored", nowMillis: start + 1 }),
      released: (id) => ledger.release(id, "me", waiting),
      parked: (id) => ledger.park(id, "me", parking),
    };
    test.each(Object.entries(ends))("stays when the event is %s", async (_, end) => {
      const id = anId();
      await claim(id, start, { active });

      await end(id);

      expect(await noteOf(id)).toEqual(active);
    });

    const claimedAgain = {
      "waited for its time": {
        before: (id: string) => ledger.release(id, "me", waiting),
        at: start,
      },
      "lost its lease": { before: async () => undefined, at: start + lease },
      "was parked and is redriven": {
        before: (id: string) => ledger.park(id, "me", parking),
        at: start + lease,
      },
    };
    test.each(Object.entries(claimedAgain))(
      "of an event that %s stays, or is replaced by the new claim's",
      async (_, { before, at }) => {
        const [one, other] = [anId(), anId()];
        for (const id of [one, other]) {
          await claim(id, start, { active });
          await before(id);
        }

        const again = [
          await claim(one, at, { redrive: 1 }),
          await claim(other, at, { redrive: 1, active: noteAt(at + 1) }),
        ];

        expect(again.map(({ kind }) => kind)).toEqual(["claimed", "claimed"]);
        expect([await noteOf(one), await noteOf(other)]).toEqual([active, noteAt(at + 1)]);
      },
    );

    test.each([{ note: noteAt(start + month) }, { note: undefined }])(
      "that has expired counts as absent (%#)",
      async ({ note }) => {
        const id = anId();
        await claim(id, start, { active });

        const anew = await claim(id, start + month, note === undefined ? {} : { active: note });

        expect([anew.kind, await noteOf(id)]).toEqual(["claimed", note]);
      },
    );

    test("of a refused claim is not written", async () => {
      const id = anId();
      await claim(id);

      const refused = await claim(id, start + 1, { owner: "other", active });

      expect([refused.kind, await noteOf(id)]).toEqual(["later", undefined]);
    });

    test("of a claim on a finished event is not written", async () => {
      const id = anId();
      await claim(id);
      await ledger.finish(id, "me", { state: "sent", nowMillis: start });

      const finished = await claim(id, start + lease, { active });

      expect([finished.kind, await noteOf(id)]).toEqual(["finished", undefined]);
    });
  });
}
