import type { BridgeCheck } from "../model/bridge-check.ts";

/** One of our own webhooks, called through its public address as its vendor would call it. */
export interface OwnWebhook {
  /**
   * The status it answers an authentic check with. Throws SecretUnavailable while the bridge is not
   * set up that far, TransientFailure without an answer.
   */
  send(check: BridgeCheck): Promise<number>;
}
