import { describe, expect, test } from "@jest/globals";
import { failureOf, isSkipped } from "../../../lambdas/domain/skip.ts";
import type { SkipRule } from "../../../lambdas/domain/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anEntry } from "../../support/events.ts";

const failures = {
  "a refusal": new PermanentFailure("refused-by-telegram"),
  trouble: new TransientFailure("Telegram answered 502"),
  "trouble that needs a person": new TransientFailure("401", { needsPerson: true }),
  "an error of our own": new TypeError("undefined is no function"),
} as const;
const never = Number.POSITIVE_INFINITY;

/** After how many counted attempts the event goes on without the step. */
const skippedAfter: readonly {
  rule: SkipRule | undefined;
  failure: keyof typeof failures;
  attempts: number;
}[] = [
  { rule: undefined, failure: "a refusal", attempts: never },
  { rule: undefined, failure: "trouble", attempts: never },
  { rule: undefined, failure: "trouble that needs a person", attempts: never },
  { rule: undefined, failure: "an error of our own", attempts: never },
  { rule: "any-failure", failure: "a refusal", attempts: 0 },
  { rule: "any-failure", failure: "trouble", attempts: 0 },
  { rule: "any-failure", failure: "trouble that needs a person", attempts: 0 },
  { rule: "any-failure", failure: "an error of our own", attempts: 0 },
  { rule: "refusal", failure: "a refusal", attempts: 0 },
  { rule: "refusal", failure: "trouble", attempts: never },
  { rule: "refusal", failure: "trouble that needs a person", attempts: never },
  { rule: "refusal", failure: "an error of our own", attempts: never },
  { rule: "third-refusal", failure: "a refusal", attempts: 3 },
  { rule: "third-refusal", failure: "trouble", attempts: never },
  { rule: "third-refusal", failure: "trouble that needs a person", attempts: never },
  { rule: "third-refusal", failure: "an error of our own", attempts: never },
  { rule: "second-failure", failure: "a refusal", attempts: 0 },
  { rule: "second-failure", failure: "trouble", attempts: 2 },
  { rule: "second-failure", failure: "trouble that needs a person", attempts: 0 },
  { rule: "second-failure", failure: "an error of our own", attempts: 2 },
];

describe("a step that may be skipped", () => {
  test.each(skippedAfter)("by '$rule' is, for $failure, after $attempts attempts", (row) => {
    const skipped = [0, 1, 2, 3, 100].map((attempts) =>
      isSkipped(row.rule, failures[row.failure], anEntry({ attempts })),
    );

    expect(skipped).toEqual([0, 1, 2, 3, 100].map((attempts) => attempts >= row.attempts));
  });
});

describe("a step that is not skipped fails by", () => {
  const rules = [undefined, "any-failure", "refusal", "third-refusal", "second-failure"] as const;
  const all = rules.flatMap((rule) => Object.values(failures).map((error) => ({ rule, error })));

  test.each(
    all.filter(({ rule, error }) => rule !== "third-refusal" || error !== failures["a refusal"]),
  )("what it met: '$rule', $error.message", ({ rule, error }) => {
    expect(failureOf(rule, error)).toBe(error);
  });

  test("trouble that may pass, where a refusal counts only the third time", () => {
    const refusal = failures["a refusal"];

    const failure = failureOf("third-refusal", refusal);

    expect(failure).toBeInstanceOf(TransientFailure);
    expect(failure).toMatchObject({ message: refusal.message, ambiguous: false, cause: refusal });
  });
});
