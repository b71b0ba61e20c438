import { BadValue, CommandFailure, readOptions } from "../command.ts";
import type { Command } from "../command.ts";
import { composeLetter, incompleteness } from "../letter/compose-letter.ts";
import { findLetterFacts } from "../letter/find-letter-facts.ts";
import { languages } from "../../lambdas/model/conversation.ts";
import type { Language } from "../../lambdas/model/conversation.ts";
import { print } from "../output.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

/** `bridge registration-letter`: writes the facts that amoCRM support needs before there is a channel. */
export const registrationLetter: Command = {
  help: `Usage: npx bridge registration-letter [--language ru|en] [--stage S] [--bridge B] [--json]

Writes the letter with the 14 points that amoCRM asks for, with the facts of the stage. It needs no
deployed stack: with domain.host in infra/stages.ts, the address of the webhooks is known before. Send
it first, to amoCRM support from the account, with the icon attached: the answer takes one to three
working days.
Exit code 1: the stage lacks some facts. The letter is then printed with blanks, and standard error
lists the missing facts.

  --language  ru or en; default: English for an account at kommo.com, otherwise Russian
${stageHelp(12)}
Example: npx bridge registration-letter --stage dev > letter.txt
`,
  async run(args, terminal) {
    const options = readOptions(args, ["language", ...stageOptions], ["json"]);
    const asked = options.language === undefined ? undefined : readLanguage(options.language);
    const { facts, ...named } = await findLetterFacts(options, terminal);
    const letter = await composeLetter(facts, asked);
    print(terminal, options.json, { ...nameOf(named), ...letter }, [letter.text.trimEnd()]);
    const fault = incompleteness(letter);
    if (fault === undefined) return 0;
    throw new CommandFailure(fault);
  },
};

/** Reads the language that an option names. */
export function readLanguage(text: string): Language {
  const language = languages.find((known) => known === text);
  if (language === undefined) throw new BadValue(`--language: expected ${languages.join(" or ")}`);
  return language;
}
