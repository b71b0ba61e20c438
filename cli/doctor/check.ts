import type { Facts } from "./facts/facts.ts";

/** The groups of the table. */
type Group = "secrets" | "Telegram" | "amoCRM" | "public address" | "AWS" | "bridge";

/** A fault, its consequences, and the command or action that fixes it. */
type Trouble = { readonly says: string; readonly causes: string; readonly fix: string };

/**
 * The result of a check. Only a fault makes `doctor` fail. `unknown` means that the check has no
 * facts, mostly because of a problem that another check reports.
 */
export type Finding =
  | { readonly state: "ok" | "unknown" | "not-applicable"; readonly says: string }
  | ({ readonly state: "warning" | "fault" } & Trouble);

/** One check of a bridge. `judge` depends on the facts only. */
export type Check = {
  /** The name of the check in `--json` and in conversations. */
  readonly id: string;
  readonly group: Group;
  /** The subject of the check. */
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
