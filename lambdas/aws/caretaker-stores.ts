import { caretakerReportId } from "../model/caretaker-report.ts";
import type { CaretakerReports } from "../model/caretaker-report.ts";
import { readEnvelope } from "../model/envelope.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Logger, SpoolReader, WideReconcileReader } from "../model/runtime.ts";
import type { DueWaits } from "../model/stores.ts";
import { ofThisWait, waitDueKey, waitKeyOf, waitsListed } from "./delivery-stores.ts";
import { spoolKeyOf, wideReconcileRequestId } from "./webhook-items.ts";
import { textIn } from "./table.ts";
import type { DynamoTable, Plain } from "./table.ts";

/** One item of the deliveries table. Its attributes are the report's fields. It does not expire. */
export function dynamoCaretakerReports(deliveries: DynamoTable): CaretakerReports {
  return {
    async merge(findings) {
      const entries = Object.entries<Plain | undefined>(findings);
      const set = entries.filter((entry): entry is [string, Plain] => entry[1] !== undefined);
      const remove = entries.filter(([, value]) => value === undefined).map(([field]) => field);
      await deliveries.update(caretakerReportId, { set: Object.fromEntries(set), remove });
    },
  };
}

/** The caretaker's side of the spool: the sparse index of the deliveries table, the oldest event first. */
export function dynamoSpoolReader(deliveries: DynamoTable, logger: Logger): SpoolReader {
  return {
    async oldest(limit) {
      const found: Envelope[] = [];
      const place = { index: "parked", key: "parkedAs", value: "spooled" };
      for await (const { id, message } of deliveries.query(place)) {
        const envelope = readEnvelope(textIn(message));
        // An item that the caretaker cannot read must not stop the drain of the others.
        if (envelope !== undefined) found.push(envelope);
        else logger.error("SpoolItemUnreadable", { key: textIn(id) });
        if (found.length >= limit) break;
      }
      return found;
    },
    remove: (id) => deliveries.remove(spoolKeyOf(id)),
  };
}

/** The caretaker's side of the request for a wide reconcile. */
export function dynamoWideReconcileReader(deliveries: DynamoTable): WideReconcileReader {
  return {
    async latest() {
      const request = await deliveries.get(wideReconcileRequestId);
      return request === undefined ? undefined : Number(request["askedAtMillis"]);
    },
    remove: (untilMillis) =>
      deliveries.remove(wideReconcileRequestId, {
        condition: "attribute_not_exists(#id) OR #askedAtMillis <= :until",
        where: { until: untilMillis },
      }),
  };
}

/** The caretaker's side of the list. */
export function dynamoDueWaits(deliveries: DynamoTable): DueWaits {
  return {
    async due(nowMillis, limit) {
      const found = [];
      const place = { index: "parked", key: "parkedAs", value: waitsListed };
      const upTo = { sortKey: waitDueKey, value: nowMillis };
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
      deliveries.remove(waitKeyOf(conversationId), ofThisWait(sinceMillis)),
  };
}
