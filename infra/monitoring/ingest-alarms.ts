import { Duration } from "aws-cdk-lib";
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import { burnRateAlarms } from "./availability.ts";
import { sumOf } from "./watched.ts";
import type { Read, Watched } from "./watched.ts";

const perMinute = { period: Duration.minutes(1), statistic: Stats.SUM };
const perFiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };
/** Above the few that a minute's edge separates from their invocations, and above a stranger's tries. */
const manyNotServed = 50;

/** Alarms for trouble before an event is durable. */
export function ingestAlarms(watched: Watched, read: Read): readonly AlarmRow[] {
  const { api, telegramWebhook, amocrmWebhook } = watched;
  const webhooks = [telegramWebhook.function, amocrmWebhook.function];
  return [
    // One error rings, because amoCRM does not repeat a hook. Telegram repeats its updates: the burn rate
    // alarms watch its errors, with all other 5xx of the API.
    {
      id: "amocrm-webhook-errors",
      section: "amoCRM's webhook fails",
      impact: "Operators' answers may be lost: amoCRM does not retry hooks.",
      severity: "urgent",
      metric: sumOf("errors", [
        amocrmWebhook.function.metricErrors(perMinute),
        read("ingest", "AmocrmWebhookFailed", { minutes: 1 }),
      ]),
      atLeast: 1,
    },
    {
      id: "ingest-throttled",
      section: "A webhook is throttled",
      impact: "Operators' answers may be lost: amoCRM does not retry a hook that Lambda throttled.",
      severity: "urgent",
      metric: sumOf(
        "throttles",
        webhooks.map((each) => each.metricThrottles(perMinute)),
      ),
      atLeast: 1,
    },
    ...burnRateAlarms(api),
    {
      id: "requests-not-served",
      section: "Requests do not reach a webhook",
      impact:
        "No impact if strangers sent them. Operators' answers are lost if API Gateway throttled amoCRM's hooks.",
      severity: "next-day",
      metric: new MathExpression({
        expression: "all - telegram - amocrm",
        usingMetrics: {
          all: api.metricCount(perFiveMinutes),
          telegram: telegramWebhook.function.metricInvocations(perFiveMinutes),
          amocrm: amocrmWebhook.function.metricInvocations(perFiveMinutes),
        },
        label: "not served",
        period: perFiveMinutes.period,
      }),
      atLeast: manyNotServed,
    },
    {
      id: "spool-in-use",
      section: "Hooks go to the spool",
      impact: "Customers get operators' answers late: the queue refused them.",
      severity: "urgent",
      metric: sumOf("spooled or waiting", [
        read("ingest", "HookSpooled"),
        read("caretaker", "SpoolWaiting"),
      ]),
      atLeast: 1,
    },
    {
      id: "body-not-stored",
      section: "A large message is not stored",
      impact:
        "Customers wait (Telegram retries its updates). A large answer of an operator may be lost.",
      severity: "urgent",
      metric: read("ingest", "BodyNotStored"),
      atLeast: 1,
    },
    {
      id: "signature-refused",
      section: "A signature is refused",
      impact:
        "Operators' answers are lost if amoCRM signs with a secret that the bridge does not have.",
      severity: "urgent",
      metric: read("ingest", "SignatureRefused"),
      atLeast: 1,
    },
    {
      id: "secret-token-refused",
      section: "Telegram's secret token is refused",
      impact:
        "Customers wait if Telegram sends a secret that the bridge does not have. Otherwise a stranger sent it.",
      severity: "urgent",
      metric: read("ingest", "SecretTokenRefused"),
      // Strangers send a wrong secret now and then. Telegram retries a refused update many times.
      atLeast: 3,
      bad: [3, 3],
    },
    {
      id: "check-fails",
      section: "The check of the webhooks fails",
      impact: "Messages of customers and operators may not be accepted, like the check.",
      severity: "urgent",
      metric: read("caretaker", "CheckFailed"),
      atLeast: 1,
      bad: [2, 3],
    },
  ];
}
