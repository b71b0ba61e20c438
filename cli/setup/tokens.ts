import { tokenExpiryMillis } from "../../lambdas/amocrm/main-api/client.ts";
import { readAccountId } from "../amocrm/main-api.ts";
import { vendorOf } from "../amocrm/vendor.ts";
import type { Vendor } from "../amocrm/vendor.ts";
import { CommandFailure } from "../command.ts";
import { changeField, textOf, questionFor } from "../secrets.ts";
import type { SecretFields } from "../secrets.ts";
import { openBotWith, TokenRefused } from "../telegram/bot.ts";
import type { Bot } from "../telegram/bot.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/** The stage's bot. Telegram knows it, and its token is stored. */
export type KnownBot = { readonly bot: Bot; readonly username: string };

const botQuestion = questionFor(
  "telegram-bot",
  "token",
  "Token of the bot, from @BotFather (not shown)",
);
const apiQuestion = ({ name, keysTab }: Vendor) =>
  questionFor(
    "amocrm-api",
    "token",
    `Long-lived token of the ${name} integration, from its tab "${keysTab}" (not shown; leave it empty to link no contacts)`,
  );

/**
 * Takes the token of an option, or else the stored one. Otherwise it asks until Telegram knows the
 * token and the token belongs to the stage's bot. Only such a token is stored.
 */
export async function settleBot(setup: Setup): Promise<KnownBot> {
  const { stage, given, asker } = setup;
  const before = await setup.secrets.read("telegram-bot");
  let token = given.botToken ?? textOf(before, "token");
  for (;;) {
    if (token === "" && asker === undefined) {
      throw new CommandFailure(
        "the bot token is not stored yet: give it with --bot-token-file F or --bot-token-stdin",
      );
    }
    if (token === "" && asker !== undefined) token = await asker.hidden(botQuestion);
    try {
      const bot = openBotWith(stage, token);
      const { username } = await bot.call((api) => api.getMe());
      const isNew = await storeToken(setup, "telegram-bot", before, token);
      sayStep(setup, "bot", `@${username}, the token ${isNew ? "is" : "was already"} stored`);
      return { bot, username };
    } catch (error) {
      // No answer from Telegram does not mean that the token is wrong.
      const canAsk = asker !== undefined && given.botToken === undefined;
      if (!(error instanceof TokenRefused) || !canAsk) throw error;
      sayStep(setup, "bot", error.fault);
      token = "";
    }
  }
}

/**
 * Stores a token of the main API once the API accepts it, and answers the account's id in the chat
 * service. The token is optional: undefined without one. The step asks a person for it only until the
 * channel is connected. After that, a person who wants no token is not asked again.
 */
export async function settleApiToken(
  setup: Setup,
  isConnected: boolean,
): Promise<string | undefined> {
  const { stage, given } = setup;
  const vendor = vendorOf(stage);
  const question = apiQuestion(vendor);
  const asker = isConnected ? undefined : setup.asker;
  const before = await setup.secrets.read("amocrm-api");
  let token = given.apiToken ?? textOf(before, "token");
  for (;;) {
    const faultOf = (answer: string) => (answer === "" ? undefined : question.faultOf(answer));
    if (token === "") token = (await asker?.hidden({ ...question, faultOf })) ?? "";
    if (token === "") {
      sayStep(
        setup,
        "API token",
        `not set, ${vendor.name} creates contacts and leads automatically`,
      );
      return undefined;
    }
    try {
      const accountId = await readAccountId(stage, token);
      const isNew = await storeToken(setup, "amocrm-api", before, token);
      const outcome = isNew ? "stored" : "already stored";
      sayStep(setup, "API token", `${outcome}, ${lifeOf(token, setup.now())}`);
      return accountId;
    } catch (error) {
      const canAsk = asker !== undefined && given.apiToken === undefined;
      if (!(error instanceof CommandFailure) || !canAsk) throw error;
      sayStep(setup, "API token", error.fault);
      token = "";
    }
  }
}

/** Stores a token that its vendor accepted. False when it is already stored. */
async function storeToken(
  { secrets }: Setup,
  name: "telegram-bot" | "amocrm-api",
  before: SecretFields,
  token: string,
): Promise<boolean> {
  const { fields, changed } = changeField(before, "token", token);
  if (changed) await secrets.write(name, fields);
  return changed;
}

/** How long a token is still valid, as the token itself states. */
export function lifeOf(token: string, nowMillis: number): string {
  const endMillis = tokenExpiryMillis(token);
  if (endMillis === undefined) return "it does not contain its expiry date";
  const days = Math.floor((endMillis - nowMillis) / 86_400_000);
  const day = new Date(endMillis).toISOString().slice(0, 10);
  return days < 0 ? `it expired on ${day}` : `it expires on ${day}, in ${days} days`;
}
