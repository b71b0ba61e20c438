import { GrammyError } from "grammy/web";
import type { WebhookInfo } from "grammy/types";
import { noAnswer } from "../../lambdas/http/call.ts";
import { botApi } from "../../lambdas/telegram/send/client.ts";
import { agoOf, printable } from "../output.ts";
import { commandToSet } from "../secrets.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { findCommandDifferences } from "../telegram/commands.ts";
import { findUpdateDifferences } from "../telegram/bot.ts";
import {
  checksOf,
  conclude,
  fault,
  need,
  ok,
  unknown,
  warning,
  isAnswering,
  notKnown,
  readFact,
} from "./check.ts";
import type { StageFacts, Fact, Reply, Finding } from "./check.ts";

const timeoutSeconds = 10;

export type WebhookFacts = ReturnType<typeof webhookFacts>;

export type TelegramFacts = {
  readonly me: Reply<{ readonly id: string; readonly settings: BotSettings }>;
  readonly webhook: Fact<WebhookFacts>;
  readonly commandDifferences: Fact<readonly string[]>;
};

/** Asks Telegram for the bot, its webhook and its commands. It changes nothing and takes no update. */
export async function readTelegram(
  stage: Stage,
  token: Fact<string>,
): Promise<Fact<TelegramFacts>> {
  if (!token.known) return token;
  const secret = token.value;
  return readFact(async () => {
    const api = botApi({ apiRoot: stage.telegramApiRoot, token: () => secret, timeoutSeconds });
    const me = await replyOf(async () => {
      const about = await api.getMe();
      return { id: String(about.id), settings: settingsIn({ ...about }) };
    });
    if (me.kind === "silent" || me.status !== 200) {
      const why = "Telegram did not identify the bot";
      return { me, webhook: notKnown(why), commandDifferences: notKnown(why) };
    }
    const { HandOff: handOff } = stage.outputs;
    const [webhook, commandDifferences] = await Promise.all([
      readFact(async () => webhookFacts(stage, await api.getWebhookInfo(), secret)),
      readFact(() => findCommandDifferences({ call: (method) => method(api) }, handOff)),
    ]);
    return { me, webhook, commandDifferences };
  }, 40_000);
}

async function replyOf<Body>(work: () => Promise<Body>): Promise<Reply<Body>> {
  try {
    return { kind: "answered", status: 200, body: await work() };
  } catch (error) {
    if (error instanceof GrammyError) return { kind: "answered", status: error.error_code };
    return { kind: "silent", reason: noAnswer(error).message };
  }
}

function webhookFacts(stage: Stage, info: WebhookInfo, token: string) {
  const { last_error_date: errorSeconds, last_error_message: words = "" } = info;
  return {
    isOurs: info.url === addressOf(stage.outputs.WebhookUrl, "/telegram"),
    isSet: (info.url ?? "") !== "",
    differences: findUpdateDifferences(info),
    pendingUpdates: info.pending_update_count,
    lastErrorAtMillis: errorSeconds === undefined ? undefined : errorSeconds * 1000,
    // Telegram's words, safe to print.
    lastError: printable(words, [token]),
  };
}

const hourMillis = 3_600_000;
const manyPending = 100;
const lostAfterADay = "Telegram keeps customers' messages for a day";
const refused = /\b401\b/;

