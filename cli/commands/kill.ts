import { CommandFailure, readOptions, UsageError, withGuess } from "../command.ts";
import type { Command } from "../command.ts";
import { readRun, runFileIn } from "../stage/laptop-run.ts";

const functionsByName: Readonly<Record<string, string>> = {
  sender: "delivery-sender",
  "delivery-sender": "delivery-sender",
  "telegram-webhook": "telegram-webhook",
  "amocrm-webhook": "amocrm-webhook",
  caretaker: "caretaker",
};

/** `bridge kill`: ends a function's processes on the laptop run, as AWS may do at any moment. */
export const kill: Command = {
  help: `Usage: npx bridge kill <function>

Ends all processes of a function at once (SIGKILL), in the middle of their work. Only for the laptop
run in progress. The host starts new processes when events come. A message whose attempt died comes
back when its visibility timeout of 120 s ends: the log of npm start says when.

The function: sender, telegram-webhook, amocrm-webhook or caretaker.
Example: npx bridge kill sender
`,
  async run([name, ...rest], terminal) {
    if (name === undefined || name.startsWith("--")) {
      throw new UsageError(
        `expected a function first, one of ${Object.keys(functionsByName).join(", ")}`,
      );
    }
    readOptions(rest, []);
    const stem = Object.hasOwn(functionsByName, name) ? functionsByName[name] : undefined;
    if (stem === undefined) {
      const known = Object.keys(functionsByName);
      throw new UsageError(
        withGuess(`there is no function "${name}"`, name, known, `one of ${known.join(", ")}`),
      );
    }
    const { killUrl } = await readRun(runFileIn(terminal.env));
    const answer = await fetch(`${killUrl}/processes/${stem}/kill`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    }).catch(() => undefined);
    if (answer?.status !== 200) {
      throw new CommandFailure("the laptop run does not answer: stop it and start it again");
    }
    const { killed } = (await answer.json()) as { killed: number };
    const what = killed === 1 ? "1 process" : `${killed} processes`;
    terminal.stdout.write(`${stem}: ${what} killed\n`);
    return 0;
  },
};
