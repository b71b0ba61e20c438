import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { describeStack } from "../aws/describe-stack.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { incompleteness, letterFactsOf, letterLanguages, writeLetter } from "../letter.ts";
import type { LetterFacts, LetterLanguage } from "../letter.ts";
import { print } from "../output.ts";
import { chooseBridge } from "../stage/deployed-stage.ts";
import type { DescribeStack } from "../stage/deployed-stage.ts";
import { findStage, knownStages } from "../stage/open-stage.ts";
import { laptop, nameOf, stackNameOf } from "../stage/stage.ts";

/** `bridge registration-letter`: writes the facts that amoCRM support needs before there is a channel. */
export const registrationLetter = command({
  about: `Writes the letter with the 14 points that amoCRM asks for, with the facts of the stage. It needs no
deployed stack: with domain.host in infra/stages.ts, the address of the webhooks is known before. Send
it first, to amoCRM support from the account, with the icon attached: the answer takes one to three
working days.
Exit code 1: the stage lacks some facts. The letter is then printed with blanks, and standard error
lists the missing facts.`,
  options: {
    language: {
      value: letterLanguages.join("|"),
      about: "default: English for an account at kommo.com, otherwise Russian",
    },
    ...answerOptions,
  },
  examples: ["registration-letter --stage dev > letter.txt"],
  async run(options, terminal) {
    const asked = options.language === undefined ? undefined : readLanguage(options.language);
    const { stage = laptop, bridge } = options;
    const facts =
      stage === laptop
        ? letterFactsOf(await findStage(options, terminal))
        : await readLetterFacts({ stage, bridge }, await knownStages(), describeStack);
    const letter = await writeLetter(facts, asked);
    print(terminal, options.json, { ...nameOf(facts), ...letter }, [letter.text.trimEnd()]);
    const fault = incompleteness(letter);
    if (fault !== undefined) throw new CommandFailure(fault);
  },
});

/** Reads the language of the letter that an option names. */
export function readLanguage(text: string): LetterLanguage {
  const language = letterLanguages.find((known) => known === text);
  if (language === undefined) {
    throw new BadValue(`--language: expected ${letterLanguages.join(" or ")}`);
  }
  return language;
}

/**
 * Joins the facts from the settings. Only a bridge without a host of its own has an address that AWS
 * chooses at the first deployment. The letter has a blank for it until then.
 */
export async function readLetterFacts(
  wanted: { readonly stage: string; readonly bridge: string | undefined },
  stages: Readonly<Record<string, StageSettings>>,
  describe: DescribeStack,
): Promise<LetterFacts> {
  const { stage, name, bridge } = chooseBridge(wanted, stages);
  return {
    name: wanted.stage,
    bridge: name,
    registration: bridge.amocrm.registration,
    amojoOrigin: bridge.amocrm.amojoOrigin,
    amocrmOrigin: bridge.amocrm.origin,
    mediaDays: stage.mediaDays,
    webhooks:
      bridge.domain === undefined
        ? await findWebhooks(stage, stackNameOf(wanted.stage, name), describe)
        : { url: `https://${bridge.domain.host}` },
  };
}

async function findWebhooks(
  { region, account }: StageSettings,
  stackName: string,
  describe: DescribeStack,
): Promise<LetterFacts["webhooks"]> {
  const blank = (why: string) => ({
    why: `domain.host: the host of the webhooks. Without it, AWS chooses the address at the first deployment, and ${why}`,
  });
  try {
    const stack = await describe(stackName, { region });
    if (stack === undefined) return blank(`the stack ${stackName} is not in ${region} yet`);
    if (account !== undefined && stack.account !== account) {
      return blank(`the AWS credentials are for another account than ${account}`);
    }
    const url = stack.outputs["WebhookUrl"];
    return url === undefined ? blank(`the stack ${stackName} has no address yet`) : { url };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return blank(error.message);
  }
}
