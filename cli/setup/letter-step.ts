import { writeFile } from "node:fs/promises";
import { CommandFailure } from "../command.ts";
import { composeLetter, incompleteness } from "../letter/compose-letter.ts";
import { letterFactsOf } from "../letter/letter.ts";
import { commandOn } from "../stage/stage.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/**
 * Writes the letter to amoCRM support into a file or shows it, and answers the facts it lacks. Without
 * a person at the keyboard and without a file, it names the command that writes the letter.
 */
export async function handOutLetter(setup: Setup): Promise<string | undefined> {
  const { stage, given, asker } = setup;
  const letter = await composeLetter(letterFactsOf(stage), given.language);
  const file = given.letterFile ?? (await asker?.line(whereTo));
  if (file === undefined) {
    sayStep(setup, "letter", `${commandOn(stage, "registration-letter")} writes the letter`);
  } else if (file === "") {
    setup.say(`\n${letter.text}`);
  } else {
    await writeFile(file, letter.text).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFailure(
        `the letter cannot be written to ${file} (${error.code ?? "error"})`,
      );
    });
    sayStep(
      setup,
      "letter",
      `written to ${file}; send it to amoCRM support with the icon attached`,
    );
  }
  return incompleteness(letter);
}

const whereTo = {
  ask: "File for the letter to amoCRM support (leave it empty to show the letter here)",
  faultOf: () => undefined,
};
