import { ok, warning } from "./check.ts";
import type { Finding } from "./check.ts";

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
  has_main_web_app: {
    on: "its profile opens a Web App: operators get nothing from it",
  },
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

/** The settings in the answer to `getMe`. */
export function settingsIn(me: Readonly<Record<string, unknown>>): BotSettings {
  const names = Object.keys(meanings).filter((name) => typeof me[name] === "boolean");
  return Object.fromEntries(names.map((name) => [name, me[name]]));
}

/** Says the meaning of each of the bot's settings. Warns where people see a feature that does not work. */
export function judgeBotSettings(settings: BotSettings): Finding {
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
