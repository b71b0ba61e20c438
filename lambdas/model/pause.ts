import type { Direction } from "./envelope.ts";

/** What can be paused as a whole: a direction's vendor, amoCRM's main API, Telegram's files. */
export type PauseName = Direction | "main-api" | "telegram-files";

/** Calls of no chat: their limit is everybody's, and those who do not listen are blocked. */
const ofNoChat: ReadonlySet<PauseName> = new Set(["main-api", "telegram-files"]);

/** One sign that a vendor wants to be left alone: a 429, or no answer in time. */
export type Strike = {
  readonly kind: "limit" | "timeout";
  readonly atMillis: number;
  /** The chat it happened in. */
  readonly group: string;
};

/** Until when no call is made there, and the strikes that may lead to that. */
export type Pause = {
  readonly name: PauseName;
  readonly untilMillis: number;
  readonly strikes: readonly Strike[];
};

const rules = {
  /** 429s from so many chats in so short a time are the bot's limit, not a chat's. */
  limit: { needed: 3, windowMillis: 2000 },
  /** Slow calls must not eat the other chats' slots. */
  timeout: { needed: 3, windowMillis: 10_000 },
};
const timeoutPauseMillis = 5000;

/** The pause after one more strike; `retryAfterMillis` is the vendor's wait, for a limit. */
export function withStrike(pause: Pause, strike: Strike, retryAfterMillis: number): Pause {
  const recent = [...pause.strikes, strike].filter(
    ({ kind, atMillis }) => atMillis > strike.atMillis - rules[kind].windowMillis,
  );
  const alike = recent.filter(({ kind }) => kind === strike.kind);
  const count =
    strike.kind === "limit" ? new Set(alike.map(({ group }) => group)).size : alike.length;
  const needed = ofNoChat.has(pause.name) ? 1 : rules[strike.kind].needed;
  if (count < needed) return { ...pause, strikes: recent };
  const lengthMillis = strike.kind === "limit" ? retryAfterMillis : timeoutPauseMillis;
  return {
    name: pause.name,
    untilMillis: Math.max(pause.untilMillis, strike.atMillis + lengthMillis),
    strikes: recent.filter(({ kind }) => kind !== strike.kind),
  };
}
