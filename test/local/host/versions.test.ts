import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aFunction, anApi, aRole, hostOf } from "./support.ts";
import type { TestHost } from "./support.ts";

const sdk = createRequire(import.meta.url);
const lambda = JSON.stringify(sdk.resolve("@aws-sdk/client-lambda"));
/**
 * Calls the function whose name is in the variable that the path names. Returns the call's result.
 */
const caller = `
import { LambdaClient, InvokeCommand } from ${lambda};
const client = new LambdaClient({ maxAttempts: 1 });
export const handler = async ({ rawPath }) => {
  const FunctionName = process.env[rawPath.slice(1)] ?? rawPath.slice(1);
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ greeting: "hello" }) }),
    );
    return { statusCode: 200, body: (FunctionError ?? "") + Buffer.from(Payload).toString() };
  } catch (error) {
    return { statusCode: 403, body: error.name };
  }
};`;
const callee = `
export const handler = async ({ greeting }) => {
  if (process.env.FAILS) throw new RangeError("no");
  return { heard: greeting };
};`;

const version = (FunctionName: object) => ({
  Type: "AWS::Lambda::Version",
  Properties: { FunctionName },
});
const alias = (functionId: string, versionId: string) => ({
  Type: "AWS::Lambda::Alias",
  Properties: {
    FunctionName: { Ref: functionId },
    FunctionVersion: { "Fn::GetAtt": [versionId, "Version"] },
    Name: "live",
  },
});
const api = anApi("CallerFunction", "GET /{name}");
const integration = api["Integration"] as { Properties: object };

describe("versions and aliases", () => {
  let host: TestHost;
  const get = async (name: string) => {
    const response = await fetch(`${host.url}/${name}`);
    return [response.status, await response.text()];
  };

  beforeAll(async () => {
    host = await hostOf(
      {
        Resources: {
          Role: aRole(),
          Calls: {
            Type: "AWS::IAM::Policy",
            Properties: {
              Roles: [{ Ref: "Role" }],
              PolicyDocument: {
                Statement: {
                  Effect: "Allow",
                  Action: "lambda:InvokeFunction",
                  Resource: [{ Ref: "CalleeVersion" }, { Ref: "FailingLive" }],
                },
              },
            },
          },
          CallerFunction: aFunction("caller", {
            Environment: {
              Variables: {
                VERSION: { Ref: "CalleeVersion" },
                FUNCTION: { "Fn::GetAtt": ["CalleeFunction", "Arn"] },
                FAILING: { Ref: "FailingLive" },
              },
            },
          }),
          CallerVersion: version({ Ref: "CallerFunction" }),
          CallerLive: alias("CallerFunction", "CallerVersion"),
          CalleeFunction: aFunction("callee"),
          CalleeVersion: version({ Ref: "CalleeFunction" }),
          FailingFunction: aFunction("callee", { Environment: { Variables: { FAILS: "yes" } } }),
          FailingVersion: version({ Ref: "FailingFunction" }),
          FailingLive: alias("FailingFunction", "FailingVersion"),
          ...api,
          Integration: {
            ...integration,
            Properties: { ...integration.Properties, IntegrationUri: { Ref: "CallerLive" } },
          },
        },
        Outputs: {
          Live: { Value: { Ref: "CallerLive" } },
          Version: { Value: { Ref: "CallerVersion" } },
        },
      },
      { caller, callee },
    );
  });
  afterAll(() => host.close());

  test("have ARNs of their own", () => {
    expect(host.outputs["Live"]).toMatch(/:function:CallerFunction-[0-9a-f]{12}:live$/);
    expect(host.outputs["Version"]).toMatch(/:function:CallerFunction-[0-9a-f]{12}:1$/);
  });

  test("let a route lead to an alias, and a function call another one's version", async () => {
    expect(await get("VERSION")).toEqual([200, '{"heard":"hello"}']);
  });

  test("keep the right to call the version separate from the right to call the function", async () => {
    expect(await get("FUNCTION")).toEqual([403, "AccessDeniedException"]);
  });

  test("return a failure of the called function as a normal answer to the call", async () => {
    expect(await get("FAILING")).toEqual([
      200,
      'Unhandled{"errorType":"RangeError","errorMessage":"no"}',
    ]);
  });
});

test("refuse at the start an alias of a function outside the stack", async () => {
  const Resources = {
    Role: aRole(),
    Live: {
      Type: "AWS::Lambda::Alias",
      Properties: { FunctionName: "another", FunctionVersion: "1", Name: "live" },
    },
  };

  await expect(hostOf({ Resources }, {})).rejects.toThrow(
    "Live (AWS::Lambda::Alias): The template has no function another.",
  );
});
