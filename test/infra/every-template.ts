import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { GithubAccessStack, githubAccessSettings } from "../../infra/github-access-stack.ts";
import { laptopStages } from "../../infra/laptop.ts";
import { stages } from "../../infra/stages.ts";
import { aBridge, aRetainedStage, aStage, stacksOf } from "./synthesize.ts";

const { domain } = aRetainedStage.bridges.main;
/** A stage with all settings. */
const aFullStage = {
  ...aRetainedStage,
  account: "111122223333",
  owner: "customer-care",
  tags: { CostCenter: "4711" },
  alarmKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003",
  bridges: {
    main: {
      ...aBridge,
      handOff: "on-request",
      domain: {
        ...domain,
        hostedZone: { id: "Z0123456789EXAMPLE", name: "example.com" },
      },
      mediaDomain: {
        host: "files.example.com",
        certificateArn: domain.certificateArn.replace("eu-central-1", "us-east-1"),
        hostedZone: { id: "Z0123456789EXAMPLE", name: "example.com" },
      },
    },
  },
};
/** The stages of a first deployment. A team protects its stages later. */
const ownStages = Object.entries(stages).map(([name, stage]) => [
  name,
  { ...stage, protect: false },
]);
const kinds: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(ownStages),
  ...laptopStages,
  "a stage without retained data": aStage,
  "a stage that retains its data": aRetainedStage,
  "a stage with all settings": aFullStage,
};
const access = githubAccessSettings.parse({ repository: "acme/bridge", stages: "dev,prod" });
const stacks: readonly (readonly [kind: string, stack: Stack])[] = [
  ...Object.entries(kinds).flatMap(([kind, stage]) =>
    stacksOf(stage).map((stack) => [`${kind}/${stack.node.id}`, stack] as const),
  ),
  ["GitHub's access", new GithubAccessStack(new App(), "access", { access })],
];

/** Every kind of template that this repository can deploy, with a name for the test's title. */
export const everyTemplate = stacks.map(
  ([kind, stack]) => [kind, Template.fromStack(stack), stack] as const,
);
