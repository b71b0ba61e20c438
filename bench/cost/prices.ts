/** When the prices below were collected. */
export const pricesDate = "2026-11-30";

const perMillion = (usd: number) => usd / 1e6;

/** AWS's prices of one region in USD, without any free tier. */
export type Prices = Readonly<Record<keyof typeof northernVirginia, number>>;

const northernVirginia = {
  httpApiRequests: perMillion(1.0),
  lambdaRequests: perMillion(0.2),
  /** Arm processors. AWS bills INIT at the same price since August 2025. */
  gigabyteSeconds: 0.000_013_333_4,
  sqsRequests: perMillion(0.5),
  writeUnits: perMillion(0.625),
  readUnits: perMillion(0.125),
  tableGigabytes: 0.25,
  /** Recovery to any second, of the table and not of its indexes. */
  recoveryGigabytes: 0.2,
  secretReads: perMillion(5.0),
  secrets: 0.4,
  s3Puts: perMillion(5.0),
  logGigabytes: 0.5,
  /** A log group of the class for infrequent access. */
  infrequentLogGigabytes: 0.25,
  /** A month with a value of a custom metric in every hour. */
  metrics: 0.3,
  /** For each metric that the alarm reads. */
  alarmMetrics: 0.1,
  compositeAlarms: 0.5,
  dashboards: 3.0,
  egressGigabytes: 0.09,
};

/** Prices, their region, and which of them we could not see in AWS's list. */
export type PriceList = {
  readonly region: string;
  readonly prices: Prices;
  readonly unverified: readonly string[];
};

/**
 * The prices of the regions that we could find, collected on `pricesDate` from copies of AWS's public
 * price list, https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<service>/current/<region>/index.json.
 * The lists were published on these days: DynamoDB 2026-08-15, S3 2026-08-07, CloudWatch 2026-08-06, data
 * transfer 2026-07-20, Secrets Manager 2026-09-11, SQS 2025-08-28 (its prices are the same in the three
 * regions). Prices that we did not see in the list itself are in `unverified`, with their source. Check a
 * price again before you rely on a sum.
 */
const priceLists: Readonly<Record<string, Omit<PriceList, "region">>> = {
  "eu-west-1": {
    prices: {
      ...northernVirginia,
      httpApiRequests: perMillion(1.11),
      writeUnits: perMillion(0.705),
      readUnits: perMillion(0.1415),
      tableGigabytes: 0.283,
      recoveryGigabytes: 0.22,
      logGigabytes: 0.57,
      infrequentLogGigabytes: 0.285,
    },
    unverified: [
      "HTTP API: 1.11, from two write-ups of 2026",
      "Lambda on Arm: as in us-east-1, where the list of London of 2026-10-01 agrees",
    ],
  },
  "eu-central-1": {
    prices: {
      ...northernVirginia,
      httpApiRequests: perMillion(1.2),
      writeUnits: perMillion(0.7625),
      readUnits: perMillion(0.1525),
      tableGigabytes: 0.306,
      recoveryGigabytes: 0.2448,
      s3Puts: perMillion(5.4),
      logGigabytes: 0.63,
      infrequentLogGigabytes: 0.315,
    },
    unverified: [
      "HTTP API: 1.20, from two write-ups of 2026",
      "Lambda on Arm: as in us-east-1; for x86 and requests the list of Frankfurt of 2026-08-12 agrees",
      "logs for infrequent access: half of the standard price, as in us-east-1, Ireland and Seoul",
    ],
  },
};

/** The prices of a region, or those of us-east-1 for a region that has none here. */
export function pricesOf(region: string): PriceList {
  const list = priceLists[region];
  return list === undefined
    ? { region: "us-east-1", prices: northernVirginia, unverified: [] }
    : { region, ...list };
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

/** Two TLS records and the frames of three packets around the data of a vendor call. */
export const assumedFrameBytes = 2 * 29 + 3 * 40;

/**
 * Assumed duration of calls from inside Lambda, in milliseconds, because a function mostly waits. The
 * vendors are as in the rest of the bench. The AWS services have their usual latency.
 */
export const assumedMillis = {
  vendor: 80,
  dynamodb: 5,
  sqs: 10,
  secretsmanager: 20,
  s3: 30,
  /** A function's own work in one invocation, with its memory's share of a processor. */
  own: { TelegramWebhook: 3, AmocrmWebhook: 3, Caretaker: 20 },
  /**
   * The same of the sender by its megabytes: what `npm run bench -- sender` measured with the share of
   * a processor that Lambda gives for them (4.5 to 7.5 ms), where that is taken for 0.7 times as fast as ours.
   */
  senderOwn: { 256: 12 } as Readonly<Record<number, number>>,
  /**
   * INIT, which has a whole processor: twice the processor time that Node took on the laptop to start and
   * to load the bundle (172 ms by `npm run bench -- cold`, 340 ms for the sender).
   */
  init: { TelegramWebhook: 350, AmocrmWebhook: 350, DeliverySender: 700 },
} as const;

/**
 * The share of invocations that start a sandbox. For steady traffic AWS says "under 1 %". The check of
 * every five minutes goes through webhooks and sender, so it keeps one sandbox of each warm.
 * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export const assumedStartShare = 0.01;
