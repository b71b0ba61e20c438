import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import type { Read } from "./watched.ts";

const hour = 60;
const leastDays = 30;
const manyPending = 100;

/** Alarms for trouble that only people at Telegram or amoCRM, or owners of an account there, can fix. */
export function vendorAlarms(read: Read): readonly AlarmRow[] {
  return [
    {
      id: "telegram-unauthorized",
      section: "Telegram refuses the bot's token",
      impact: "Customers get no answers, until the token is set anew.",
      metric: read("sender", "TelegramUnauthorized"),
      atLeast: 1,
    },
    {
      id: "telegram-conflict",
      section: "Telegram says that somebody else uses the bot",
      impact: "Customers: another program takes their messages away from the operators.",
      metric: read("sender", "TelegramConflict"),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "telegram-webhook-taken",
      section: "Telegram's webhook leads elsewhere",
      impact: "Customers: what they write goes to somebody else, or to nobody.",
      metric: read("caretaker", "WebhookTakenAway", { minutes: hour }),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "telegram-webhook-unseen",
      section: "Telegram's webhook cannot be inspected",
      impact: "Nobody yet; a webhook that is taken away now would not be noticed.",
      metric: read("caretaker", "WebhookNotInspected", { minutes: hour }),
      atLeast: 1,
      bad: [2, 2],
    },
    {
      id: "telegram-backlog",
      section: "Updates wait at Telegram",
      impact: "Customers wait: Telegram holds what it could not hand over, for 24 hours.",
      metric: read("caretaker", "PendingUpdates", { minutes: hour, statistic: Stats.MAXIMUM }),
      atLeast: manyPending,
      isMessagesAtRisk: true,
    },
    {
      id: "amocrm-unauthorized",
      section: "amoCRM refuses our credentials",
      impact: "Operators do not see what customers write, until the channel is set right.",
      metric: read("sender", "AmocrmUnauthorized"),
      atLeast: 1,
    },
    {
      id: "api-token-ends",
      section: "The API token ends soon",
      impact: "Operators, from that day on: new customers come without their own contacts.",
      metric: read("caretaker", "ApiTokenDays", { minutes: hour, statistic: Stats.MINIMUM }),
      below: leastDays,
    },
  ];
}
