import { expect, test } from "@jest/globals";
import type { BotSettings } from "../../../../cli/doctor/telegram.ts";
import { aStage } from "../support.ts";
import {
  answered,
  dayMillis,
  judge,
  known,
  minuteMillis,
  nowMillis,
  silent,
  textOf,
  theBot,
  theWebhook,
} from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const refusedAt = (minutes: number) => ({
  lastErrorAtMillis: nowMillis - minutes * minuteMillis,
  lastError: "Wrong response from the webhook: 401 Unauthorized",
});

const withSettings = (settings: BotSettings) =>
  theBot({ me: { ...answered(200), body: { id: "1000000001", settings } } });

const rows: readonly Row[] = [
  {
    id: "telegram-answers",
    when: "there is no answer",
    facts: theBot({ me: silent }),
    state: "fault",
    says: ["ECONNREFUSED", "run doctor again"],
  },
  {
    id: "telegram-answers",
    when: "it is down",
    facts: theBot({ me: answered(502) }),
    state: "fault",
    says: ["answers 502"],
  },
  {
    id: "telegram-answers",
    when: "there is no answer at the stage's own Bot API",
    facts: {
      ...theBot({ me: silent }),
      stage: aStage({ telegramApiRoot: "https://bots.example.com/api" }),
    },
    state: "fault",
    says: ["can reach bots.example.com"],
  },
  {
    id: "bot-token",
    when: "it was revoked",
    facts: theBot({ me: answered(401) }),
    state: "fault",
    says: [
      "does not accept the token (401)",
      `bridge secret set --name telegram-bot ${on} < bot-token.txt`,
    ],
  },
  {
    id: "bot-token",
    when: "it belongs to another bot",
    facts: { stage: aStage({ botId: "7" }) },
    state: "fault",
    says: ["belongs to bot 1000000001, the stage's bot is 7"],
  },
  {
    id: "webhook-url",
    when: "there is no webhook",
    facts: theWebhook({ isOurs: false, isSet: false }),
    state: "fault",
    says: ["no webhook is set", "for a day", `bridge webhook set ${on}`],
  },
  {
    id: "webhook-url",
    when: "it is another program's",
    facts: theWebhook({ isOurs: false }),
    state: "fault",
    says: ["another program has taken the bot", `bridge webhook set --take-over ${on}`],
  },
  {
    id: "webhook-updates",
    when: "reactions do not come",
    facts: theWebhook({ differences: ["allowed_updates lacks message_reaction"] }),
    state: "fault",
    says: ["lacks message_reaction", `bridge webhook set ${on}`],
  },
  {
    id: "webhook-updates",
    when: "the webhook is another program's",
    facts: theWebhook({ isOurs: false, differences: ["allowed_updates lacks message"] }),
    state: "unknown",
    says: ["not this bridge's"],
  },
  {
    id: "webhook-secret",
    when: "updates are refused and wait",
    facts: theWebhook({ ...refusedAt(3), pendingUpdates: 2 }),
    state: "fault",
    says: ["401", "3 minutes ago", `bridge webhook set ${on}`],
  },
  {
    id: "webhook-secret",
    when: "they were accepted since",
    facts: theWebhook(refusedAt(3)),
    state: "ok",
    says: ["has accepted them since"],
  },
  {
    id: "webhook-errors",
    when: "another check already reports the refusal",
    facts: theWebhook({ ...refusedAt(3), pendingUpdates: 2 }),
    state: "ok",
    says: [],
  },
  {
    id: "webhook-errors",
    when: "there was an error in the last hour",
    facts: theWebhook({ lastErrorAtMillis: nowMillis - minuteMillis, lastError: "Read timeout" }),
    state: "warning",
    says: ["60 seconds ago: Read timeout", "public address"],
  },
  {
    id: "webhook-errors",
    when: "the last error was yesterday",
    facts: theWebhook({ lastErrorAtMillis: nowMillis - dayMillis, lastError: "Read timeout" }),
    state: "ok",
    says: ["24 hours ago"],
  },
  {
    id: "webhook-pending",
    when: "a hundred wait",
    facts: theWebhook({ pendingUpdates: 100 }),
    state: "fault",
    says: ["100 wait", "for a day", `bridge webhook info ${on}`],
  },
  {
    id: "webhook-pending",
    when: "a few wait",
    facts: theWebhook({ pendingUpdates: 99 }),
    state: "ok",
    says: ["99 wait"],
  },
  {
    id: "bot-settings",
    when: "Telegram does not identify the bot",
    facts: theBot({ me: silent }),
    state: "unknown",
    says: ["did not identify the bot"],
  },
  {
    id: "bot-settings",
    when: "topics and groups are on",
    facts: withSettings({
      has_topics_enabled: true,
      allows_users_to_create_topics: true,
      can_join_groups: true,
      can_read_all_group_messages: true,
      can_connect_to_business: true,
      has_main_web_app: true,
      supports_inline_queries: false,
    }),
    state: "ok",
    says: [
      "go to the customer's topic",
      "create and delete topics",
      "only private chats",
      "receives every message",
      "business accounts",
      "Web App",
    ],
  },
  {
    id: "bot-settings",
    when: "topics and groups are off",
    facts: withSettings({ has_topics_enabled: false, can_join_groups: false }),
    state: "ok",
    says: ["topics are off", "people cannot add it to groups"],
  },
  {
    id: "bot-settings",
    when: "it offers features that the bridge does not support",
    facts: withSettings({ supports_inline_queries: true, supports_guest_queries: true }),
    state: "warning",
    says: ["inline mode is on", "guest mode is on", "BotFather (/setinline)"],
  },
  {
    id: "bot-commands",
    when: "they belong to another version",
    facts: theBot({ commandDifferences: known(['the commands in "ru" differ']) }),
    state: "warning",
    says: ['in "ru" differ', `bridge webhook set ${on}`],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});
