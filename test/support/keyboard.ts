import { PassThrough, Writable } from "node:stream";
import type { Terminal } from "../../cli/command.ts";

/** What a person types when this is on the screen, and not before. */
export type Reply = { readonly asked: string; readonly types: string };

/** The keys that answer a question. */
export const keys = { enter: "\r", yes: "y", no: "n", stop: "\u0003", endOfInput: "\u0004" };

/** A terminal with a person who answers the questions in this order, without a wait. */
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
    // The question reads keys only after it has drawn itself.
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
