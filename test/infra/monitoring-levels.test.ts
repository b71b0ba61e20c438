import { describe, expect, test } from "@jest/globals";
import { readStages } from "../../infra/settings/read-stages.ts";
import { Match } from "aws-cdk-lib/assertions";
import {
  aMonitoredStage,
  aRetainedStage,
  aStage,
  resourcesOf,
  stacksOf,
  templateOf,
} from "./synthesize.ts";

const protectedStage = { ...aRetainedStage, protect: true };
const levelOf = (stage: object) => readStages({ test: { ...stage } })["test"]?.monitoring;
const countsOf = (stage: object) => {
  const template = templateOf(stage);
  return ["Alarm", "CompositeAlarm", "Dashboard"].map(
    (type) => resourcesOf(template, `AWS::CloudWatch::${type}`).length,
  );
};
const warningsOf = (stage: object) =>
  stacksOf(stage)
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === "aws:cdk:warning")
    .map(({ data }) => String(data));

describe("the monitoring of a stage", () => {
  test("is full with an address for alarms, none without, or as set", () => {
    expect(
      [
        aStage,
        { ...aStage, alarmEmail: "a@example.com" },
        { ...aStage, monitoring: "alarms" },
        { ...aRetainedStage, monitoring: "none" },
      ].map(levelOf),
    ).toEqual(["none", "full", "alarms", "none"]);
  });

  test("at none has only the alarms that roll a bad release back", () => {
    const template = templateOf(aStage);
    const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm").map(([id]) =>
      id.replace(/[0-9A-F]{8}$/, ""),
    );

    expect(alarms.toSorted()).toEqual([
      "RolloutAmocrmWebhookErrors",
      "RolloutApiErrors",
      "RolloutTelegramWebhookErrors",
    ]);
    for (const type of [
      "AWS::CloudWatch::CompositeAlarm",
      "AWS::CloudWatch::Dashboard",
      "AWS::Logs::MetricFilter",
      "AWS::SNS::Topic",
    ]) {
      template.resourceCountIs(type, 0);
    }
    expect(Object.keys(template.toJSON()["Outputs"] as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/Topic|Dashboard/)]),
    );
  });

  test("at every level has the same roll-back of a bad release", () => {
    const rolledBackBy = (stage: object) =>
      resourcesOf(templateOf(stage), "AWS::CodeDeploy::DeploymentGroup").map(
        ([, { Properties }]) => Properties["AlarmConfiguration"],
      );

    expect(rolledBackBy(aStage)).toHaveLength(2);
    expect(rolledBackBy(aMonitoredStage)).toEqual(rolledBackBy(aStage));
  });

  test("at alarms has all alarms and no dashboard, at full also the dashboard", () => {
    const [alarms, composites] = countsOf(aMonitoredStage);

    expect(alarms).toBeGreaterThan(30);
    expect(countsOf({ ...aStage, monitoring: "alarms" })).toEqual([alarms, composites, 0]);
    expect(countsOf(aMonitoredStage)).toEqual([alarms, composites, 1]);
  });

  test("outputs the topics of both severities and the dashboard's address", () => {
    const topic = (id: string) => expect.stringMatching(new RegExp(`^MonitoringTopics${id}`));

    expect(templateOf(aMonitoredStage).toJSON()["Outputs"]).toMatchObject({
      UrgentAlarmsTopicArn: { Value: { Ref: topic("Urgent") } },
      NextDayAlarmsTopicArn: { Value: { Ref: topic("NextDay") } },
      DashboardUrl: {
        Value:
          "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/test-main-telegram-bridge-eu-central-1",
      },
    });
  });

  test("at none is a warning where the stage is protected, and nowhere else", () => {
    const none = { ...protectedStage, monitoring: "none" };

    expect(warningsOf(none)).toEqual([
      expect.stringContaining('Set monitoring: "alarms" or "full" for stage "test"'),
    ]);
    expect([aStage, protectedStage].flatMap(warningsOf)).toEqual([]);
  });
});

describe("the budget of a bridge", () => {
  test("counts what has both of its tags, and mails the stage's address", () => {
    const template = templateOf({ ...protectedStage, monthlyBudgetUsd: 50 });

    template.hasResourceProperties("AWS::Budgets::Budget", {
      Budget: {
        BudgetType: "COST",
        TimeUnit: "MONTHLY",
        BudgetLimit: { Amount: 50, Unit: "USD" },
        Metrics: ["UnblendedCost"],
        FilterExpression: {
          And: [
            { Tags: { Key: "stage", Values: ["test"] } },
            { Tags: { Key: "bridge", Values: ["main"] } },
          ],
        },
        // CloudFormation replaces the budget when the address changes, and a name cannot be used twice.
        BudgetName: Match.absent(),
      },
      NotificationsWithSubscribers: [
        { type: "ACTUAL", threshold: 80 },
        { type: "FORECASTED", threshold: 100 },
      ].map(({ type, threshold }) => ({
        Notification: {
          NotificationType: type,
          Threshold: threshold,
          ThresholdType: "PERCENTAGE",
          ComparisonOperator: "GREATER_THAN",
        },
        Subscribers: [{ SubscriptionType: "EMAIL", Address: aRetainedStage.alarmEmail }],
      })),
    });
  });

  test.each([
    { of: "30 dollars in a protected stage", stage: protectedStage, amounts: [30] },
    { of: "none at 0 dollars", stage: { ...protectedStage, monthlyBudgetUsd: 0 }, amounts: [] },
    { of: "none without protection", stage: aRetainedStage, amounts: [] },
  ])("is by default or by setting: $of", ({ stage, amounts }) => {
    const budgets = resourcesOf(templateOf(stage), "AWS::Budgets::Budget");

    expect(
      budgets.map(
        ([, { Properties }]) =>
          (Properties["Budget"] as { BudgetLimit: { Amount: number } }).BudgetLimit.Amount,
      ),
    ).toEqual(amounts);
  });
});
