import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "@jest/globals";
import { GithubAccessStack, githubAccessSettings } from "../../infra/github-access-stack.ts";
import { findResource, resourcesOf } from "./synthesize.ts";

const settings = { repository: "acme/bridge", stages: "dev, prod" };

function templateOf(given: Record<string, string> = {}): Template {
  const access = githubAccessSettings.parse({ ...settings, ...given });
  return Template.fromStack(new GithubAccessStack(new App(), "access", { access }));
}

type Statement = { Action: string | string[]; Resource: unknown; Condition: unknown };

/** The principals and the rights of a role, by the role's name. */
function rolesOf(template: Template) {
  const policies = resourcesOf(template, "AWS::IAM::Policy");
  return Object.fromEntries(
    resourcesOf(template, "AWS::IAM::Role").map(([id, { Properties }]) => {
      const trust = Properties["AssumeRolePolicyDocument"] as { Statement: Statement[] };
      const own = policies.filter(([, each]) =>
        JSON.stringify(each.Properties["Roles"]).includes(id),
      );
      const rights = own.flatMap(
        ([, each]) => (each.Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
      );
      const others = [Properties["ManagedPolicyArns"], Properties["Policies"]];
      return [id.replace(/[0-9A-F]{8}$/, ""), { trust: trust.Statement, rights, others }] as const;
    }),
  );
}

const github = "token.actions.githubusercontent.com";
const trusting = (sub: string) => ({
  StringEquals: { [`${github}:aud`]: "sts.amazonaws.com", [`${github}:sub`]: sub },
});
const shown = (value: unknown) =>
  JSON.stringify(value)
    .replaceAll('{"Ref":"AWS::Partition"}', '"aws"')
    .replaceAll('{"Ref":"AWS::AccountId"}', '"123456789012"')
    .replaceAll('","', "");

describe("GitHub's access to an account", () => {
  test.each([
    ["DeployDev", 7200],
    ["DeployProd", 7200],
    ["Drift", 3600],
    ["PullRequest", 3600],
  ])("%s lasts for at most %d seconds", (name, seconds) => {
    const [, { Properties }] = findResource(templateOf(), "AWS::IAM::Role", name);

    expect(Properties["MaxSessionDuration"]).toBe(seconds);
  });

  const roles = rolesOf(templateOf());

  test.each([
    ["DeployDev", "repo:acme/bridge:environment:dev"],
    ["DeployProd", "repo:acme/bridge:environment:prod"],
    ["Drift", "repo:acme/bridge:ref:refs/heads/main"],
    ["PullRequest", "repo:acme/bridge:pull_request"],
  ])("%s is only for exactly %s", (name, sub) => {
    const [statement, ...more] = roles[name]?.trust ?? [];

    expect(statement?.Condition).toEqual(trusting(sub));
    expect(statement?.Action).toBe("sts:AssumeRoleWithWebIdentity");
    expect(more).toEqual([]);
  });

  test.each([
    ["DeployDev", "arn:aws:iam::123456789012:role/cdk-*"],
    ["DeployProd", "arn:aws:iam::123456789012:role/cdk-*"],
    ["Drift", "arn:aws:iam::123456789012:role/cdk-*-lookup-role-*"],
  ])("%s may only assume CDK's bootstrap roles", (name, resource) => {
    const role = roles[name];

    expect(role?.rights).toHaveLength(1);
    expect(role?.rights[0]?.Action).toBe("sts:AssumeRole");
    expect(shown(role?.rights[0]?.Resource)).toContain(resource);
    expect(role?.others).toEqual([undefined, undefined]);
  });

  test("a pull request reads the stages' templates, and cannot assume a role that reads messages", () => {
    const role = roles["PullRequest"];

    expect(role?.rights).toHaveLength(1);
    expect(role?.rights[0]?.Action).toEqual([
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
    ]);
    expect(shown(role?.rights[0]?.Resource)).toContain(":stack/dev-*-telegram-bridge/*");
    expect(role?.others).toEqual([undefined, undefined]);
  });

  test("there are no other roles", () => {
    expect(Object.keys(roles)).toEqual(["DeployDev", "DeployProd", "Drift", "PullRequest"]);
  });

  test("a repository with immutable subject claims has its ids in the name", () => {
    const [statement] =
      rolesOf(templateOf({ repository: "acme@12/bridge@345" }))["DeployDev"]?.trust ?? [];

    expect(statement?.Condition).toEqual(trusting("repo:acme@12/bridge@345:environment:dev"));
  });

  test("GitHub's provider is created, or reused if the account has it", () => {
    expect(resourcesOf(templateOf(), "AWS::IAM::OIDCProvider")).toHaveLength(1);
    const existing = templateOf({ provider: "existing" });

    expect(resourcesOf(existing, "AWS::IAM::OIDCProvider")).toEqual([]);
    expect(shown(rolesOf(existing)["DeployDev"]?.trust)).toContain(`oidc-provider/${github}`);
  });
});

describe("a setting of GitHub's access", () => {
  test.each([
    ["no repository", { repository: undefined }],
    ["a wildcard for the repository", { repository: "acme/*" }],
    ["no stage", { stages: "" }],
    ["a wildcard for the stage", { stages: "*" }],
    ["another provider", { provider: "some" }],
  ])("%s is refused", (_, wrong) => {
    expect(githubAccessSettings.safeParse({ ...settings, ...wrong }).success).toBe(false);
  });
});
