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
      impact: "Customers get no answers until the token is set again.",
      severity: "urgent",
      metric: read("sender", "TelegramUnauthorized"),
      atLeast: 1,
    },
    {
      id: "telegram-conflict",
      section: "Telegram reports that another program uses the bot",
      impact: "Operators miss customers' messages: another program receives them.",
      severity: "urgent",
      metric: read("sender", "TelegramConflict"),
      atLeast: 1,
    },
    {
      id: "telegram-webhook-taken",
      section: "Telegram's webhook has another address",
      impact:
        "Operators miss customers' messages: Telegram sends them to another address or nowhere.",
      severity: "urgent",
      metric: read("caretaker", "WebhookTakenAway", { minutes: hour }),
      atLeast: 1,
    },
    {
      id: "telegram-webhook-unseen",
      section: "Telegram's webhook cannot be inspected",
      impact:
        "No impact on customers or operators yet. The bridge would not notice a change of the webhook now.",
      severity: "next-day",
      metric: read("caretaker", "WebhookNotInspected", { minutes: hour }),
      atLeast: 1,
      bad: [2, 2],
    },
    {
      id: "telegram-backlog",
      section: "Updates wait at Telegram",
      impact: "Customers wait: Telegram keeps updates that it could not deliver for 24 hours.",
      severity: "urgent",
      metric: read("caretaker", "PendingUpdates", { minutes: hour, statistic: Stats.MAXIMUM }),
      atLeast: manyPending,
    },
    {
      id: "amocrm-unauthorized",
      section: "amoCRM refuses our credentials",
      impact:
        "Operators do not see customers' messages until the channel's credentials are corrected.",
      severity: "urgent",
      metric: read("sender", "AmocrmUnauthorized"),
      atLeast: 1,
    },
    {
      id: "api-token-ends",
      section: "The API token ends soon",
      impact: "From that day on, the bridge does not create contacts for new customers.",
      severity: "next-day",
      metric: read("caretaker", "ApiTokenDays", { minutes: hour, statistic: Stats.MINIMUM }),
      below: leastDays,
    },
  ];
}
