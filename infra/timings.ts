/**
 * The clocks of a delivery, in the only order that works: an attempt is dead before another may claim
 * its work, and the claim has ended before the queue shows the event again. So the sender's timeout is
 * shorter than the lease, and the lease shorter than the visibility.
 */
export const timings = {
  /** Lambda stops a function here. */
  timeoutSeconds: {
    /** All attempts of ingest together take four seconds; amoCRM waits five and never repeats. */
    "telegram-webhook": 6,
    "amocrm-webhook": 6,
    /** A file may take 60 s, and what comes before and after it some more. */
    "delivery-sender": 90,
    /** A run has ended before the schedule starts the next. */
    caretaker: 55,
    /** Two webhooks at once, each given ten seconds; CodeDeploy would wait for an hour. */
    "rollout-check": 30,
  },
  /** A claim in the ledger holds this long. */
  leaseSeconds: 95,
  /** A received event stays hidden this long. */
  visibilitySeconds: 120,
} as const;
