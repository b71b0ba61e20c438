const clearLine = "\r\u001b[2K";

/**
 * Writes each phase of the start with its duration. On a terminal, the seconds of the running phase count
 * up in its line. Elsewhere, a line says that a phase begins.
 */
export function showPhases(output: NodeJS.WriteStream, now: () => number = Date.now) {
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
    begin: (what: string): void => {
      end();
      running = { what, sinceMillis: now() };
      if (!isTTY) return void output.write(`${what} …\n`);
      const show = () => output.write(`${clearLine}${what} … ${seconds(0)} s`);
      show();
      timer = setInterval(show, 1000);
    },
    end,
  };
}
