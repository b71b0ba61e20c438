import type { EventRow, PhoneMessage } from "../../stream.ts";

/** How far a message has come on its way to the other side. */
export type Progress =
  "leaving" | "accepted" | "sending" | "waiting" | "delivered" | "ignored" | "parked";

/**
 * The progress of a customer's message, from Telegram's record of it and the row of its event. Undefined
 * for a message that no event carries.
 */
export function progressOf(
  { isAccepted, eventId }: Pick<PhoneMessage, "isAccepted" | "eventId">,
  row: Pick<EventRow, "state" | "attempts"> | undefined,
): Progress | undefined {
  if (eventId === undefined) return undefined;
  if (row === undefined) return isAccepted === true ? "accepted" : "leaving";
  if (row.state === "sent") return "delivered";
  // Before its first attempt an event only waits for its turn.
  return row.state === "waiting" && row.attempts === 0 ? "accepted" : row.state;
}
