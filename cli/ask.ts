import { confirm, isCancel, password, text, updateSettings } from "@clack/prompts";
import { CommandFailure } from "./command.ts";
import type { Terminal } from "./command.ts";

type Question = {
  readonly ask: string;
  /** The fault of an answer, to show to the person. Undefined when the answer is good. */
  readonly faultOf: (answer: string) => string | undefined;
};

/** Asks the person at the keyboard. Every answer is trimmed. */
export type Asker = NonNullable<ReturnType<typeof askerAt>>;

// Ctrl-D closes the input, as Ctrl-C does. Without this alias its question would wait for ever.
updateSettings({ aliases: { "\u0004": "cancel" } });

/**
 * An asker, or undefined where standard input is no keyboard. Questions go to standard error, so
 * standard output carries only the answer of the command. When the person cancels a question, for
 * example with Ctrl-C, it throws a CommandFailure with the sentence `stopped`.
 */
export function askerAt(terminal: Terminal, stopped: string) {
  const { stdin, stderr } = terminal;
  if (stdin.isTTY !== true) return undefined;
  const ask = async <Answer>(
    prompt: (streams: {
      input: Terminal["stdin"];
      output: Terminal["stderr"];
      signal: AbortSignal;
    }) => Promise<Answer | symbol>,
  ): Promise<Answer> => {
    const closed = new AbortController();
    const abort = () => closed.abort();
    stdin.once("end", abort);
    try {
      const answer = await prompt({ input: stdin, output: stderr, signal: closed.signal });
      if (isCancel(answer)) throw new CommandFailure(stopped);
      return answer as Answer;
    } finally {
      stdin.off("end", abort);
    }
  };
  const trimmed = (answer: string | undefined) => (answer ?? "").trim();
  const asked = ({ ask: message, faultOf }: Question) => ({
    message,
    validate: (answer: string | undefined) => faultOf(trimmed(answer)),
  });
  return {
    /** For a secret: the terminal does not show the typed text. */
    hidden: (question: Question): Promise<string> =>
      ask<string | undefined>((on) => password({ ...asked(question), ...on })).then(trimmed),
    line: (question: Question): Promise<string> =>
      ask<string | undefined>((on) => text({ ...asked(question), ...on })).then(trimmed),
    isYes: (message: string, initialValue: boolean): Promise<boolean> =>
      ask<boolean>((on) => confirm({ message, initialValue, ...on })),
  };
}
