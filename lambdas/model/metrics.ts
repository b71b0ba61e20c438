/**
 * Every number a bridge is watched by, by who tells it; the alarms and the dashboard know no other.
 * None is told apart by customer, chat or operator.
 */
export const metrics = {
  /** Told by the delivery sender. */
  sender: {
    Deferred: "Count",
    /** Sent again after an attempt whose outcome is unknown: the one case of a double. */
    AmbiguousRepeated: "Count",
    /** The ledger or the queue failed; the lease and the visibility bring the event back. */
    AttemptFailed: "Count",
    /** The customer cannot be reached: blocked, left Telegram, never wrote. */
    ParkedUnreachable: "Count",
    ParkedRefused: "Count",
    ParkedOutcomeUnknown: "Count",
    ParkedGaveUp: "Count",
    /** Not to be read, not signed, or of another account. */
    ParkedNotUnderstood: "Count",
    TelegramUnauthorized: "Count",
    TelegramConflict: "Count",
    TelegramLimited: "Count",
    /** 5xx or no answer. */
    TelegramDown: "Count",
    AmocrmUnauthorized: "Count",
    AmocrmLimited: "Count",
    AmocrmDown: "Count",
    /** A signed check on its way from the public address to the sender. */
    CheckLatency: "Milliseconds",
  },
  /** Told by the caretaker. */
  caretaker: {
    CaretakerRan: "Count",
    RoundFailed: "Count",
    SpoolWaiting: "Count",
    LostFound: "Count",
    ReconcileStopped: "Count",
    ReconcileUnfinished: "Count",
    HistoryNotRead: "Count",
    PendingUpdates: "Count",
    WebhookTakenAway: "Count",
    WebhookErrors: "Count",
    WebhookNotInspected: "Count",
    CheckFailed: "Count",
    ApiTokenDays: "Count",
  },
  /** Read by filters from the line that the sender logs of each message, `DeliverySent`. */
  deliveries: {
    /** From the webhook's yes to the record of the vendor's, in order; as many values as messages. */
    LatencyToAmocrm: "Milliseconds",
    LatencyToTelegram: "Milliseconds",
    /** Sent out of the order of its chat: spooled, unverified, found, redriven, or of no named chat. */
    SentLate: "Count",
  },
  /** Counted by filters over the webhooks' log lines, whose facts have these names. */
  ingest: {
    HookSpooled: "Count",
    /** A body too large for the queue that its bucket did not take: the event was refused. */
    BodyNotStored: "Count",
    SignatureRefused: "Count",
    SecretTokenRefused: "Count",
    WebhookFailed: "Count",
  },
} as const;

/** Where a metric comes from. */
export type MetricSource = keyof typeof metrics;
/** The functions that write metrics in lines of their own; the others are read from log lines. */
export type MetricService = Extract<MetricSource, "sender" | "caretaker">;
/** The metrics of one source. */
export type MetricOf<Source extends MetricSource> = Extract<keyof (typeof metrics)[Source], string>;