/** Checks whether the bot is ours and its updates come here. */
export const telegramChecks = checksOf<StageFacts & { readonly telegram: Fact<TelegramFacts> }>(
  "Telegram",
  [
    {
      id: "telegram-answers",
      title: "the Bot API answers",
      judge({ telegram, stage }) {
        const { me } = need(telegram);
        if (isAnswering(me)) return ok("it answers");
        return fault(
          me.kind === "silent" ? `Telegram gives ${me.reason}` : `Telegram answers ${me.status}`,
          "operators' answers wait for 24 hours at most; customers' messages may come late",
          `wait, then run doctor again; check that this machine can reach ${new URL(stage.telegramApiRoot).host}`,
        );
      },
    },
    {
      id: "bot-token",
      title: "Telegram accepts the bot token, and it belongs to the stage's bot",
      judge({ telegram, stage }) {
        const { me } = needAnswers(telegram);
        const set = commandToSet(stage, "telegram-bot", "token");
        if (me.kind === "answered" && me.status === 200) {
          const id = me.body?.id;
          if (stage.botId === id) return ok(`bot ${id}`);
          return fault(
            `the token belongs to bot ${id}, the stage's bot is ${stage.botId}`,
            "answers come from another bot, to customers who did not write to it",
            set,
          );
        }
        const status = me.kind === "answered" ? me.status : 0;
        return fault(
          `Telegram does not accept the token (${status}): it was revoked or is not complete`,
          "customers get nothing; operators' answers wait for 24 hours and are then not delivered",
          set,
        );
      },
    },
    {
      id: "webhook-url",
      title: "the bot's updates go to this bridge",
      judge({ telegram, stage }) {
        const { isOurs, isSet } = need(needAnswers(telegram).webhook);
        if (isOurs) return ok("ours");
        if (!isSet) {
          const says =
            "no webhook is set: it was deleted, or another program reads updates by getUpdates";
          return fault(says, lostAfterADay, commandOn(stage, "webhook set"));
        }
        return fault(
          "the webhook has another address: another program has taken the bot",
          "customers' messages go to another program, and not to this bridge",
          `${commandOn(stage, "webhook set --take-over")}, and check that no other program has the bot's token`,
        );
      },
    },
    {
      id: "webhook-updates",
      title: "Telegram sends all kinds of updates that the bridge needs (allowed_updates)",
      judge({ telegram, stage }) {
        const says = needDifferences(needOurWebhook(telegram).differences, "all of them");
        const causes = "Telegram does not send the missing kinds: answers, reactions or blocks";
        return fault(says, causes, commandOn(stage, "webhook set"));
      },
    },
    {
      id: "webhook-secret",
      title: "Telegram sends the webhook secret that the bridge accepts",
      judge({ telegram, stage, nowMillis }) {
        const { lastErrorAtMillis, lastError, pendingUpdates } = needOurWebhook(telegram);
        if (lastErrorAtMillis === undefined || !refused.test(lastError)) {
          return ok("the bridge refused no update");
        }
        if (pendingUpdates === 0) {
          return ok("the bridge refused updates before, and has accepted them since");
        }
        return fault(
          `the bridge refuses Telegram's updates (401), last ${agoOf(lastErrorAtMillis, nowMillis)}`,
          lostAfterADay,
          commandOn(stage, "webhook set"),
        );
      },
    },
    {
      id: "webhook-errors",
      title: "Telegram reports no webhook error in the last hour",
      judge({ telegram, nowMillis }) {
        const { lastErrorAtMillis, lastError } = needOurWebhook(telegram);
        if (lastErrorAtMillis === undefined) return ok("none at all");
        const when = agoOf(lastErrorAtMillis, nowMillis);
        if (refused.test(lastError) || nowMillis - lastErrorAtMillis > hourMillis) {
          return ok(`the last one ${when}`);
        }
        return warning(
          `the last one ${when}: ${lastError}`,
          "customers' messages come late",
          "see the public address below, and read the log of telegram-webhook",
        );
      },
    },
    {
      id: "webhook-pending",
      title: "few updates wait at Telegram",
      judge({ telegram, stage }) {
        const { pendingUpdates } = need(needAnswers(telegram).webhook);
        const says = `${pendingUpdates} wait`;
        if (pendingUpdates < manyPending) return ok(says);
        const fix = `fix the other faults first; ${commandOn(stage, "webhook info")} shows the number`;
        return fault(says, lostAfterADay, fix);
      },
    },
    {
      id: "bot-commands",
      title: "the bot's commands are those of this version, in every language",
      judge({ telegram, stage }) {
        const says = needDifferences(need(needAnswers(telegram).commandDifferences), "correct");
        return warning(says, "customers see an old menu, or none", commandOn(stage, "webhook set"));
      },
    },
    {
      id: "bot-settings",
      title: "the bot's settings offer no feature that the bridge does not support",
      judge({ telegram }) {
        const { me } = need(telegram);
        const settings = me.kind === "answered" ? me.body?.settings : undefined;
        return settings === undefined
          ? unknown("Telegram did not identify the bot")
          : judgeBotSettings(settings);
      },
    },
  ],
);

