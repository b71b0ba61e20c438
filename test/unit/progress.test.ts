import { expect, test } from "@jest/globals";
import { progressOf } from "../progress.ts";

test("a line shows the progress of a test run", () => {
  const counts = {
    startTime: 1_000_000,
    numTotalTestSuites: 227,
    numPassedTestSuites: 40,
    numFailedTestSuites: 1,
    numPassedTests: 613,
    numFailedTests: 2,
  };

  expect(progressOf(counts, 1_064_900)).toBe("41 of 227 files, 615 tests, 2 failed, 1:05 min");
});
