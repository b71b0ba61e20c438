/** Shows which phase of the start is running. */
export type Phases = {
  /** Ends the phase before, if any. */
  readonly begin: (what: string) => void;
  readonly end: () => void;
};

const clearLine = "\r\u001b[2K";

/**
 * Writes each phase with its duration. On a terminal, the seconds of the running phase count up in its
 * line. Elsewhere, a line says that a phase begins.
 */
export function showPhases(output: NodeJS.WriteStream, now: () => number = Date.now): Phases {
  const { isTTY } = output;
  let running: { readonly what: string; readonly sinceMillis: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const seconds = (digits: number) =>
    ((now() - (running?.sinceMillis ?? now())) / 1000).toFixed(digits);
  const end = () => {
    clearInterval(timer);
    if (running !== undefined && isTTY) {
      output.write(`${clearLine}${running.what}  ${seconds(1)} s\n`);
    }
    running = undefined;
  };
  return {
    begin(what) {
      end();
      running = { what, sinceMillis: now() };
      if (!isTTY) {
        output.write(`${what} …\n`);
        return;
      }
      const show = () => output.write(`${clearLine}${what} … ${seconds(0)} s`);
      show();
      timer = setInterval(show, 1000);
    },
    end,
  };
}