/** Telegram's answers. If it does not answer, the check ends as unknown. */
function needAnswers(telegram: Fact<TelegramFacts>): TelegramFacts {
  const answers = need(telegram);
  return isAnswering(answers.me) ? answers : conclude(unknown("Telegram does not answer"));
}

/** The differences in words. Without any, the check ends as ok. */
function needDifferences(differences: readonly string[], without: string): string {
  return differences.join("; ") || conclude(ok(without));
}

/** The webhook, if it is ours: Telegram's facts about another webhook say nothing about us. */
function needOurWebhook(telegram: Fact<TelegramFacts>): WebhookFacts {
  const webhook = need(needAnswers(telegram).webhook);
  return webhook.isOurs ? webhook : conclude(unknown("the webhook is not this bridge's"));
}

type Meaning = {
  readonly on?: string;
  readonly off?: string;
  /** How to switch the setting off. Present where the bot shows a feature that does not work. */
  readonly fix?: string;
};

/**
 * The meaning of each setting for the bridge. Its owner changes it in BotFather.
 * @see https://core.telegram.org/bots/api#getme
 */
const meanings = {
  has_topics_enabled: {
    on: "topics are on: answers go to the customer's topic",
    off: "topics are off: every customer has one chat without topics",
  },
  allows_users_to_create_topics: {
    on: "customers may create and delete topics: if a topic is deleted, the answer goes to the chat without a topic",
  },
  can_join_groups: {
    on: "people may add it to groups, where the bridge answers that it supports only private chats",
    off: "people cannot add it to groups, which the bridge does not support",
  },
  can_read_all_group_messages: {
    on: "in groups it receives every message, and the bridge answers each person that it does not support groups",
  },
  can_connect_to_business: {
    on: "business accounts may connect it: the bridge answers people who write to them that operators do not get the message",
  },
  has_main_web_app: { on: "its profile opens a Web App: operators get nothing from it" },
  supports_inline_queries: {
    on: "inline mode is on, but the bridge does not answer inline queries",
    fix: "switch inline mode off in BotFather (/setinline)",
  },
  supports_guest_queries: {
    on: "guest mode is on, but the bridge does not answer guest queries from chats without the bot",
    fix: "switch guest mode off in BotFather",
  },
} satisfies Readonly<Record<string, Meaning>>;

/** The bot's settings that Telegram reports. An older server does not know the newest. */
export type BotSettings = Readonly<Partial<Record<keyof typeof meanings, boolean>>>;

function settingsIn(me: Readonly<Record<string, unknown>>): BotSettings {
  const names = Object.keys(meanings).filter((name) => typeof me[name] === "boolean");
  return Object.fromEntries(names.map((name) => [name, me[name]]));
}

/** Says the meaning of each of the bot's settings. Warns where people see a feature that does not work. */
function judgeBotSettings(settings: BotSettings): Finding {
  const said = Object.entries<Meaning>(meanings).flatMap(([name, { on, off, fix }]) => {
    const isOn = settings[name as keyof BotSettings];
    const words = isOn === true ? on : isOn === false ? off : undefined;
    return words === undefined ? [] : [{ words, fix }];
  });
  const broken = said.filter(({ fix }) => fix !== undefined);
  const listed = (all: typeof said) => all.map(({ words }) => words).join("; ");
  if (broken.length === 0) return ok(said.length === 0 ? "none is reported" : listed(said));
  const fixes = broken.map(({ fix }) => fix).join("; ");
  return warning(listed(broken), "people get no answer", fixes);
}
