import { packBody } from "../../lambdas/ingest/pack-body.ts";
import { MemoryBodyStore } from "./memory/stores.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";

/** The real packing, over a bucket in memory. */
export function aPacking() {
  return { packBody, bodies: new MemoryBodyStore() };
}

/** The text of a small body. */
export function textIn(envelope: Envelope | undefined): string {
  return envelope?.v === 1 ? Buffer.from(envelope.body, "base64").toString() : "";
}
