import { choose, command, CommandFailure } from "../command.ts";
import { readRun, runFileIn } from "../stage/laptop.ts";

/** The name of each function for the laptop run, by its names on the command line. */
const functions: Readonly<Record<string, string>> = {
  sender: "delivery-sender",
  "delivery-sender": "delivery-sender",
  "telegram-webhook": "telegram-webhook",
  "amocrm-webhook": "amocrm-webhook",
  caretaker: "caretaker",
};

/** `bridge kill`: ends a function's processes on the laptop run, as AWS may do at any moment. */
export const kill = command({
  argument: `<${Object.keys(functions).join("|")}>`,
  about: `Ends all processes of a function at once (SIGKILL), in the middle of their work. Only for the laptop
run in progress. The host starts new processes when events come. A message whose attempt died comes
back when its visibility timeout of 120 s ends: the log of npm start says when.`,
  options: {},
  examples: ["kill sender"],
  async run(_options, terminal, name = "") {
    const stem = choose(functions, name, `there is no function "${name}"`);
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
  },
});
