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
const ofVendors = all.filter((failure) => failure !== "an unforeseen error");

/** The failures that the rule skips after that many failures of the event. */
const skipped = (rule: SkipRule | undefined, attempts: number) =>
  all.filter((failure) => isSkipped(rule, failures[failure], anEntry({ attempts })));

describe("a step that failed", () => {
  test.each<{ rule: SkipRule | undefined; skips: readonly (readonly Failure[])[] }>([
    { rule: undefined, skips: [[], [], [], []] },
    { rule: "any-failure", skips: [all, all, all, all] },
    { rule: "refusal", skips: [["refusal"], ["refusal"], ["refusal"], ["refusal"]] },
    { rule: "refusal-after-three-failures", skips: [[], [], [], ["refusal"]] },
    {
      rule: "any-after-two-failures",
      skips: [
        ["refusal", "trouble for a person"],
        ["refusal", "trouble for a person"],
        ofVendors,
        ofVendors,
      ],
    },
  ])("is skipped by its rule, after none to three failures: $rule", ({ rule, skips }) => {
    expect([0, 1, 2, 3].map((attempts) => skipped(rule, attempts))).toEqual(skips);
  });

  test("is retried ten times after an error that is not a vendor's", () => {
    expect([9, 10].map((attempts) => skipped("any-after-two-failures", attempts))).toEqual([
      ofVendors,
      all,
    ]);
  });

  test("is retried after a refusal that may pass when the rule allows three failures", () => {
    const { refusal } = failures;

    expect(failureOf("refusal-after-three-failures", refusal)).toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      cause: refusal,
    });
  });

  test.each([undefined, "any-failure", "refusal", "any-after-two-failures"] as const)(
    "has the same failure by any other rule: %s",
    (rule) => {
      expect(all.map((failure) => failureOf(rule, failures[failure]))).toEqual(
        Object.values(failures),
      );
    },
  );

  test("has the same failure by that rule when nothing was refused", () => {
    const others = all.filter((failure) => failure !== "refusal");

    expect(
      others.map((failure) => failureOf("refusal-after-three-failures", failures[failure])),
    ).toEqual(others.map((failure) => failures[failure]));
  });
});
