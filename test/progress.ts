/** The part of Jest's report about the whole run that this file uses. */
type Counts = {
  readonly startTime: number;
  readonly numTotalTestSuites: number;
  readonly numPassedTestSuites: number;
  readonly numFailedTestSuites: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
};

const everyMillis = 10_000;

/** The run's progress in one line: files, tests, minutes. */
export function progressOf(counts: Counts, nowMillis: number): string {
  const { numPassedTestSuites, numFailedTestSuites, numTotalTestSuites } = counts;
  const files = numPassedTestSuites + numFailedTestSuites;
  const seconds = Math.round((nowMillis - counts.startTime) / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const tests = counts.numPassedTests + counts.numFailedTests;
  return `${files} of ${numTotalTestSuites} files, ${tests} tests, ${counts.numFailedTests} failed, ${time} min`;
}

/**
 * A Jest reporter. When there is no terminal for Jest's own summary, it prints the progress every
 * ten seconds.
 *
 * @see https://jestjs.io/docs/configuration#custom-reporters
 */
export default class Progress {
  #saidAtMillis = Date.now();

  onTestResult(_test: unknown, _result: unknown, counts: Counts): void {
    const nowMillis = Date.now();
    if (process.stderr.isTTY || nowMillis - this.#saidAtMillis < everyMillis) return;
    this.#saidAtMillis = nowMillis;
    process.stderr.write(`${progressOf(counts, nowMillis)}\n`);
  }
}
