import type { CaretakerReport } from "../../../lambdas/model/watching.ts";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { QueueState } from "../../aws/read-queues.ts";
import type { SetAside } from "../../parked/set-aside.ts";
import type { SecretName } from "../../secrets/secret-plans.ts";
import type { Stage } from "../../stage/stage.ts";

/** Something that was looked up, or why it could not be. */
export type Fact<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly why: string };

/** What came of a call: any answer is an answer. */
export type Reply<Body = unknown> =
  | { readonly kind: "answered"; readonly status: number; readonly body?: Body }
  | { readonly kind: "silent"; readonly reason: string };

/** What may be known of a secret without knowing it. */
export type SecretFacts = {
  readonly fields: Readonly<Record<string, "fits" | "missing" | "misshapen">>;
  readonly hasPrevious: boolean;
  /** When its present version was written. */
  readonly writtenAtMillis: number | undefined;
};

/** The channel as its secret names it; nothing of it opens anything. */
export type ChannelFacts = {
  readonly channelId: string;
  readonly scopeId: string;
  /** When `bridge connect` connected it first, always asking for hook version v2. */
  readonly connectedAtMillis: number | undefined;
  readonly isSecretHex: boolean;
};

export type WebhookFacts = {
  readonly isOurs: boolean;
  readonly isSet: boolean;
  readonly differences: readonly string[];
  readonly pendingUpdates: number;
  readonly lastErrorAtMillis: number | undefined;
  /** Telegram's words, fit to print. */
  readonly lastError: string;
};

/** Switches of the bot, as far as Telegram tells them; their owner sets them in BotFather. */
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
  /** In what the bot's commands are not the wanted ones. */
  readonly commandDifferences: Fact<readonly string[]>;
};

export type CertificateFacts = {
  /** Undefined: it fits the host, and an authority known here has signed it. */
  readonly fault: string | undefined;
  readonly endsAtMillis: number;
  readonly protocol: string;
};

/** The webhooks as the vendors see them. */
export type AddressFacts = {
  /** Undefined where there is no name to resolve, as on the loopback. */
  readonly addresses: Fact<readonly string[]> | undefined;
  readonly certificate: Fact<CertificateFacts> | undefined;
  /** Posts that prove nothing. */
  readonly telegramRoute: Reply;
  readonly amocrmRoute: Fact<Reply>;
  /** The address that AWS gives; undefined where it is the bridge's own. */
  readonly defaultEndpoint: Fact<Reply> | undefined;
};

/** Whose clock. */
export type ClockOwner = "Telegram" | "amoCRM's chats" | "amoCRM" | "AWS";

export type QuotaFacts = {
  /** Executions at a time that are left for functions without a reservation. */
  readonly unreserved: number;
  /** What the stage's senders and caretakers may take together. */
  readonly senders: number;
  readonly bridges: number;
};

/** All that the checks judge by. Holds no secret, no name and nothing that somebody wrote. */
export type Facts = {
  readonly nowMillis: number;
  readonly stage: Stage;
  readonly secrets: Readonly<Record<SecretName, Fact<SecretFacts>>>;
  readonly channel: Fact<ChannelFacts>;
  /** When the API token ends, as it says itself; undefined when it says nothing. */
  readonly apiTokenEndsAtMillis: Fact<number | undefined>;
  readonly telegram: Fact<TelegramFacts>;
  /** The history of a chat that does not exist: asks for nothing but leave. */
  readonly chats: Fact<Reply>;
  readonly account: Fact<Reply<{ readonly amojoId: string }>>;
  readonly contactChats: Fact<Reply>;
  readonly address: Fact<AddressFacts>;
  /** How far each clock is ahead of this machine's, to about a second. */
  readonly clocks: Fact<Readonly<Partial<Record<ClockOwner, number>>>>;
  readonly queues: Fact<Readonly<Record<Direction, QueueState>>>;
  readonly setAside: Fact<SetAside>;
  /** Undefined where the caretaker has left no report yet. */
  readonly caretaker: Fact<CaretakerReport | undefined>;
  readonly quota: Fact<QuotaFacts>;
  readonly localVersion: Fact<string>;
};
