import type { Terminal } from "./command.ts";

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
