import type { CaretakerReport } from "../../../lambdas/model/caretaker-report.ts";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { ServedCertificate } from "../../../lambdas/http/certificate.ts";
import type { AlarmTopic } from "../../aws/read-alarm-topics.ts";
import type { EventSource } from "../../aws/read-event-sources.ts";
import type { LastFailures } from "../../aws/read-failed-attempts.ts";
import type { QueueState } from "../../aws/read-queues.ts";
import type { SetAside } from "../../parked/sources.ts";
import type { SecretName } from "../../secrets/secret-plans.ts";
import type { Stage } from "../../stage/stage.ts";

/** A value, or the reason why it could not be read. */
export type Fact<Value> =
  { readonly known: true; readonly value: Value } | { readonly known: false; readonly why: string };

/** The result of a call. Any status is an answer. */
export type Reply<Body = unknown> =
  | { readonly kind: "answered"; readonly status: number; readonly body?: Body }
  | { readonly kind: "silent"; readonly reason: string };

/** The facts about a secret that do not reveal it. */
export type SecretFacts = {
  readonly fields: Readonly<Record<string, "fits" | "missing" | "misshapen">>;
  readonly hasPrevious: boolean;
  /** The time when its present version was written. */
  readonly writtenAtMillis: number | undefined;
};

/** The channel as its secret names it. None of these values gives access. */
export type ChannelFacts = {
  readonly channelId: string;
  readonly scopeId: string;
  /** The time when `bridge connect` first connected it. It always asks for hook version v2. */
  readonly connectedAtMillis: number | undefined;
  readonly isSecretHex: boolean;
};

export type WebhookFacts = {
  readonly isOurs: boolean;
  readonly isSet: boolean;
  readonly differences: readonly string[];
  readonly pendingUpdates: number;
  readonly lastErrorAtMillis: number | undefined;
  /** Telegram's words, safe to print. */
  readonly lastError: string;
};

/** The bot's settings that Telegram reports. Their owner changes them in BotFather. */
export type BotSettings = Readonly<Partial<Record<(typeof botSettings)[number], boolean>>>;
export const botSettings = [
  "can_join_groups",
  "can_read_all_group_messages",
  "has_topics_enabled",
  "allows_users_to_create_topics",
  "can_connect_to_business",
  "supports_inline_queries",
  "supports_guest_queries",
  "has_main_web_app",
] as const;

export type TelegramFacts = {
  readonly me: Reply<{ readonly id: string; readonly settings: BotSettings }>;
  readonly webhook: Fact<WebhookFacts>;
  /** The differences between the bot's commands and the wanted ones. */
  readonly commandDifferences: Fact<readonly string[]>;
};

/** The webhooks as the vendors see them. */
export type AddressFacts = {
  /** Undefined where there is no name to resolve, as on the loopback. */
  readonly addresses: Fact<readonly string[]> | undefined;
  readonly certificate: Fact<ServedCertificate> | undefined;
  /** The answers to posts without any proof. */
  readonly telegramRoute: Reply;
  readonly amocrmRoute: Fact<Reply>;
  /** The address that AWS gives. Undefined where it is the bridge's own. */
  readonly defaultEndpoint: Fact<Reply> | undefined;
};

/** The host of customers' files, as amoCRM sees it. */
export type MediaFacts = {
  readonly host: string;
  /** The answer for a file that does not exist. */
  readonly reply: Reply;
  /** Undefined where the host has none, as on the loopback. */
  readonly certificate: Fact<ServedCertificate> | undefined;
};

/** The owner of a clock. */
export type ClockOwner = "Telegram" | "amoCRM's chats" | "amoCRM" | "AWS";

export type QuotaFacts = {
  /** Concurrent executions of the account in the region. */
  readonly total: number;
  /** Concurrent executions that are left for functions without a reservation. */
  readonly unreserved: number;
  /** The executions that the stage's senders and caretakers may take together. */
  readonly senders: number;
  readonly bridges: number;
};

/** All facts for the checks. They hold no secret, no name and no text that a person wrote. */
export type Facts = {
  readonly nowMillis: number;
  readonly stage: Stage;
  readonly secrets: Readonly<Record<SecretName, Fact<SecretFacts>>>;
  readonly channel: Fact<ChannelFacts>;
  /** The end of the API token, as the token states it. Undefined when it states none. */
  readonly apiTokenEndsAtMillis: Fact<number | undefined>;
  readonly telegram: Fact<TelegramFacts>;
  /**
   * The answer for the history of a chat that does not exist. It shows only whether the bridge has access.
   */
  readonly chats: Fact<Reply>;
  readonly account: Fact<Reply<{ readonly amojoId: string }>>;
  readonly contactChats: Fact<Reply>;
  readonly address: Fact<AddressFacts>;
  readonly media: Fact<MediaFacts>;
  readonly alarmTopics: Fact<readonly AlarmTopic[]>;
  readonly eventSources: Fact<readonly EventSource[]>;
  /** How far each clock is ahead of this machine's, to about a second. */
  readonly clocks: Fact<Readonly<Partial<Record<ClockOwner, number>>>>;
  readonly queues: Fact<Readonly<Record<Direction, QueueState>>>;
  readonly failedAttempts: Fact<LastFailures>;
  readonly setAside: Fact<SetAside>;
  /** Undefined where the caretaker has left no report yet. */
  readonly caretaker: Fact<CaretakerReport | undefined>;
  readonly quota: Fact<QuotaFacts>;
  readonly localVersion: Fact<string>;
};
