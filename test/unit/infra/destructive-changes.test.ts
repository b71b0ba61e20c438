import { describe, expect, test } from "@jest/globals";
import {
  destructiveChanges,
  losses,
  stackThatFailedCreation,
  UnreadableDiffError,
} from "../../../infra/destructive-changes.ts";

const list = (...changes: string[]) =>
  ["words before", `❌  Found ${changes.length} destructive change(s) (--fail-on=destructive):`]
    .concat(changes.map((each) => `  dev/main (dev-main): ${each}`))
    .join("\n");

describe("the list of destructive changes", () => {
  test.each([
    ["AWS::SQS::Queue ToAmocrm/Queue ToAmocrmQueue1 will be replaced", "AWS::SQS::Queue"],
    ["AWS::SQS::Queue ToAmocrmQueue1 may be replaced", "AWS::SQS::Queue"],
    ["Custom::Thing ToAmocrmQueue1 will be orphaned", "Custom::Thing"],
    [
      "AWS::SQS::Queue ToAmocrmQueue1 will be destroyed (moved to a.B, run 'cdk refactor' to keep it)",
      "AWS::SQS::Queue",
    ],
  ])("%s", (text, type) => {
    expect(destructiveChanges(list(text))).toEqual([{ type, logicalId: "ToAmocrmQueue1" }]);
  });

  test("is empty when cdk lists none", () => {
    expect(destructiveChanges("✨  Number of stacks with differences: 1")).toEqual([]);
  });

  test.each([
    ["a line of another form", list("something else")],
    ["fewer lines than announced", "Found 2 destructive change(s)"],
  ])("%s is not mistaken for harmless", (_, output) => {
    expect(() => destructiveChanges(output)).toThrow(UnreadableDiffError);
  });
});

test("excludes versions of functions and accepted resources, and includes all others", () => {
  const changes = [
    { type: "AWS::Lambda::Version", logicalId: "Version1" },
    { type: "AWS::SQS::Queue", logicalId: "Queue1" },
    { type: "AWS::SQS::Queue", logicalId: "Queue2" },
  ];

  expect(losses(changes, ["Queue2"])).toEqual([{ type: "AWS::SQS::Queue", logicalId: "Queue1" }]);
});

describe("a stack without a change set in CloudFormation", () => {
  const refusal = (state: string) =>
    [
      "Could not create a change set, and '--method=change-set' was specified.",
      `‣ ValidationError: Stack:arn:aws:cloudformation:eu-central-1:111122223333:stack/prod-main-telegram-bridge/7f00-11 is in ${state} state and can not be updated.`,
    ].join("\n");

  test.each(["ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])(
    "is named after a failed first deployment: %s",
    (state) => {
      expect(stackThatFailedCreation(refusal(state))).toBe("prod-main-telegram-bridge");
    },
  );

  test.each(["UPDATE_ROLLBACK_FAILED", "UPDATE_IN_PROGRESS"])(
    "is not mistaken for one in another state: %s",
    (state) => {
      expect(stackThatFailedCreation(refusal(state))).toBeUndefined();
    },
  );
});
