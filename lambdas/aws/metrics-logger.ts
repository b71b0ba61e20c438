import { Metrics } from "@aws-lambda-powertools/metrics";
import { metrics } from "../model/metrics.ts";
import type { MetricService, MetricOf } from "../model/metrics.ts";
import type { LogFields, Logger } from "../model/runtime.ts";
import { consoleLogger } from "./console-logger.ts";
import { isUnreachable } from "../model/failure.ts";
import type {
  FailureKind,
  FailureSource,
  PermanentReason,
  UnreachableReason,
} from "../model/failure.ts";

/**
 * Logs facts, and counts the facts that a table names. Each count goes out at once, in a line of
 * CloudWatch's embedded metric format. So an invocation that dies loses none. An info becomes that one
 * line, which also has its fields. Warnings and errors also get a log line of their own, because people
 * search for them by level.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLogger<Service extends MetricService>(options: {
  readonly service: Service;
  readonly facts: FactMetrics<Service>;
  /** The bridge's own namespace. */
  readonly namespace: string;
  readonly plain?: Logger;
}): Logger {
  const { service, facts, namespace, plain = consoleLogger } = options;
  const units: Readonly<Record<string, "Count" | "Milliseconds" | "Seconds">> = metrics[service];
  const emitter = new Metrics({ namespace, serviceName: service });
  /** False for a fact that does not count. */
  const count = (fact: string, fields: LogFields, metadata: LogFields): boolean => {
    const found = Object.entries<number | undefined>(facts[fact]?.(fields) ?? {});
    // A log line must not make the logged work fail. The library throws for a value that is no number.
    const values = found.filter(([, value]) => Number.isFinite(value));
    if (values.length === 0) return false;
    for (const [name, value] of Object.entries(metadata)) {
      if (value !== undefined) emitter.addMetadata(name, String(value));
    }
    for (const [name, value = 0] of values) emitter.addMetric(name, units[name] ?? "Count", value);
    emitter.publishStoredMetrics();
    return true;
  };
  return {
    info(fact, fields = {}) {
      // The metric's name and value already give the direction and the latency.
      const all: LogFields = { fact, ...fields };
      const { direction: _, latencyMillis: __, ...metadata } = all;
      if (!count(fact, fields, metadata)) plain.info(fact, fields);
    },
    warn(fact, fields = {}) {
      plain.warn(fact, fields);
      count(fact, fields, {});
    },
    error(fact, fields = {}) {
      plain.error(fact, fields);
      count(fact, fields, {});
    },
  };
}

/**
 * The metrics that a fact adds for a service. A fact that counts only in some forms adds nothing in its
 * other forms.
 */
export type FactMetrics<Service extends MetricService> = Readonly<
  Record<string, (fields: LogFields) => Readonly<Partial<Record<MetricOf<Service>, number>>>>
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

/** The vendors' failures that count, by their kinds. */
const vendorTroubles: Readonly<
  Record<FailureSource["vendor"], Readonly<Partial<Record<FailureKind, MetricOf<"sender">>>>>
> = {
  telegram: {
    unauthorized: "TelegramUnauthorized",
    conflict: "TelegramConflict",
    "rate-limit": "TelegramLimited",
    "server-error": "TelegramDown",
    "no-answer": "TelegramDown",
  },
  amocrm: {
    unauthorized: "AmocrmUnauthorized",
    "rate-limit": "AmocrmLimited",
    "server-error": "AmocrmDown",
    "no-answer": "AmocrmDown",
  },
};

/** The facts of the sender that count, except those that come from its log line of each message. */
export const senderFacts: FactMetrics<"sender"> = {
  DeliveryDeferred: (fields) => ({ Deferred: 1, ...vendorTrouble(fields) }),
  // The sender logs the parking of an already parked event again, because the attempt that parked it may
  // have died before its log line. This second line does not count.
  DeliveryParked: ({ reason, again }) => {
    if (again === true) return {};
    if (isUnreachable(reason)) return { ParkedUnreachable: 1 };
    const metric = parkedAs[reason as MendableReason];
    return metric === undefined ? {} : { [metric]: 1 };
  },
  AmbiguousStepRepeated: () => ({ AmbiguousRepeated: 1 }),
  AttemptFailed: () => ({ AttemptFailed: 1 }),
  StatusPostponed: vendorTrouble,
  ContactLeftToAmocrm: vendorTrouble,
  PhoneNotLinked: vendorTrouble,
  LeadPostponed: (fields) => ({ LeadPostponed: 1, ...vendorTrouble(fields) }),
  LeadPartRefused: () => ({ LeadPartRefused: 1 }),
  CustomerUnanswered: () => ({ CustomerUnanswered: 1 }),
  CustomerAnswered: ({ answerSeconds }) => ({ AnswerTime: Number(answerSeconds) }),
  CheckArrived: ({ latencyMillis }) => ({ CheckLatency: Number(latencyMillis) }),
};

/** The facts of the caretaker that count. */
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
  MediaNotServed: () => ({ MediaNotServed: 1 }),
  CertificateExpires: () => ({ CertificateExpires: 1 }),
  ApiTokenRead: ({ daysLeft }) => ({ ApiTokenDays: Number(daysLeft) }),
};

function pending({ pendingUpdates }: LogFields) {
  return { PendingUpdates: Number(pendingUpdates) };
}

function vendorTrouble({ vendor, kind }: LogFields): SenderValues {
  if (vendor !== "telegram" && vendor !== "amocrm") return {};
  const metric = vendorTroubles[vendor][kind as FailureKind];
  return metric === undefined ? {} : { [metric]: 1 };
}
