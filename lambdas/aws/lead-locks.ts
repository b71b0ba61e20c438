import * as z from "zod/mini";
import type { LeadLocks } from "../model/stores.ts";
import { expiryOf } from "./ledger.ts";
import type { DynamoTable } from "./table.ts";

const leadWork = z.object({
  lostAnswers: z._default(z.int(), 0),
  requestedAtMillis: z.exactOptional(z.int()),
  leadId: z.exactOptional(z.int()),
  madeAtMillis: z.exactOptional(z.int()),
});
const turnAttempts = 5;

/** The making of leads, one item per contact. */
export function dynamoLeadLocks(deliveries: DynamoTable): LeadLocks {
  const keyOf = (contactId: number) => `lead:${contactId}`;
  return {
    async claim(contactId, owner, { nowMillis, untilMillis }) {
      const key = keyOf(contactId);
      const claimed = await deliveries.updateAndGet(key, {
        set: { owner, leaseUntilMillis: untilMillis, expiresAt: expiryOf(nowMillis) },
        condition: "attribute_not_exists(#leaseUntilMillis) OR #leaseUntilMillis < :now",
        where: { now: nowMillis },
      });
      if (claimed !== undefined) {
        return z.parse(leadWork, claimed);
      }
      const held = await deliveries.get(key);
      return { busyUntilMillis: Number(held?.["leaseUntilMillis"] ?? nowMillis) };
    },
    record: (contactId, owner, work) =>
      deliveries.update(keyOf(contactId), {
        set: { ...work },
        condition: "#owner = :own",
        where: { own: owner },
      }),
    async release(contactId, owner) {
      await deliveries.update(keyOf(contactId), {
        set: { leaseUntilMillis: 0 },
        condition: "#owner = :own",
        where: { own: owner },
      });
    },
    async nextTurn() {
      let turn = 0;
      for (let attempt = 0; attempt < turnAttempts; attempt += 1) {
        turn = Number((await deliveries.get("lead-turn"))?.["turn"] ?? 0);
        const isTaken = await deliveries.put(
          "lead-turn",
          { turn: turn + 1 },
          turn === 0
            ? { condition: "attribute_not_exists(#turn)" }
            : { condition: "#turn = :seen", where: { seen: turn } },
        );
        if (isTaken) break;
      }
      return turn;
    },
  };
}
