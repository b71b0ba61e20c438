import { GrammyError } from "grammy/web";
import type { Api } from "grammy/web";
import { noAnswer } from "../../lambdas/http/call.ts";
import { botApi } from "../../lambdas/telegram/send/client.ts";
import { CommandFailure } from "../command.ts";
import { printable } from "../output.ts";
import { textOf } from "../secrets/secret-store.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";

const timeoutSeconds = 10;

/** The Bot API of a stage's bot. */
export type Bot = {
  /** Calls a method. A refusal or a missing answer becomes a sentence without the token. */
  call<Result>(method: (api: Api) => Promise<Result>): Promise<Result>;
};

/** The token cannot be this bot's. The command needs another one. */
export class TokenRefused extends CommandFailure {}

/** Reads the bot's token and checks that it belongs to the stage's bot. It makes no call yet. */
export async function openBot(stage: Stage, secrets: SecretStore): Promise<Bot> {
  const token = textOf(await secrets.read("telegram-bot"), "token");
  if (token !== "") return openBotWith(stage, token);
  throw new CommandFailure(`the bot token is not set yet: ${howToSet(stage)}`);
}

/** The bot under a token that may not be stored yet. */
export function openBotWith(stage: Stage, token: string): Bot {
  checkBotId(stage, token);
  const { telegramApiRoot: apiRoot } = stage;
  const api = botApi({ apiRoot, token: () => token, timeoutSeconds });
  return {
    async call(method) {
      try {
        return await method(api);
      } catch (error) {
        throw telegramFailure(error, { token, set: howToSet(stage), apiRoot });
      }
    },
  };
}

function howToSet(stage: Stage): string {
  return `set it with ${commandToSet(stage, "telegram-bot", "token")}`;
}

/** Refuses the token of another bot: the command would take that bot's webhook away. */
export function checkBotId({ botId, name, bridge }: Stage, token: string): void {
  const given = token.split(":", 1)[0];
  if (given === botId) return;
  const named =
    bridge === undefined
      ? `the laptop run was started for bot ${botId}`
      : `infra/stages.ts has bot ${botId} for stage ${name}, bridge ${bridge}`;
  throw new TokenRefused(`this is the token of bot ${given}, but ${named}`);
}

/** The sentence for an error of the Bot API client. */
function telegramFailure(
  error: unknown,
  about: { readonly token: string; readonly set: string; readonly apiRoot: string },
): CommandFailure {
  const { host } = new URL(about.apiRoot);
  if (!(error instanceof GrammyError)) {
    return new CommandFailure(`Telegram at ${host} gave ${noAnswer(error).message}`);
  }
  const { error_code: code, parameters } = error;
  // Telegram answers 404 to an unknown token without the form of a token.
  if (code === 401 || code === 404) {
    return new TokenRefused(
      `Telegram at ${host} does not accept the bot token (${code})`,
      about.set,
    );
  }
  if (code === 429) {
    const wait = parameters.retry_after;
    return new CommandFailure(
      `Telegram throttles this bot${wait === undefined ? "" : ` for ${wait} s`}: try again later`,
    );
  }
  const words = printable(error.description, [about.token]);
  return new CommandFailure(`Telegram at ${host} refused ${error.method} (${code}): ${words}`);
}
