/**
 * The clocks of a delivery. Their order matters: an attempt must have ended before another may claim
 * its work, and the claim must have ended before the queue shows the event again. So the sender's
 * timeout is shorter than the lease, and the lease is shorter than the visibility timeout.
 */
export const timings = {
  /** Lambda stops a function after this time. */
  timeoutSeconds: {
    /**
     * All attempts of ingest together take four seconds. amoCRM waits five seconds
     * and never repeats a hook.
     */
    "telegram-webhook": 6,
    "amocrm-webhook": 6,
    /** A file may take 60 s, and the work before and after it takes some more. */
    "delivery-sender": 90,
    /** A run must end before the schedule starts the next. */
    caretaker: 55,
    /**
     * The check calls two webhooks at once and waits ten seconds for each.
     * CodeDeploy would wait for an hour.
     */
    "rollout-check": 30,
  },
  /** The lease of a claim in the ledger. */
  leaseSeconds: 95,
  /** The time for which the queue hides a received event. */
  visibilitySeconds: 120,
} as const;
