import type { LogFields, Logger } from "../../lambdas/model/runtime.ts";

/** One log line. */
export type LogLine = {
  readonly level: "info" | "warn" | "error";
  readonly fact: string;
  readonly fields: LogFields;
};

/** A logger that records its lines. */
export function aRecordingLogger(): Logger & {
  readonly lines: LogLine[];
  /** The facts, in order. */
  facts(): string[];
  /** All lines as one text for searches. */
  text(): string;
} {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine["level"]) =>
    (fact: string, fields: LogFields = {}) =>
      void lines.push({ level, fact, fields });
  return {
    lines,
    facts: () => lines.map(({ fact }) => fact),
    text: () => JSON.stringify(lines),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}
