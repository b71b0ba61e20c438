import { CommandFailure } from "../command.ts";
import { textOf, changeField } from "../secrets/change-field.ts";
import { chooseField } from "../secrets/secret-plans.ts";
import { openBotWith, TokenRefused } from "../telegram/open-bot.ts";
import type { Bot } from "../telegram/open-bot.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/** The stage's bot. Telegram knows it, and its token is stored. */
export type KnownBot = { readonly bot: Bot; readonly username: string };

const { plan } = chooseField("telegram-bot", "token");

/**
 * Takes the token of an option, or else the stored one. Otherwise it asks until Telegram knows the
 * token and the token belongs to the stage's bot. Only such a token is stored.
 */
export async function settleBot(setup: Setup): Promise<KnownBot> {
  const { secrets, given, asker } = setup;
  const before = await secrets.read("telegram-bot");
  const kept = textOf(before, "token");
  let token = given.botToken ?? kept;
  for (;;) {
    if (token === "") token = await askForToken(setup);
    try {
      const known = await identify(setup, token);
      const { fields, changed } = changeField(before, "token", token);
      if (changed) await secrets.write("telegram-bot", fields);
      const outcome = changed ? "the token is stored" : "the token was already stored";
      sayStep(setup, "bot", `@${known.username}, ${outcome}`);
      return known;
    } catch (error) {
      // Do not ask when an option gave the token. No answer from Telegram does not mean
      // that the token is wrong.
      const canAsk = asker !== undefined && given.botToken === undefined;
      if (!(error instanceof TokenRefused) || !canAsk) throw error;
      sayStep(setup, "bot", error.fault);
      token = "";
    }
  }
}

async function identify({ stage }: Setup, token: string): Promise<KnownBot> {
  const bot = openBotWith(stage, token);
  const { username } = await bot.call((api) => api.getMe());
  return { bot, username };
}

async function askForToken({ asker }: Setup): Promise<string> {
  if (asker === undefined) {
    throw new CommandFailure(
      "the bot token is not stored yet: give it with --bot-token-file F or --bot-token-stdin",
    );
  }
  return asker.hidden({
    ask: "Token of the bot, from @BotFather (not shown)",
    faultOf: (answer) => (plan.shape.test(answer) ? undefined : plan.expected),
  });
}
