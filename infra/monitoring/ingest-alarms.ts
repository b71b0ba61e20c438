import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import { sumOf } from "./watched.ts";
import type { Read, Watched } from "./watched.ts";

const perMinute = { period: Duration.minutes(1), statistic: Stats.SUM };

/** Alarms for trouble before an event is durable. */
export function ingestAlarms(watched: Watched, read: Read): readonly AlarmRow[] {
  const { api, telegramWebhook, amocrmWebhook } = watched;
  const webhooks = [telegramWebhook.function, amocrmWebhook.function];
  return [
    {
      id: "ingest-errors",
      section: "A webhook fails",
      impact:
        "Customers wait (Telegram retries its updates). Operators' answers may be lost (amoCRM does not retry hooks).",
      metric: sumOf("errors", [
        ...webhooks.map((each) => each.metricErrors(perMinute)),
        read("ingest", "WebhookFailed", { minutes: 1 }),
      ]),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "ingest-throttled",
      section: "A webhook is throttled",
      impact: "Operators' answers may be lost: amoCRM does not retry a hook that Lambda throttled.",
      metric: sumOf(
        "throttles",
        webhooks.map((each) => each.metricThrottles(perMinute)),
      ),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "api-5xx",
      section: "The public address answers 5xx",
      impact: "Customers wait. Operators' answers may be lost.",
      metric: api.metricServerError(perMinute),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "spool-in-use",
      section: "Hooks go to the spool",
      impact: "Customers get operators' answers late: the queue refused them.",
      metric: sumOf("spooled or waiting", [
        read("ingest", "HookSpooled"),
        read("caretaker", "SpoolWaiting"),
      ]),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "body-not-stored",
      section: "A large message is not stored",
      impact:
        "Customers wait (Telegram retries its updates). A large answer of an operator may be lost.",
      metric: read("ingest", "BodyNotStored"),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "signature-refused",
      section: "A signature is refused",
      impact:
        "Operators' answers are lost if amoCRM signs with a secret that the bridge does not have.",
      metric: read("ingest", "SignatureRefused"),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "secret-token-refused",
      section: "Telegram's secret token is refused",
      impact:
        "Customers wait if Telegram sends a secret that the bridge does not have. Otherwise a stranger sent it.",
      metric: read("ingest", "SecretTokenRefused"),
      // Strangers send a wrong secret now and then. Telegram retries a refused update many times.
      atLeast: 3,
      bad: [3, 3],
      isMessagesAtRisk: true,
    },
    {
      id: "check-fails",
      section: "The check of the webhooks fails",
      impact: "Messages of customers and operators may not be accepted, like the check.",
      metric: read("caretaker", "CheckFailed"),
      atLeast: 1,
      bad: [2, 3],
      isMessagesAtRisk: true,
    },
  ];
}
