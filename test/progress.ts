/** What Jest tells a reporter of the whole run, as far as it is used here. */
type Counts = {
  readonly startTime: number;
  readonly numTotalTestSuites: number;
  readonly numPassedTestSuites: number;
  readonly numFailedTestSuites: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
};

const everyMillis = 10_000;

/** How far the run is, in one line: files, tests, minutes. */
export function progressOf(counts: Counts, nowMillis: number): string {
  const { numPassedTestSuites, numFailedTestSuites, numTotalTestSuites } = counts;
  const files = numPassedTestSuites + numFailedTestSuites;
  const seconds = Math.round((nowMillis - counts.startTime) / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const tests = counts.numPassedTests + counts.numFailedTests;
  return `${files} of ${numTotalTestSuites} files, ${tests} tests, ${counts.numFailedTests} failed, ${time} min`;
}

/**
 * A reporter of Jest: where no terminal shows Jest's own summary, says every ten seconds how far the
 * run is.
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
