import type { DueWaits, WaitList } from "../model/waits.ts";
import { ledgerDays } from "../model/ledger.ts";
import { textIn } from "./table.ts";
import type { DynamoTable } from "./table.ts";

/** The value of `parkedAs` under which the index of parked events lists the waits. */
const listed = "waiting";
/** The sort key of that index. For a wait it holds the time when the wait is due. */
const dueKey = "receivedAtMillis";

const keyOf = (conversationId: string) => `wait:${conversationId}`;
const ofThisWait = (sinceMillis: number) => ({
  condition: "#sinceMillis = :since",
  where: { since: sinceMillis },
});

/** The list of waits: one item of the deliveries table for each customer who waits. */
export function dynamoWaitList(deliveries: DynamoTable): WaitList {
  return {
    async put({ conversationId, sinceMillis }, dueAtMillis) {
      await deliveries.put(keyOf(conversationId), {
        conversationId,
        sinceMillis,
        parkedAs: listed,
        [dueKey]: dueAtMillis,
        expiresAt: Math.ceil(dueAtMillis / 1000) + ledgerDays * 86_400,
      });
    },
    async remove({ conversationId, sinceMillis }) {
      // The sender may not delete items. The item leaves the index at once, and the table when it expires.
      await deliveries.update(keyOf(conversationId), {
        set: { sinceMillis: 0 },
        remove: ["parkedAs", dueKey],
        ...ofThisWait(sinceMillis),
      });
    },
  };
}

/** The caretaker's side of the list. */
export function dynamoDueWaits(deliveries: DynamoTable): DueWaits {
  return {
    async due(nowMillis, limit) {
      const found = [];
      const place = { index: "parked", key: "parkedAs", value: listed };
      const upTo = { sortKey: dueKey, value: nowMillis };
      for await (const item of deliveries.query({ ...place, upTo, limit })) {
        found.push({
          conversationId: textIn(item["conversationId"]),
          sinceMillis: Number(item["sinceMillis"]),
        });
        if (found.length === limit) break;
      }
      return found;
    },
    remove: ({ conversationId, sinceMillis }) =>
      deliveries.remove(keyOf(conversationId), ofThisWait(sinceMillis)),
  };
}
