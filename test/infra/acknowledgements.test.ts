import { describe, expect, test } from "@jest/globals";
import { CfnMetricFilter } from "aws-cdk-lib/aws-logs";
import { CfnResource, Stack, Stage } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { aBridge, anApp, aRetainedStage, aStage } from "./synthesize.ts";

const { domain } = aRetainedStage.bridges.main;
const mediaDomain = {
  host: "files.example.com",
  certificateArn: domain.certificateArn.replace("eu-central-1", "us-east-1"),
};
const zone = { id: "Z0123456789EXAMPLE", name: "example.com" };
/** A stage with every setting that adds or changes a resource, and a stage with none. */
const variants = [
  { variant: "a plain stage", stage: aStage },
  {
    variant: "a stage with all settings",
    stage: {
      ...aRetainedStage,
      protect: true,
      alarmKeyArn: `arn:aws:kms:eu-central-1:111122223333:key/${"0".repeat(36)}`,
      permissionsBoundary: "bridge-limit",
      bridges: {
        main: {
          ...aBridge,
          handOff: "on-request",
          mediaDomain,
          domain: { ...domain, hostedZone: zone },
        },
      },
    },
  },
];

type Acknowledgement = { readonly at: IConstruct; readonly id: string; readonly reason: string };

function acknowledgementsOf(stage: unknown): Acknowledgement[] {
  const { app } = anApp(stage);
  return app.node.findAll().flatMap((at) =>
    at.node.metadata
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          at,
          id,
          reason,
        })),
      ),
  );
}

describe.each(variants)("in $variant", ({ stage }) => {
  test("the security packs have no unacknowledged finding", () => {
    const { app } = anApp(stage);

    for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
      expect(pack.validateScope(app).violations).toEqual([]);
    }
  });

  test("no acknowledgement covers a whole stack, stage or app", () => {
    const wide = acknowledgementsOf(stage).filter(
      ({ at }) => Stack.isStack(at) || Stage.isStage(at),
    );

    expect(wide.map(({ at, id }) => `${id} at ${at.node.path}`)).toEqual([]);
  });

  test("every acknowledgement has a reason, in a sentence", () => {
    const found = acknowledgementsOf(stage);

    expect(found.length).toBeGreaterThan(10);
    for (const { reason } of found) expect(reason).toMatch(/^[A-Za-z].{30,}\.$/s);
  });

  test("every acknowledgement covers one resource, or one function with its parts", () => {
    // No rule checks filters over a function's log lines.
    const resourcesBelow = ({ at }: Acknowledgement) =>
      at.node
        .findAll()
        .filter((each) => CfnResource.isCfnResource(each) && !(each instanceof CfnMetricFilter))
        .length;

    for (const each of acknowledgementsOf(stage)) {
      expect(resourcesBelow(each)).toBeGreaterThan(0);
      expect(resourcesBelow(each)).toBeLessThanOrEqual(6);
    }
  });
});
