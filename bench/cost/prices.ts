/**
 * AWS's prices in USD, without any free tier, in us-east-1. Other regions differ. Copied on the
 * date below from AWS's price pages of Lambda, API Gateway, SQS, DynamoDB (on demand, as since November
 * 2024), S3, Secrets Manager, CloudWatch and EC2 data transfer as they were published in 2025 and 2026.
 * Check them again before you rely on a sum.
 */
export const prices = {
  date: "2026-11-22",
  region: "us-east-1",
  httpApiPerMillion: 1.0,
  lambdaPerMillion: 0.2,
  /** Arm processors. */
  lambdaPerGigabyteSecond: 0.000_013_333_4,
  sqsFifoPerMillion: 0.5,
  dynamodbPerMillionWriteUnits: 0.625,
  dynamodbPerMillionReadUnits: 0.125,
  dynamodbPerGigabyteMonth: 0.25,
  /**
   * Recovery to any second, of the table and not of its indexes.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
   */
  dynamodbRecoveryPerGigabyteMonth: 0.2,
  secretsPerMillionReads: 5.0,
  secretPerMonth: 0.4,
  s3PerMillionPuts: 5.0,
  logsPerGigabyte: 0.5,
  /** A log group of the class for infrequent access: half of it. */
  infrequentLogsPerGigabyte: 0.25,
  /** A month with a value of a custom metric in every hour. */
  metricPerMonth: 0.3,
  /** For each metric that the alarm reads. */
  alarmPerMonth: 0.1,
  compositeAlarmPerMonth: 0.5,
  dashboardPerMonth: 3.0,
  egressPerGigabyte: 0.09,
} as const;

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
} as const;
