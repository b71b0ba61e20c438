import { isUnreachable } from "../../model/failure.ts";
import type { PermanentReason, UnreachableReason } from "../../model/failure.ts";
import type { MetricOf, MetricTeller } from "../../model/metrics.ts";
import type { LogFields } from "../../ports/logger.ts";

/** What a fact adds to the metrics of a teller: nothing for one that only some forms of are counted. */
export type FactMetrics<Teller extends MetricTeller> = Readonly<
  Record<string, (fields: LogFields) => Readonly<Partial<Record<MetricOf<Teller>, number>>>>
>;
type SenderValues = Readonly<Partial<Record<MetricOf<"sender">, number>>>;

type MendableReason = Exclude<PermanentReason, UnreachableReason>;
const parkedAs: Readonly<Record<MendableReason, MetricOf<"sender">>> = {
  "kind-not-supported": "ParkedRefused",
  "bot-has-no-right": "ParkedRefused",
  forbidden: "ParkedRefused",
  "file-too-large": "ParkedRefused",
  "attachment-unavailable": "ParkedRefused",
  "empty-text": "ParkedRefused",
  "refused-by-telegram": "ParkedRefused",
  "refused-by-amocrm": "ParkedRefused",
  "outcome-unknown": "ParkedOutcomeUnknown",
  "gave-up": "ParkedGaveUp",
  "foreign-conversation": "ParkedNotUnderstood",
  "not-understood": "ParkedNotUnderstood",
  "foreign-account": "ParkedNotUnderstood",
  "too-old": "ParkedNotUnderstood",
  "not-authentic": "ParkedNotUnderstood",
};

/** The vendors' failures by the words of their adapters; of two that fit, the first. */
const vendorTroubles: readonly (readonly [RegExp, MetricOf<"sender">])[] = [
  [/^Telegram (answered 40[14]|has frozen)/, "TelegramUnauthorized"],
  [/^Telegram answered 409/, "TelegramConflict"],
  [/^Telegram answered 429/, "TelegramLimited"],
  [/^Telegram answered 5/, "TelegramDown"],
  // 404: the channel is not connected to the account (any more).
  [/^amoCRM answered 40[134]/, "AmocrmUnauthorized"],
  [/^amoCRM answered 429/, "AmocrmLimited"],
  [/^amoCRM answered (5|408)/, "AmocrmDown"],
];

/** The facts of the sender that are counted, but for what is read from its line of each message. */
export const senderFacts: FactMetrics<"sender"> = {
  DeliveryDeferred: (fields) => ({ Deferred: 1, ...vendorTrouble(fields) }),
  // One that was parked before is logged again when the attempt that parked it had died.
  DeliveryParked: ({ reason, again }) => {
    if (again === true) return {};
    if (isUnreachable(reason)) return { ParkedUnreachable: 1 };
    const metric = parkedAs[reason as MendableReason];
    return metric === undefined ? {} : { [metric]: 1 };
  },
  AmbiguousStepRepeated: () => ({ AmbiguousRepeated: 1 }),
  AttemptFailed: () => ({ AttemptFailed: 1 }),
  StatusPostponed: (fields) => vendorTrouble({ direction: "to-amocrm", ...fields }),
  ContactLeftToAmocrm: (fields) => vendorTrouble({ direction: "to-amocrm", ...fields }),
  PhoneNotLinked: (fields) => vendorTrouble({ direction: "to-amocrm", ...fields }),
  CheckArrived: ({ latencyMillis }) => ({ CheckLatency: Number(latencyMillis) }),
};

/** The facts of the caretaker that are counted. */
export const caretakerFacts: FactMetrics<"caretaker"> = {
  CaretakerRan: () => ({ CaretakerRan: 1 }),
  RoundFailed: () => ({ RoundFailed: 1 }),
  SpoolWaiting: ({ waiting }) => ({ SpoolWaiting: Number(waiting) }),
  SpoolItemUnreadable: () => ({ SpoolWaiting: 1 }),
  LostHooksFound: ({ found }) => ({ LostFound: Number(found) }),
  ReconcileStopped: () => ({ ReconcileStopped: 1 }),
  ReconcileUnfinished: () => ({ ReconcileUnfinished: 1 }),
  HistoryNotRead: () => ({ HistoryNotRead: 1 }),
  WebhookFine: pending,
  WebhookErrors: (fields) => ({ ...pending(fields), WebhookErrors: 1 }),
  WebhookBacklog: pending,
  WebhookTakenAway: (fields) => ({ ...pending(fields), WebhookTakenAway: 1 }),
  WebhookNotInspected: () => ({ WebhookNotInspected: 1 }),
  CheckFailed: () => ({ CheckFailed: 1 }),
  ApiTokenRead: ({ daysLeft }) => ({ ApiTokenDays: Number(daysLeft) }),
};

function pending({ pendingUpdates }: LogFields) {
  return { PendingUpdates: Number(pendingUpdates) };
}

/** No answer at all says nothing of whose it was; the direction says whom we mostly call. */
function vendorTrouble({ reason, direction }: LogFields): SenderValues {
  const text = String(reason);
  if (text.startsWith("no answer")) {
    return direction === "to-amocrm" ? { AmocrmDown: 1 } : { TelegramDown: 1 };
  }
  const found = vendorTroubles.find(([pattern]) => pattern.test(text));
  return found === undefined ? {} : { [found[1]]: 1 };
}
