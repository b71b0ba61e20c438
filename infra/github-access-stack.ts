import { Aws, CfnOutput, Duration, Stack, type StackProps, Validations } from "aws-cdk-lib";
import {
  OidcProviderNative,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import * as z from "zod";

const host = "token.actions.githubusercontent.com";

const list = (text: string) => text.split(",").map((each) => each.trim());

/** The settings that `cdk deploy` gets with `-c name=value`. See docs/rollout.md. */
export const githubAccessSettings = z.strictObject({
  /**
   * The name in GitHub's tokens. Repositories made since July 2026 have immutable names with ids.
   * @see https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
   */
  repository: z
    .string("expected the repository, such as -c repository=acme/bridge")
    .regex(
      /^[\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?$/,
      "expected owner/name, or owner@id/name@id where the repository has immutable subject claims",
    ),
  /** The stages of this AWS account. Each stage is an environment of the same name at GitHub. */
  stages: z
    .string("expected the stages of this account, such as -c stages=dev,staging")
    .transform(list)
    .pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, "expected names of stages")).min(1)),
  /** An account can have GitHub's provider only once. */
  provider: z
    .enum(["new", "existing"], "expected provider=new or provider=existing")
    .default("new"),
});
/** Which repository may deploy which stages of this account. */
export type GithubAccessSettings = z.output<typeof githubAccessSettings>;

/**
 * Lets GitHub's workflows into an AWS account without a stored key, each with the least rights: a
 * deployment assumes CDK's own bootstrap roles, a pull request reads templates, and the nightly drift
 * check reads what CDK's lookup role may read.
 */
export class GithubAccessStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly access: GithubAccessSettings },
  ) {
    super(scope, id, props);
    const { repository, stages, provider } = props.access;
    const providerArn =
      provider === "existing"
        ? `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/${host}`
        : new OidcProviderNative(this, "Provider", {
            url: `https://${host}`,
            clientIds: ["sts.amazonaws.com"],
          }).oidcProviderArn;
    const roleFor = (name: string, claim: string, description: string, hours = 1) => {
      const conditions = {
        StringEquals: {
          [`${host}:aud`]: "sts.amazonaws.com",
          [`${host}:sub`]: `repo:${repository}:${claim}`,
        },
      };
      const role = new Role(this, name, {
        assumedBy: new WebIdentityPrincipal(providerArn, conditions),
        description,
        maxSessionDuration: Duration.hours(hours),
      });
      new CfnOutput(this, `${name}Arn`, { value: role.roleArn }).overrideLogicalId(`${name}Arn`);
      return role;
    };

    for (const stage of stages) {
      const role = roleFor(
        `Deploy${pascal(stage)}`,
        `environment:${stage}`,
        `Deploys stage ${stage} from ${repository}`,
        // As long as `deploy-stage.yml` asks for: the canaries of several bridges take more than one hour.
        2,
      );
      allow(role, ["sts:AssumeRole"], [bootstrapRole("*")]);
    }
    const night = roleFor("Drift", "ref:refs/heads/main", "Checks every night for drift");
    allow(night, ["sts:AssumeRole"], [bootstrapRole("*-lookup-role-*")]);
    // Not the lookup role: it could read customers' messages, and a pull request runs code that no
    // person has reviewed.
    const reader = roleFor(
      "PullRequest",
      "pull_request",
      "Compares templates with the deployed stacks",
    );
    allow(
      reader,
      ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
      stages.map(
        (stage) =>
          `arn:${Aws.PARTITION}:cloudformation:*:${Aws.ACCOUNT_ID}:stack/${stage}-*-telegram-bridge/*`,
      ),
    );
  }
}

function bootstrapRole(name: string): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-${name}`;
}

function allow(role: Role, actions: string[], resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ actions, resources }));
  for (const resource of resources) {
    const shown = resource
      .replace(Aws.PARTITION, "<AWS::Partition>")
      .replace(Aws.ACCOUNT_ID, "<AWS::AccountId>");
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${shown}]`,
      reason:
        "The name ends in what bootstrapping and CloudFormation choose: region, a stack's id.",
    });
  }
}

function pascal(stage: string): string {
  return stage.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
