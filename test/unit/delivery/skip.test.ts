import { describe, expect, test } from "@jest/globals";
import { failureOf, isSkipped } from "../../../lambdas/delivery/step.ts";
import type { SkipRule } from "../../../lambdas/delivery/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anEntry } from "../../support/events.ts";

const failures = {
  refusal: new PermanentFailure("blocked"),
  "trouble for now": new TransientFailure("Telegram answered 502"),
  "no answer": new TransientFailure("timeout", { ambiguous: true }),
  "trouble for a person": new TransientFailure("amoCRM answered 403", { needsPerson: true }),
  "an unforeseen error": new TypeError("oops"),
} as const;
type Failure = keyof typeof failures;
const all = Object.keys(failures) as Failure[];

/** The failures that are skipped by the rule after so many failures of the event. */
const skipped = (rule: SkipRule | undefined, attempts: number) =>
  all.filter((failure) => isSkipped(rule, failures[failure], anEntry({ attempts })));

describe("a step that failed", () => {
  test.each<{ rule: SkipRule | undefined; skips: readonly (readonly Failure[])[] }>([
    { rule: undefined, skips: [[], [], [], []] },
    { rule: "any-failure", skips: [all, all, all, all] },
    { rule: "refusal", skips: [["refusal"], ["refusal"], ["refusal"], ["refusal"]] },
    { rule: "third-refusal", skips: [[], [], [], ["refusal"]] },
    {
      rule: "second-failure",
      skips: [["refusal", "trouble for a person"], ["refusal", "trouble for a person"], all, all],
    },
  ])("is skipped by its rule, after no to three failures: $rule", ({ rule, skips }) => {
    expect([0, 1, 2, 3].map((attempts) => skipped(rule, attempts))).toEqual(skips);
  });

  test("is tried again after a refusal that may pass, where the rule waits for a third", () => {
    const { refusal } = failures;

    expect(failureOf("third-refusal", refusal)).toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      cause: refusal,
    });
  });

  test.each([undefined, "any-failure", "refusal", "second-failure"] as const)(
    "has failed as it has by any other rule: %s",
    (rule) => {
      expect(all.map((failure) => failureOf(rule, failures[failure]))).toEqual(
        Object.values(failures),
      );
    },
  );

  test("of which nothing is refused has failed as it has by that rule too", () => {
    const others = all.filter((failure) => failure !== "refusal");

    expect(others.map((failure) => failureOf("third-refusal", failures[failure]))).toEqual(
      others.map((failure) => failures[failure]),
    );
  });
});
