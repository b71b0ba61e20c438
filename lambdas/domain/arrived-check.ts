import { checkIn } from "../model/bridge-check.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Attempt } from "./delivery.ts";

/**
 * Whether an event is an authentic check of our own, which has done its work by coming this far: it
 * is measured, and neither sent nor recorded. One that ingest could not verify is an event like others.
 */
export function arrivedCheck(
  { envelope }: Attempt,
  { now, logger }: { readonly now: Now; readonly logger: Logger },
): boolean {
  // A check is small: no body that had to be packed is one.
  if (envelope?.v !== 1 || !envelope.verified || envelope.source === "bridge") return false;
  const check = checkIn(Buffer.from(envelope.body, "base64").toString());
  if (check === undefined) return false;
  const { kind, sentAtMillis } = check;
  const { id: eventId, source } = envelope;
  logger.info("CheckArrived", { eventId, kind, source, latencyMillis: now() - sentAtMillis });
  return true;
}
