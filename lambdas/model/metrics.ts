/** All metrics of a bridge, by the part that writes them. None distinguishes customers, chats or operators. */
export const metrics = {
  /** The delivery sender writes these. */
  sender: {
    Deferred: "Count",
    /**
     * A repeat after an ambiguous outcome. It may be a double message, and so may a retry after a 5xx of
     * Telegram, which `Deferred` counts.
     */
    AmbiguousRepeated: "Count",
    /** The ledger or the queue failed. The lease and the visibility bring the event back. */
    AttemptFailed: "Count",
    /** The customer is not reachable: blocked the bot, left Telegram, never wrote. */
    ParkedUnreachable: "Count",
    ParkedRefused: "Count",
    ParkedOutcomeUnknown: "Count",
    ParkedGaveUp: "Count",
    /** The event cannot be read, has no valid signature, or belongs to another account. */
    ParkedNotUnderstood: "Count",
    TelegramUnauthorized: "Count",
    TelegramConflict: "Count",
    TelegramLimited: "Count",
    /** A 5xx status or no answer. */
    TelegramDown: "Count",
    AmocrmUnauthorized: "Count",
    AmocrmLimited: "Count",
    AmocrmDown: "Count",
    /** A message went to amoCRM before its lead. An event of its own makes the lead. */
    LeadPostponed: "Count",
    /** amoCRM refused a part of a new lead. The lead was made without it. */
    LeadPartRefused: "Count",
    /** The time of a signed health check from the public address to the sender. */
    CheckLatency: "Milliseconds",
    /** A customer has waited longer for an answer than the stage allows. */
    CustomerUnanswered: "Count",
    /** The working time from a customer's first unanswered message to the operator's answer. */
    AnswerTime: "Seconds",
  },
  /** The caretaker writes these. */
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
    /** The host of customers' files does not answer, or not as it should. */
    MediaNotServed: "Count",
    /** A certificate of one of the bridge's own hosts has few days left. */
    CertificateExpires: "Count",
  },
  /** Filters read these from `DeliverySent`, the sender's log line of each message. */
  deliveries: {
    /** From the webhook's yes to the record of the vendor's yes, for each message in order. */
    LatencyToAmocrm: "Milliseconds",
    LatencyToTelegram: "Milliseconds",
    /** Messages sent out of order: spooled, unverified, reconciled, redriven, or of no named chat. */
    SentLate: "Count",
  },
  /**
   * Filters count these in the webhooks' log lines. The facts of those lines have these names, except
   * `WebhookFailed`, which has a metric for each webhook.
   */
  ingest: {
    HookSpooled: "Count",
    /**
     * A body was too large for the queue, and its bucket did not accept it. The webhook refused the event.
     */
    BodyNotStored: "Count",
    SignatureRefused: "Count",
    SecretTokenRefused: "Count",
    TelegramWebhookFailed: "Count",
    AmocrmWebhookFailed: "Count",
  },
} as const;

/** The source of a metric. */
export type MetricSource = keyof typeof metrics;
/** The functions that write metrics in their own lines. Filters read the others from log lines. */
export type MetricService = Extract<MetricSource, "sender" | "caretaker">;
/** The metrics of one source. */
export type MetricOf<Source extends MetricSource> = Extract<keyof (typeof metrics)[Source], string>;
