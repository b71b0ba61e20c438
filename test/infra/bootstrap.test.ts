import { expect, test } from "@jest/globals";
import { defaultQualifier, leastBootstrapVersion } from "../../cli/preflight/preflight.ts";
import { stacksOf, templateOf } from "./synthesize.ts";

test("preflight asks for the bootstrap version that the template asks for", () => {
  const { Parameters, Rules } = templateOf().toJSON() as {
    Parameters: { BootstrapVersion: { Default: string } };
    Rules: { CheckBootstrapVersion: { Assertions: readonly unknown[] } };
  };
  const refused = Array.from({ length: leastBootstrapVersion - 1 }, (_, index) => `${index + 1}`);

  expect(Parameters.BootstrapVersion.Default).toBe(`/cdk-bootstrap/${defaultQualifier}/version`);
  expect(Rules.CheckBootstrapVersion.Assertions).toEqual([
    expect.objectContaining({
      Assert: { "Fn::Not": [{ "Fn::Contains": [refused, { Ref: "BootstrapVersion" }] }] },
    }),
  ]);
});

test("preflight needs to look for the bootstrap stack in the stage's region only", () => {
  const regions = stacksOf().map(({ region }) => region);

  expect(new Set(regions)).toEqual(new Set(["eu-central-1"]));
});
