import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import { objective } from "./objective.ts";

/** Fewer failed requests are no trend, even if they are a large share of a quiet hour. */
const leastFailed = 3;

/**
 * Alarms on the speed at which failed requests use up the error budget: 14.4 times the objective's
 * speed for an hour takes about a fiftieth of 28 days' budget, 6 times for six hours about a twentieth. The shorter
 * window ends the alarm soon after the fault.
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export function burnRateAlarms(api: HttpApi): readonly AlarmRow[] {
  return [
    {
      id: "burn-rate-fast",
      section: "The error budget burns fast",
      impact:
        "Customers wait (Telegram retries its updates). If amoCRM's hooks fail too, operators' answers may be lost.",
      severity: "urgent",
      ...burning({ api, rate: 14.4, minutes: 60, whileAlsoMinutes: 5 }),
    },
    {
      id: "burn-rate-slow",
      section: "The error budget burns slowly",
      impact: "Some customers wait: single requests fail again and again, and Telegram retries.",
      severity: "next-day",
      ...burning({ api, rate: 6, minutes: 6 * 60, whileAlsoMinutes: 30 }),
    },
  ];
}

/** Availability in percent, as the objective defines it. */
export function availability(api: HttpApi, period: Duration): IMetric {
  return new MathExpression({
    expression: "100 * (1 - failed / (all - refused))",
    usingMetrics: requestsOf(api),
    label: "available, %",
    period,
  });
}

function burning(of: {
  readonly api: HttpApi;
  readonly rate: number;
  readonly minutes: number;
  readonly whileAlsoMinutes: number;
}): Pick<AlarmRow, "metric" | "whileAlso" | "atLeast"> {
  const { api, rate, minutes, whileAlsoMinutes } = of;
  const budget = 1 - objective.availability;
  return {
    metric: new MathExpression({
      expression: `IF(failed >= ${leastFailed}, failed / (all - refused), 0)`,
      usingMetrics: requestsOf(api),
      label: "failed share",
      period: Duration.minutes(minutes),
    }),
    whileAlso: new MathExpression({
      expression: "failed / (all - refused)",
      usingMetrics: requestsOf(api),
      label: "failed share",
      period: Duration.minutes(whileAlsoMinutes),
    }),
    // A sum of floating-point numbers would give digits such as 0.014400000000000001.
    atLeast: Number((rate * budget).toFixed(6)),
  };
}

/** Arithmetic takes a missing value for 0: a time without refused requests needs no FILL. */
function requestsOf(api: HttpApi) {
  const sum = { statistic: Stats.SUM };
  return {
    failed: api.metricServerError(sum),
    all: api.metricCount(sum),
    refused: api.metricClientError(sum),
  };
}
