/** What a service answered instead of a result; its name is the code that the service gave. */
export class AwsFailure extends Error {
  readonly httpStatusCode: number;
  /** The request was signed by a clock that has been corrected since. */
  readonly isSkewCorrected: boolean;

  constructor(code: string, answer: { httpStatusCode: number; isSkewCorrected: boolean }) {
    super(`answered with ${String(answer.httpStatusCode)}`);
    this.name = code;
    this.httpStatusCode = answer.httpStatusCode;
    this.isSkewCorrected = answer.isSkewCorrected;
  }
}

const throttling =
  /Throttl|LimitExceeded|TooManyRequests|SlowDown|ThroughputExceeded|PriorRequest|TransactionInProg/;

/**
 * How long to wait before another attempt, by the SDK's measure; undefined when another would fail
 * as well. `random` is in [0, 1).
 */
export function retryWaitMillis(
  error: unknown,
  attempt: number,
  random: number,
): number | undefined {
  const spread = random * 2 ** (attempt - 1);
  if (!(error instanceof AwsFailure)) {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    // Only Node's errors of the network have a code here.
    return code !== undefined || name === "TimeoutError" ? spread * 50 : undefined;
  }
  const { name, httpStatusCode, isSkewCorrected } = error;
  if (httpStatusCode === 429 || throttling.test(name)) return spread * 1000;
  const isTransient = httpStatusCode >= 500 || name.startsWith("RequestTimeout");
  return isTransient || isSkewCorrected ? spread * 50 : undefined;
}
