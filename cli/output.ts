import type { Terminal } from "./command.ts";

/** Prints an answer: lines for a person, or with `--json` one object and nothing else. */
export function print(
  terminal: Terminal,
  asJson: boolean | undefined,
  answer: object,
  lines: readonly string[],
): void {
  const text = asJson === true ? JSON.stringify(answer, null, 2) : lines.join("\n");
  terminal.stdout.write(`${text}\n`);
}

/** Rows as lines whose columns stand under each other. */
export function table(rows: readonly (readonly string[])[]): string[] {
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
 * A vendor's words, fit for a terminal: one line, no control characters, not endless, and without
 * anything that looks like a bot token or is one of the given secrets.
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

/** An address that is not ours, fit to print: a query or a user's name in it may be a secret. */
export function printableAddress(address: string, secrets: readonly string[] = []): string {
  const url = URL.parse(address);
  if (url === null) return printable(address, secrets);
  const query = url.search === "" ? "" : "?…";
  return printable(`${url.protocol}//${url.host}${url.pathname}`, secrets) + query;
}
