import { ok, unknown, warning } from "../check.ts";
import type { Finding } from "../check.ts";
import type { BotSettings, Facts } from "../facts/facts.ts";

/**
 * The meaning of each setting for the bridge.
 * @see https://core.telegram.org/bots/api#getme
 */
const meanings: readonly {
  readonly setting: keyof BotSettings;
  readonly on?: string;
  readonly off?: string;
  /** How to switch the setting off. Present where the bot shows a feature that does not work. */
  readonly fix?: string;
}[] = [
  {
    setting: "has_topics_enabled",
    on: "topics are on: answers go to the customer's topic",
    off: "topics are off: every customer has one chat without topics",
  },
  {
    setting: "allows_users_to_create_topics",
    on: "customers may create and delete topics: if a topic is deleted, the answer goes to the chat without a topic",
  },
  {
    setting: "can_join_groups",
    on: "people may add it to groups, where the bridge answers that it supports only private chats",
    off: "people cannot add it to groups, which the bridge does not support",
  },
  {
    setting: "can_read_all_group_messages",
    on: "in groups it receives every message, and the bridge answers each person that it does not support groups",
  },
  {
    setting: "can_connect_to_business",
    on: "business accounts may connect it: the bridge answers people who write to them that operators do not get the message",
  },
  {
    setting: "has_main_web_app",
    on: "its profile opens a Web App: operators get nothing from it",
  },
  {
    setting: "supports_inline_queries",
    on: "inline mode is on, but the bridge does not answer inline queries",
    fix: "switch inline mode off in BotFather (/setinline)",
  },
  {
    setting: "supports_guest_queries",
    on: "guest mode is on, but the bridge does not answer guest queries from chats without the bot",
    fix: "switch guest mode off in BotFather",
  },
];

/** Says the meaning of each of the bot's settings. Warns where people see a feature that does not work. */
export function judgeBotSettings({ telegram }: Facts): Finding {
  if (!telegram.known) return unknown(telegram.why);
  const { me } = telegram.value;
  const settings = me.kind === "answered" ? me.body?.settings : undefined;
  if (settings === undefined) return unknown("Telegram did not identify the bot");
  const said = meanings.flatMap(({ setting, on, off, fix }) => {
    const isOn = settings[setting];
    const words = isOn === true ? on : isOn === false ? off : undefined;
    return words === undefined ? [] : [{ words, fix }];
  });
  const broken = said.flatMap(({ words, fix }) => (fix === undefined ? [] : [{ words, fix }]));
  if (broken.length === 0) {
    return ok(said.length === 0 ? "none is reported" : listed(said.map(({ words }) => words)));
  }
  return warning(
    listed(broken.map(({ words }) => words)),
    "people get no answer",
    listed(broken.map(({ fix }) => fix)),
  );
}

function listed(sentences: readonly string[]): string {
  return sentences.join("; ");
}
