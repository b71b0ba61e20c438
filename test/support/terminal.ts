import { Readable, Writable } from "node:stream";
import type { Terminal } from "../../cli/command.ts";

/** A terminal that keeps what a command prints, and at which nobody waits. */
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

/** What `bridge connect` may say on standard error: why it waits, and nothing else. */
export const sayingAtMostWhyItWaits =
  /^(?:the scope id \S+ is stored; this command calls amoCRM in \d+ s[^\n]*\n)?$/;
