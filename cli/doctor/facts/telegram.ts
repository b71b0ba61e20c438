import { GrammyError } from "grammy/web";
import type { WebhookInfo } from "grammy/types";
import { noAnswer } from "../../../lambdas/http/call.ts";
import { botApi } from "../../../lambdas/telegram/send/client.ts";
import { printable } from "../../output.ts";
import { addressOf } from "../../stage/stage.ts";
import type { Stage } from "../../stage/stage.ts";
import { findCommandDifferences } from "../../telegram/commands.ts";
import { findUpdateDifferences } from "../../telegram/webhook-state.ts";
import { botSettings } from "./facts.ts";
import type { BotSettings, Fact, Reply, TelegramFacts, WebhookFacts } from "./facts.ts";
import { look, notKnown } from "./look.ts";

const timeoutSeconds = 10;

/** Asks Telegram for the bot, its webhook and its commands. It changes nothing and takes no update. */
export async function askTelegram(stage: Stage, token: Fact<string>): Promise<Fact<TelegramFacts>> {
  if (!token.known) return token;
  const secret = token.value;
  return look(async () => {
    const api = botApi({
      apiRoot: stage.telegramApiRoot,
      token: () => secret,
      timeoutSeconds,
    });
    const me = await reply(async () => {
      const about = await api.getMe();
      return { id: String(about.id), settings: settingsIn({ ...about }) };
    });
    if (me.kind === "silent" || me.status !== 200) {
      const why = "Telegram did not identify the bot";
      return { me, webhook: notKnown(why), commandDifferences: notKnown(why) };
    }
    const { HandOff: handOff } = stage.outputs;
    const [webhook, commandDifferences] = await Promise.all([
      look(async () => webhookFacts(stage, await api.getWebhookInfo(), secret)),
      look(() => findCommandDifferences({ call: (method) => method(api) }, handOff)),
    ]);
    return { me, webhook, commandDifferences };
  }, 40_000);
}

/** The settings that Telegram reports. An older server does not know the newest. */
function settingsIn(me: Readonly<Record<string, unknown>>): BotSettings {
  return Object.fromEntries(
    botSettings.flatMap((name) => {
      const isOn = me[name];
      return typeof isOn === "boolean" ? [[name, isOn]] : [];
    }),
  );
}

async function reply<Body>(work: () => Promise<Body>): Promise<Reply<Body>> {
  try {
    return { kind: "answered", status: 200, body: await work() };
  } catch (error) {
    if (error instanceof GrammyError) return { kind: "answered", status: error.error_code };
    return { kind: "silent", reason: noAnswer(error).message };
  }
}

function webhookFacts(stage: Stage, info: WebhookInfo, token: string): WebhookFacts {
  const { last_error_date: errorSeconds, last_error_message: words = "" } = info;
  return {
    isOurs: info.url === addressOf(stage.outputs.WebhookUrl, "/telegram"),
    isSet: (info.url ?? "") !== "",
    differences: findUpdateDifferences(info),
    pendingUpdates: info.pending_update_count,
    lastErrorAtMillis: errorSeconds === undefined ? undefined : errorSeconds * 1000,
    lastError: printable(words, [token]),
  };
}
