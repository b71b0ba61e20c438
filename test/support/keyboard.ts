import { PassThrough, Writable } from "node:stream";
import type { Terminal } from "../../cli/command.ts";

/** What a person types when this stands on the screen; nothing of it is typed before. */
export type Reply = { readonly asked: string; readonly types: string };

/** The keys that answer a question. */
export const keys = { enter: "\r", yes: "y", no: "n", stop: "\u0003", endOfInput: "\u0004" };

/** A terminal with a person at it, who answers what is asked in this order, and waits for nothing. */
export function aPersonAt(
  replies: readonly Reply[],
  env: Record<string, string> = {},
): Terminal & { output(): string; errors(): string; unanswered(): readonly Reply[] } {
  const waiting = [...replies];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  let fresh = "";
  const answerWhatIsAsked = () => {
    const [next] = waiting;
    if (next === undefined || !fresh.includes(next.asked)) return;
    waiting.shift();
    fresh = "";
    // The question listens only once it has drawn itself.
    setImmediate(() => stdin.write(next.types));
  };
  const screen = () => {
    let text = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        fresh += String(chunk);
        answerWhatIsAsked();
        done();
      },
    });
    return { stream: Object.assign(stream, { columns: 200 }), text: () => text };
  };
  const stdout = screen();
  const stderr = screen();
  return {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    sleep: async () => undefined,
    output: stdout.text,
    errors: stderr.text,
    unanswered: () => waiting,
  };
}
