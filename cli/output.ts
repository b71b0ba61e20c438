import type { Terminal } from "./command.ts";

/** A line of an answer, or nothing. */
export type Line = string | false | undefined;

/** Prints an answer: lines for a person, or with `--json` one object and nothing else. */
export function print(
  terminal: Pick<Terminal, "stdout">,
  asJson: boolean | undefined,
  answer: object,
  lines: readonly Line[],
): void {
  const text = asJson === true ? JSON.stringify(answer, null, 2) : lines.filter(isGiven).join("\n");
  terminal.stdout.write(`${text}\n`);
}

function isGiven<Value>(value: Value | false | undefined): value is Value {
  return value !== false && value !== undefined;
}

/** Formats rows as lines with aligned columns. */
export function table(given: readonly (readonly string[] | false | undefined)[]): string[] {
  const rows = given.filter(isGiven);
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const maxLength = 300;

/**
 * Makes a vendor's text safe for a terminal: one line, limited length, no control characters. It hides
 * text that looks like a bot token and the given secrets.
 */
export function printable(text: string, secrets: readonly string[] = []): string {
  let safe = text;
  for (const secret of secrets) if (secret !== "") safe = safe.replaceAll(secret, "…");
  safe = safe
    .replace(/\d{3,}(?::|%3a)[\w-]{8,}/gi, "…")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}

/** Common words in webhooks' paths. Any other part of a path may be a token. */
const harmless = new Set(
  "api app bot bots bridge callback endpoint hook hooks incoming index messages php public telegram tg update updates webhook webhooks".split(
    " ",
  ),
);
const isHarmless = (part: string) =>
  /^v\d$/.test(part) || part.split(/[-_.]/).every((word) => harmless.has(word));

/**
 * Makes the address of another program safe to print: its host, and only the common words of its path.
 * Many webhook addresses contain a bot's token or a secret path, and a secret can look like a name.
 */
export function printableAddress(address: string): string {
  if (address === "") return "";
  const url = URL.parse(address);
  if (url === null) return "…";
  const parts = url.pathname
    .split("/")
    .map((part) => (part === "" || isHarmless(part) ? part : "…"));
  const query = url.search === "" ? "" : "?…";
  return printable(`${url.protocol}//${url.host}${parts.join("/")}`) + query;
}

/**
 * Prints an id unchanged. SQS would not accept other texts as ids, so they may hold people's words and
 * are made safe to print.
 */
export function printableId(id: string): string {
  return /^[\x21-\x7e]{1,128}$/.test(id) ? id : printable(id);
}

/** One line on standard error. Each update overwrites it, and the end removes it. */
export type Progress = { show(text: string): void; end(): void };

/** Shows a person the progress of work. When errors go to a file, it writes nothing. */
export function progressOn({ stderr }: Pick<Terminal, "stderr">): Progress {
  if ((stderr as { isTTY?: boolean }).isTTY !== true) {
    return { show: () => undefined, end: () => undefined };
  }
  const clear = "\r\u001b[2K";
  return {
    show: (text) => stderr.write(`${clear}${text} …`),
    end: () => stderr.write(clear),
  };
}

const fewEvents = 10;

/**
 * Writes a line for every ten of many events. It goes to standard error, so that standard output
 * carries only the answer.
 */
export function showCount(done: number, of: number, { stderr }: Pick<Terminal, "stderr">): void {
  if (of > fewEvents && done % fewEvents === 0) stderr.write(`${done} of ${of}\n`);
}

const unitSeconds = { day: 86_400, hour: 3600, minute: 60, second: 1 } as const;

/** A time span for a person, in the largest unit that it fills twice: "90 seconds", "3 days". */
export function durationOf(millis: number, language = "en"): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const units = Object.entries(unitSeconds);
  const [unit, length] = units.find(([, each]) => seconds >= 2 * each) ?? ["second", 1];
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round(seconds / length));
}

/** The time since a moment, for a person: "3 minutes ago". */
export function agoOf(millis: number, nowMillis: number): string {
  return `${durationOf(nowMillis - millis)} ago`;
}

/** A moment in ISO 8601, as `--json` prints it. */
export function timeOf(millis: number | undefined): string | null {
  return millis === undefined ? null : new Date(millis).toISOString();
}
