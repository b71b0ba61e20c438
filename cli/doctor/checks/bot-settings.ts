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
    on: "topics are on, and answers go to the topic in which the customer wrote",
    off: "topics are off, and every customer has one chat without parts",
  },
  {
    setting: "allows_users_to_create_topics",
    on: "customers may make and delete topics; where one is gone, the answer goes into the chat itself",
  },
  {
    setting: "can_join_groups",
    on: "it may be added to groups, where people are told that it serves private chats only",
    off: "nobody can add it to groups, which the bridge does not serve anyway",
  },
  {
    setting: "can_read_all_group_messages",
    on: "in groups it sees every message, so that everybody who writes there is told",
  },
  {
    setting: "can_connect_to_business",
    on: "business accounts may connect it; people who write to them are told that this is not passed on",
  },
  {
    setting: "has_main_web_app",
    on: "its profile opens a Web App, from which nothing comes to operators",
  },
  {
    setting: "supports_inline_queries",
    on: "inline mode is on, and nobody answers what people type after the bot's name in other chats",
    fix: "switch inline mode off in BotFather (/setinline)",
  },
  {
    setting: "supports_guest_queries",
    on: "guest mode is on, and nobody answers people who call the bot in chats where it is not",
    fix: "switch guest mode off in BotFather",
  },
];

/** Says the meaning of each of the bot's settings. Warns where people see a feature that does not work. */
export function judgeBotSettings({ telegram }: Facts): Finding {
  if (!telegram.known) return unknown(telegram.why);
  const { me } = telegram.value;
  const settings = me.kind === "answered" ? me.body?.settings : undefined;
  if (settings === undefined) return unknown("Telegram did not say who the bot is");
  const said = meanings.flatMap(({ setting, on, off, fix }) => {
    const isOn = settings[setting];
    const words = isOn === true ? on : isOn === false ? off : undefined;
    return words === undefined ? [] : [{ words, fix }];
  });
  const broken = said.flatMap(({ words, fix }) => (fix === undefined ? [] : [{ words, fix }]));
  if (broken.length === 0) {
    return ok(said.length === 0 ? "none is told" : listed(said.map(({ words }) => words)));
  }
  return warning(
    listed(broken.map(({ words }) => words)),
    "people wait for an answer that never comes",
    listed(broken.map(({ fix }) => fix)),
  );
}

function listed(sentences: readonly string[]): string {
  return sentences.join("; ");
}
