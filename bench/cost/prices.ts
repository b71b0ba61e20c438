/** When the prices below were collected. */
export const pricesDate = "2026-11-30";

/** The regions of the price table, in the order of its columns. */
export const regions = ["us-east-1", "eu-west-1", "eu-central-1"] as const;

/**
 * AWS's prices of these regions in USD, without any free tier, collected on `pricesDate` from copies of AWS's public
 * price list, https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<service>/current/<region>/index.json.
 * The lists were published on these days: DynamoDB 2026-08-15, S3 2026-08-07, CloudWatch 2026-08-06, data
 * transfer 2026-07-20, Secrets Manager 2026-09-11, SQS 2025-08-28 (its prices are the same in the three
 * regions). Prices that we did not see in the list itself are in `unverified`, with their source. Check a
 * price again before you rely on a sum.
 */
const usd = {
  httpApiRequests: [1.0e-6, 1.11e-6, 1.2e-6],
  lambdaRequests: [0.2e-6, 0.2e-6, 0.2e-6],
  /** Arm processors. AWS bills INIT at the same price since August 2025. */
  gigabyteSeconds: [0.000_013_333_4, 0.000_013_333_4, 0.000_013_333_4],
  sqsRequests: [0.5e-6, 0.5e-6, 0.5e-6],
  writeUnits: [0.625e-6, 0.705e-6, 0.7625e-6],
  readUnits: [0.125e-6, 0.1415e-6, 0.1525e-6],
  tableGigabytes: [0.25, 0.283, 0.306],
  /** Recovery to any second, of the table and not of its indexes. */
  recoveryGigabytes: [0.2, 0.22, 0.2448],
  secretReads: [5.0e-6, 5.0e-6, 5.0e-6],
  secrets: [0.4, 0.4, 0.4],
  s3Puts: [5.0e-6, 5.0e-6, 5.4e-6],
  logGigabytes: [0.5, 0.57, 0.63],
  /** A log group of the class for infrequent access. */
  infrequentLogGigabytes: [0.25, 0.285, 0.315],
  /** A month with a value of a custom metric in every hour. */
  metrics: [0.3, 0.3, 0.3],
  /** For each metric that the alarm reads. */
  alarmMetrics: [0.1, 0.1, 0.1],
  compositeAlarms: [0.5, 0.5, 0.5],
  dashboards: [3.0, 3.0, 3.0],
  egressGigabytes: [0.09, 0.09, 0.09],
} as const;

const unverified: Readonly<Record<(typeof regions)[number], readonly string[]>> = {
  "us-east-1": [],
  "eu-west-1": [
    "HTTP API: 1.11, from two write-ups of 2026",
    "Lambda on Arm: as in us-east-1, where the list of London of 2026-10-01 agrees",
  ],
  "eu-central-1": [
    "HTTP API: 1.20, from two write-ups of 2026",
    "Lambda on Arm: as in us-east-1; for x86 and requests the list of Frankfurt of 2026-08-12 agrees",
    "logs for infrequent access: half of the standard price, as in us-east-1, Ireland and Seoul",
  ],
};

/** AWS's prices of one region in USD. */
export type Prices = Readonly<Record<keyof typeof usd, number>>;

/** The prices of a region, or those of us-east-1 for a region that has none here. */
export function pricesOf(asked: string) {
  const region = regions.find((each) => each === asked) ?? "us-east-1";
  const column = Object.entries(usd).map(([unit, row]) => [unit, row[regions.indexOf(region)]]);
  const prices = Object.fromEntries(column) as Prices;
  return { region, prices, unverified: unverified[region] };
}

/**
 * What AWS gives every account each month, without an end: for the whole account, not for each bridge.
 * Not here: the HTTP API's free million, which ends after twelve months, and the credits of new accounts.
 * @see https://aws.amazon.com/free/
 */
export const freePerMonth = {
  lambdaRequests: 1_000_000,
  gigabyteSeconds: 400_000,
  sqsRequests: 1_000_000,
  logGigabytes: 5,
  metrics: 10,
  alarmMetrics: 10,
  /** Each with at most {@link freeDashboardMetrics} metrics. */
  dashboards: 3,
  egressGigabytes: 100,
} as const satisfies Partial<Prices>;

/** A dashboard with more metrics is not free. */
export const freeDashboardMetrics = 50;

/**
 * Assumed durations inside Lambda in milliseconds, because a function mostly waits. The vendors are as in the
 * rest of the bench. The AWS services have their usual latency.
 */
export const assumedMillis = {
  vendor: 80,
  dynamodb: 5,
  sqs: 10,
  secretsmanager: 20,
  s3: 30,
  /** A function's own work in one invocation, with its memory's share of a processor. */
  webhook: 3,
  caretaker: 20,
  /**
   * The same of the sender: what was measured on 29 November 2026 with the share of a processor that Lambda
   * gives for its megabytes (4.5 to 7.5 ms), where that is taken for 0.7 times as fast as ours.
   */
  sender: 12,
  /**
   * INIT, which has a whole processor: twice the processor time that Node took on the laptop to start and
   * to load the bundle (172 ms, and 340 ms for the sender, measured on 29 November 2026).
   */
  webhookInit: 350,
  senderInit: 700,
} as const;

/** The megabytes of the sender for which its time was measured. */
export const measuredMegabytes = 256;

/**
 * The share of invocations that start a sandbox. For steady traffic AWS says "under 1 %". The check of
 * every five minutes goes through webhooks and sender, so it keeps one sandbox of each warm.
 * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export const assumedStartShare = 0.01;

/** Two TLS records and the frames of three packets around the data of a vendor call. */
export const assumedFrameBytes = 2 * 29 + 3 * 40;
