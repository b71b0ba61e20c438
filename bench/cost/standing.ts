import type { Counted } from "../counting/scenario.ts";
import { requestsOf } from "../counting/tally.ts";
import { line } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { assumedMillis } from "./prices.ts";
import { gigabyteSeconds, senderOwnMillis, waitingMillis } from "./time.ts";
import type { Terms } from "./time.ts";
import type { Watched } from "./watched.ts";

/** CheckLatency. The sender emits it for a check; the checks of the counted caretaker end before it. */
const metricsOfChecks = 1;

/** The cost of a bridge in a month without messages. */
export function standingBillOf(idle: Counted, terms: Terms, watched: Watched): BillLine[] {
  const { prices } = terms;
  const months = idle.caretaker.runs / (60 * 24) / 30;
  const millis = waitingMillis(idle.caretaker) + idle.caretaker.runs * assumedMillis.own.Caretaker;
  // Lambda begins with five pollers a queue, each asking three times a minute.
  const polls = 2 * 5 * 3 * 60 * 24 * 30;
  const checks = (idle.caretaker.vendors["bridge check"]?.calls ?? 0) / months;
  const { alarmMetrics, composites, dashboards, smallDashboards } = watched;
  return [
    line("secrets", watched.secrets, prices.secretPerMonth),
    line("SQS, receives of empty queues", polls, prices.sqsFifoPerMillion / 1e6, "sqsRequests"),
    line(
      "caretaker, invocations",
      idle.caretaker.runs / months,
      prices.lambdaPerMillion / 1e6,
      "lambdaRequests",
    ),
    line(
      "caretaker, GB-s",
      gigabyteSeconds(millis, "Caretaker", terms) / months,
      prices.lambdaPerGigabyteSecond,
      "gigabyteSeconds",
    ),
    line(
      "DynamoDB, read units",
      idle.caretaker.readUnits / months,
      prices.dynamodbPerMillionReadUnits / 1e6,
    ),
    line(
      "Secrets Manager, reads",
      requestsOf(idle.caretaker, /^secretsmanager/) / months,
      prices.secretsPerMillionReads / 1e6,
    ),
    line(
      "logs, GB",
      idle.caretaker.logBytes / 1e9 / months,
      prices.logsPerGigabyte,
      "logGigabytes",
    ),
    line("checks through the webhooks", checks, checkPrice(terms)),
    line(
      "metrics without messages",
      idle.caretaker.metrics.length + metricsOfChecks,
      prices.metricPerMonth,
      "metrics",
    ),
    line("alarms, by metrics", alarmMetrics, prices.alarmPerMonth, "alarmMetrics"),
    line("alarms over alarms", composites, prices.compositeAlarmPerMonth),
    line("dashboards", smallDashboards, prices.dashboardPerMonth, "dashboards"),
    line("dashboards, large", dashboards - smallDashboards, prices.dashboardPerMonth),
  ];
}

/** A check goes through webhook, queue and sender, and the sender drops it. Its log lines are small. */
function checkPrice(terms: Terms): number {
  const { httpApiPerMillion, lambdaPerMillion, sqsFifoPerMillion, lambdaPerGigabyteSecond } =
    terms.prices;
  const webhookMillis = assumedMillis.own.TelegramWebhook + assumedMillis.sqs;
  const run =
    gigabyteSeconds(webhookMillis, "TelegramWebhook", terms) +
    gigabyteSeconds(senderOwnMillis(terms), "DeliverySender", terms);
  const requests = httpApiPerMillion + 2 * lambdaPerMillion + 3 * sqsFifoPerMillion;
  return requests / 1e6 + run * lambdaPerGigabyteSecond;
}
