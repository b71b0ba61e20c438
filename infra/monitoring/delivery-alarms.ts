import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { DeliveryQueue } from "../constructs/delivery-queue.ts";
import type { AlarmRow } from "./alarm-row.ts";
import { sumOf } from "./watched.ts";
import type { Read, Watched } from "./watched.ts";

const oldestSeconds = 15 * 60;
const slowMillis = 60_000;

/** Alarms for trouble between the queue and the vendor's success answer. */
export function deliveryAlarms(watched: Watched, read: Read): readonly AlarmRow[] {
  const { toAmocrm, toTelegram, sender } = watched;
  const oldest = ({ queue }: DeliveryQueue) =>
    queue.metricApproximateAgeOfOldestMessage({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    });
  const deadLetters = ({ deadLetterQueue }: DeliveryQueue) =>
    deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: Stats.MAXIMUM,
    });
  const perFiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };
  return [
    {
      id: "to-amocrm-waits",
      section: "Messages to amoCRM wait",
      impact: "Operators do not see customers' messages that are 15 minutes old or older.",
      severity: "urgent",
      metric: oldest(toAmocrm),
      atLeast: oldestSeconds,
      bad: [3, 3],
    },
    {
      id: "to-telegram-waits",
      section: "Messages to Telegram wait",
      impact: "Customers do not get operators' answers that are 15 minutes old or older.",
      severity: "urgent",
      metric: oldest(toTelegram),
      atLeast: oldestSeconds,
      bad: [3, 3],
    },
    {
      id: "parked",
      section: "Messages are parked",
      impact: "A message was not delivered, and a person must decide about it.",
      severity: "next-day",
      // Events of customers who have blocked the bot do not count: the operator sees the
      // delivery state, and the team cannot fix it.
      metric: sumOf("parked", [
        read("sender", "ParkedRefused"),
        read("sender", "ParkedOutcomeUnknown"),
        read("sender", "ParkedGaveUp"),
        read("sender", "ParkedNotUnderstood"),
      ]),
      atLeast: 1,
    },
    {
      id: "dead-letters",
      section: "Dead letters",
      impact: "Messages were not delivered: the sender did not finish them.",
      severity: "urgent",
      metric: sumOf("dead letters", [deadLetters(toAmocrm), deadLetters(toTelegram)]),
      atLeast: 1,
    },
    {
      id: "sender-errors",
      section: "The sender fails",
      impact:
        "Messages of some chats wait: attempts end without a result, and the sender retries them.",
      severity: "next-day",
      metric: sumOf("errors", [
        sender.function.metricErrors(perFiveMinutes),
        read("sender", "AttemptFailed"),
      ]),
      atLeast: 1,
      bad: [2, 3],
    },
    {
      id: "sender-throttled",
      section: "The sender is throttled",
      impact: "Customers and operators wait: the account has no free concurrency for the sender.",
      severity: "next-day",
      metric: sender.function.metricThrottles(perFiveMinutes),
      atLeast: 1,
      bad: [3, 3],
    },
    {
      id: "to-amocrm-slow",
      section: "Messages to amoCRM are slow",
      impact: "Operators get 5% of the messages more than a minute late.",
      severity: "next-day",
      metric: read("deliveries", "LatencyToAmocrm", { statistic: Stats.p(95) }),
      atLeast: slowMillis,
      bad: [3, 3],
    },
    {
      id: "to-telegram-slow",
      section: "Messages to Telegram are slow",
      impact: "Customers get 5% of the answers more than a minute late.",
      severity: "next-day",
      metric: read("deliveries", "LatencyToTelegram", { statistic: Stats.p(95) }),
      atLeast: slowMillis,
      bad: [3, 3],
    },
  ];
}
