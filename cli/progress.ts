import type { Terminal } from "./command.ts";

/** One line on standard error that is written over and over, and is gone at the end. */
export type Progress = { show(text: string): void; end(): void };

/** Shows how long work goes on, to a person only: where errors go to a file, nothing is written. */
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

/** A line for every ten of many, on standard error, so that the answer stays one piece. */
export function showCount(done: number, of: number, { stderr }: Pick<Terminal, "stderr">): void {
  if (of > fewEvents && done % fewEvents === 0) stderr.write(`${done} of ${of}\n`);
}
