import * as z from "zod/mini";

const bridgeCheck = z.strictObject({
  /** The caretaker's, a roll-out's, or that of a person who sets the bridge up. */
  kind: z.enum(["synthetic", "rollout", "setup"]),
  sentAtMillis: z.int(),
  /** Makes the body, and with it the event's id, differ from every other. */
  nonce: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
});
/**
 * A message of nobody to nobody: sent through a webhook like a customer's or an operator's, and
 * dropped by the sender. Nothing a person writes looks like it, because Telegram and amoCRM give
 * what people write names of their own at the top.
 */
export type BridgeCheck = z.output<typeof bridgeCheck>;

const body = z.strictObject({ bridge_check: bridgeCheck });

/** The body of the webhook that carries it; secret header or signature are the caller's. */
export function bodyOfCheck(check: BridgeCheck): string {
  return JSON.stringify({ bridge_check: check } satisfies z.output<typeof body>);
}

/** The check that a webhook's body is; undefined for anything more, less or else. */
export function checkIn(bytes: string): BridgeCheck | undefined {
  // Events of people are spared the reading.
  if (!bytes.startsWith('{"bridge_check":')) return undefined;
  try {
    return z.parse(body, JSON.parse(bytes)).bridge_check;
  } catch {
    return undefined;
  }
}
