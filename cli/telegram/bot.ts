import { GrammyError } from "grammy/web";
import type { Api } from "grammy/web";
import type { WebhookInfo } from "grammy/types";
import { noAnswer } from "../../lambdas/http/call.ts";
import { botApi } from "../../lambdas/telegram/send/client.ts";
import { allowedUpdates } from "../../lambdas/telegram/send/inspect-webhook.ts";
import { telegramWebhookCredentials } from "../../lambdas/compose/credentials.ts";
import { CommandFailure } from "../command.ts";
import { printable, printableAddress } from "../output.ts";
import { textOf, commandToSet } from "../secrets.ts";
import type { SecretStore } from "../secrets.ts";
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

/** The part of a stage that its bot needs. */
export type BotStage = Pick<Stage, "name" | "bridge" | "botId" | "telegramApiRoot">;

/** The bot under a token that may not be stored yet. */
export function openBotWith(stage: BotStage, token: string): Bot {
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

function howToSet(stage: BotStage): string {
  return `set it with ${commandToSet(stage, "telegram-bot", "token")}`;
}

/** Refuses the token of another bot: the command would take that bot's webhook away. */
export function checkBotId({ botId, name, bridge }: BotStage, token: string): void {
  const given = token.split(":", 1)[0];
  if (given === botId) return;
  const named =
    bridge === undefined
      ? `the laptop run was started for bot ${botId}`
      : `infra/stages.ts has bot ${botId} for stage ${name}, bridge ${bridge}`;
  throw new TokenRefused(`this is the token of bot ${given}, but ${named}`);
}

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

/**
 * Sets the webhook and checks Telegram's result. It also sets a webhook that is already correct: Telegram
 * does not report its secret token, and a second set does no harm. Updates that wait at Telegram stay.
 * `changed` says whether it was different before.
 */
export async function setWebhook(stage: Stage, bot: Bot, secrets: SecretStore, address: string) {
  const secretToken = await readSecretToken(stage, secrets);
  const before = await bot.call((api) => api.getWebhookInfo());
  await bot.call((api) =>
    api.setWebhook(address, { secret_token: secretToken, allowed_updates: allowedUpdates }),
  );
  const info = await bot.call((api) => api.getWebhookInfo());
  const differences = findDifferences(info, address);
  if (differences.length > 0) {
    throw new CommandFailure(
      `Telegram accepted the webhook but reports another: ${differences.join("; ")}; does another program use this bot?`,
    );
  }
  return { info, changed: findDifferences(before, address).length > 0 };
}

async function readSecretToken(stage: Stage, secrets: SecretStore): Promise<string> {
  const parsed = telegramWebhookCredentials.safeParse(await secrets.read("telegram-webhook"));
  if (parsed.success) return parsed.data.current;
  const set = commandToSet(stage, "telegram-webhook", "current");
  throw new CommandFailure(`the webhook secret is not set: set it with ${set}`);
}

/**
 * Removes the webhook. With `own`, only where it has that address: it leaves another webhook unchanged, such
 * as another bridge's or one behind a tunnel. Waiting updates stay at Telegram for up to a day.
 */
export async function deleteWebhook(
  bot: Bot,
  own?: string,
): Promise<{ readonly outcome: "deleted" | "none" | "not-ours"; readonly was: string }> {
  const { url: was = "" } = await bot.call((api) => api.getWebhookInfo());
  if (own !== undefined && was !== own && was !== "") return { outcome: "not-ours", was };
  if (own === undefined || was !== "") await bot.call((api) => api.deleteWebhook());
  return { outcome: was === "" ? "none" : "deleted", was };
}

/**
 * The differences between the webhook that Telegram knows and the wanted one. Empty when there are none. It
 * cannot compare the secret token, because Telegram does not report it.
 */
export function findDifferences(info: WebhookInfo, address: string): readonly string[] {
  const differences: string[] = [];
  const found = info.url ?? "";
  if (found !== address) {
    const what = found === "" ? "not set" : printableAddress(found);
    differences.push(`the url is ${what}, expected ${address}`);
  }
  return [...differences, ...findUpdateDifferences(info)];
}

/** The differences between the kinds of updates that Telegram sends and the wanted ones. */
export function findUpdateDifferences(info: Pick<WebhookInfo, "allowed_updates">): string[] {
  const given: readonly string[] = info.allowed_updates ?? [];
  if (given.length === 0) return ["allowed_updates is empty, so Telegram does not send reactions"];
  const missing = allowedUpdates.filter((kind) => !given.includes(kind));
  const surplus = given.filter((kind) => !(allowedUpdates as readonly string[]).includes(kind));
  return [
    ...(missing.length > 0 ? [`allowed_updates lacks ${missing.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`allowed_updates also has ${surplus.join(", ")}`] : []),
  ];
}

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];
const ports = ["", "80", "88", "443", "8443"];

/**
 * The reason why Telegram could not call this address. Undefined when it could. A Bot API on this machine,
 * such as the simulator, may call this machine by plain http.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function findFault(address: string, apiRoot: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return "expected an address such as https://…/telegram";
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    return "expected an address without a user, a query or a fragment";
  }
  if (!url.pathname.endsWith("/telegram")) {
    return "expected an address that ends with /telegram, like the bridge's";
  }
  const isLocal = loopbackHosts.includes(url.hostname);
  if (isLocal && loopbackHosts.includes(new URL(apiRoot).hostname)) return undefined;
  const tunnel = "open a tunnel and give its https address with --url";
  if (url.protocol !== "https:") {
    return `Telegram calls https addresses only, not ${url.origin}: ${tunnel}`;
  }
  if (isLocal) return `Telegram cannot reach ${url.origin}: ${tunnel}`;
  return ports.includes(url.port)
    ? undefined
    : "Telegram calls the ports 443, 80, 88 and 8443 only";
}
