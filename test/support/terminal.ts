import { Readable, Writable } from "node:stream";
import type { Terminal } from "../../cli/command.ts";

/** A terminal without a person that records a command's output. */
export function aTerminal(
  stdin = "",
  env: Record<string, string> = {},
): Terminal & { output(): string; errors(): string } {
  const collect = () => {
    let text = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    return { stream, text: () => text };
  };
  const stdout = collect();
  const stderr = collect();
  return {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    sleep: async () => undefined,
    output: stdout.text,
    errors: stderr.text,
  };
}

/** The only allowed text of `bridge connect` on standard error: the reason for its wait. */
export const sayingAtMostWhyItWaits =
  /^(?:the scope id \S+ is stored; this command calls amoCRM in \d+ s[^\n]*\n)?$/;
