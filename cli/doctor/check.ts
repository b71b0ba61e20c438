import type { Facts } from "./facts/facts.ts";

/** Where a check stands in the table, in this order. */
export const groups = ["secrets", "Telegram", "amoCRM", "public address", "AWS", "bridge"] as const;

/** What is wrong, what comes of it, and the command or act that mends it. */
type Trouble = { readonly says: string; readonly causes: string; readonly fix: string };

/**
 * What a check came to. Only a fault makes `doctor` fail. `unknown` is what could not be seen, mostly
 * because something that another check tells of stands before it.
 */
export type Finding =
  | { readonly state: "ok" | "unknown" | "not-applicable"; readonly says: string }
  | ({ readonly state: "warning" | "fault" } & Trouble);

/** One thing that can be wrong with a bridge; `judge` is a function of the facts alone. */
export type Check = {
  /** For `--json` and for people who speak of it. */
  readonly id: string;
  readonly group: (typeof groups)[number];
  /** What it looks at. */
  readonly title: string;
  readonly judge: (facts: Facts) => Finding;
};

export function ok(says: string): Finding {
  return { state: "ok", says };
}

export function unknown(says: string): Finding {
  return { state: "unknown", says };
}

export function notApplicable(says: string): Finding {
  return { state: "not-applicable", says };
}

export function warning(says: string, causes: string, fix: string): Finding {
  return { state: "warning", says, causes, fix };
}

export function fault(says: string, causes: string, fix: string): Finding {
  return { state: "fault", says, causes, fix };
}
