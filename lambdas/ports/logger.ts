/** Fields of a log line: ids, counts, reasons. Never texts, names, phones, tokens or bodies. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line per decision; `fact` is a past-tense fact such as `DeliverySent`. */
export interface Logger {
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  /** A person must act. */
  error(fact: string, fields?: LogFields): void;
}
