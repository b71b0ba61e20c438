import type { CarriedBody } from "../model/envelope.ts";
import type { BodyWriter, PackBody } from "../ports/bodies.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { classOf } from "./accept-hook.ts";

/** What packing a body needs from outside. */
export type Packing = { readonly packBody: PackBody; readonly bodies: BodyWriter };

/** With nobody waiting for an answer. */
const patienceMillis = 10_000;

/** What an envelope carries of a body, which is stored before where it is too large to travel. */
export async function keepBody(
  body: Uint8Array,
  { packBody, bodies }: Packing,
): Promise<CarriedBody> {
  const { carried, object } = packBody(body);
  if (object !== undefined) await bodies.put(object, { timeoutMillis: patienceMillis });
  return carried;
}

/** Of the webhook's time: storing, and after it one send and the spool. */
const storeMillis = 1200;
const neededMillis = 2600;

/**
 * The same within the time of a webhook. Undefined where a body that is too large to travel could not
 * be stored: the event is not accepted then, and the log says so.
 */
export async function acceptBody(
  { id, body }: { readonly id: string; readonly body: Uint8Array },
  deadlineMillis: number,
  { packBody, bodies, now, logger }: Packing & { readonly now: Now; readonly logger: Logger },
): Promise<CarriedBody | undefined> {
  const { carried, object } = packBody(body);
  if (object === undefined) return carried;
  let reason = "too little time is left";
  if (deadlineMillis - now() >= neededMillis) {
    try {
      await bodies.put(object, { timeoutMillis: storeMillis });
      return carried;
    } catch (error) {
      reason = classOf(error);
    }
  }
  logger.error("BodyNotStored", { eventId: id, bytes: body.byteLength, reason });
  return undefined;
}
