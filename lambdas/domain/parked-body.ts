import type { Envelope } from "../model/envelope.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { BodyStore } from "../ports/bodies.ts";
import type { Attempt } from "./delivery.ts";

/** Objects under it do not expire: what is parked waits for a person, however long. */
const prefix = "parked/";
const copyMillis = 10_000;

/** Where the body of a parked event lies, when it is too large for the ledger. */
export function parkedKeyOf(eventId: string): string {
  return prefix + eventId;
}

/**
 * The message that the ledger keeps of a parked event. A body in the bucket is copied from where it
 * would expire to where it does not, and the message names the copy.
 */
export async function messageToKeep(
  { id, envelope, message }: Attempt,
  bodies: BodyStore,
): Promise<string> {
  const key = storedKeyOf(envelope);
  if (envelope === undefined || key === undefined || key.startsWith(prefix)) return message;
  const bytes = await bodies.get(key);
  // Gone: a person may still see that there was something.
  if (bytes === undefined) return message;
  const stored = parkedKeyOf(id);
  await bodies.put({ key: stored, bytes }, { timeoutMillis: copyMillis });
  return JSON.stringify({ ...envelope, body: { stored } });
}

/** Removes the copy of an event that was parked once and has come to its end since. */
export async function forgetParkedBody(
  { envelope }: Attempt,
  { state }: LedgerEntry,
  bodies: BodyStore,
): Promise<void> {
  const key = storedKeyOf(envelope);
  const isOver = state === "sent" || state === "ignored";
  if (isOver && key?.startsWith(prefix) === true) await bodies.remove(key);
}

function storedKeyOf(envelope: Envelope | undefined): string | undefined {
  if (envelope?.v !== 2) return undefined;
  return "stored" in envelope.body ? envelope.body.stored : undefined;
}
