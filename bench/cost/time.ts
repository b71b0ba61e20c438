import { requestsOf } from "../counting/tally.ts";
import type { Tally } from "../counting/tally.ts";
import type { FunctionName } from "../world/assembly.ts";
import { assumedMillis } from "./prices.ts";
import type { Prices } from "./prices.ts";

/** The prices of a region, and the values of the template that have a price. */
export type Terms = {
  readonly prices: Prices;
  readonly memoryGigabytes: Readonly<Record<FunctionName, number>>;
  readonly batchSize: number;
  readonly accessLogBytes: number;
  readonly accessLogPerGigabyte: number;
};

/** The wait of the functions with the assumed duration of requests. Parallel requests count as one wait. */
export function waitingMillis(tally: Pick<Tally, "requests" | "besides" | "vendors">): number {
  const { vendor, dynamodb, sqs, secretsmanager, s3 } = assumedMillis;
  return (
    callsOf(tally.vendors) * vendor +
    (requestsOf(tally, /^dynamodb/) - tally.besides) * dynamodb +
    requestsOf(tally, /^sqs/) * sqs +
    requestsOf(tally, /^secretsmanager/) * secretsmanager +
    requestsOf(tally, /^s3/) * s3
  );
}

/** The sender's own work in one delivery. Fails for a memory size without a measurement. */
export function senderOwnMillis({ memoryGigabytes }: Terms): number {
  const megabytes = memoryGigabytes.DeliverySender * 1024;
  const millis = assumedMillis.senderOwn[megabytes];
  if (millis === undefined)
    throw new Error(`There is no measurement of the sender with ${megabytes} MB.`);
  return millis;
}

/** The gigabyte-seconds that Lambda charges for a run. */
export function gigabyteSeconds(
  millis: number,
  name: FunctionName,
  { memoryGigabytes }: Terms,
): number {
  return (millis / 1000) * memoryGigabytes[name];
}

/** Calls of the vendors in all. */
export function callsOf(vendors: Tally["vendors"]): number {
  return Object.values(vendors).reduce((total, { calls }) => total + calls, 0);
}
