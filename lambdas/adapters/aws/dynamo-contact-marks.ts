import { createHash } from "node:crypto";
import { contactMarkMillis } from "../../model/contact-mark.ts";
import type { ContactMarks } from "../../ports/contact-marks.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** Marks in the deliveries table, an item a name, which is kept as a hash only. */
export class DynamoContactMarks implements ContactMarks {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async mark(name: string, conversationId: string, nowMillis: number): Promise<void> {
    const key = markKey(name);
    const untilMillis = nowMillis + contactMarkMillis;
    const until = { untilMillis, expiresAt: Math.ceil(untilMillis / 1000) };
    const isAlone = await this.#deliveries.update(key, {
      set: { conversationId, sinceMillis: nowMillis, isShared: false, ...until },
      condition: "attribute_not_exists(#untilMillis) OR #untilMillis < :now",
      where: { now: nowMillis },
    });
    if (isAlone) return;
    const isOwn = await this.#deliveries.update(key, {
      set: until,
      condition: "#conversationId = :own",
      where: { own: conversationId },
    });
    if (!isOwn) await this.#deliveries.update(key, { set: { isShared: true, ...until } });
  }

  async aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined> {
    const mark = await this.#deliveries.get(markKey(name));
    const isAlone = mark?.["conversationId"] === conversationId && mark["isShared"] === false;
    return isAlone ? Number(mark["sinceMillis"]) : undefined;
  }
}

function markKey(name: string): string {
  return `contact-name:${createHash("sha256").update(name).digest("base64url")}`;
}
