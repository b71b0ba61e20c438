import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { GithubAccessStack, githubAccessSettings } from "../../infra/github-access-stack.ts";
import { laptopStages } from "../../infra/laptop.ts";
import { stages } from "../../infra/stages.ts";
import { aBridge, aRetainedStage, aStage, stacksOf } from "./synthesize.ts";

const { domain } = aRetainedStage.bridges.main;
/** One with all that can be set. */
const aFullStage = {
  ...aRetainedStage,
  account: "111122223333",
  owner: "customer-care",
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
      },
    },
  },
};
/** As they are deployed first: a team protects its stages afterwards. */
const ownStages = Object.entries(stages).map(([name, stage]) => [
  name,
  { ...stage, protect: false },
]);
const kinds: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(ownStages),
  ...laptopStages,
  "one without data to keep": aStage,
  "one that keeps its data": aRetainedStage,
  "one with all that can be set": aFullStage,
};
const access = githubAccessSettings.parse({ repository: "acme/bridge", stages: "dev,prod" });
const stacks: readonly (readonly [kind: string, stack: Stack])[] = [
  ...Object.entries(kinds).flatMap(([kind, stage]) =>
    stacksOf(stage).map((stack) => [`${kind}/${stack.node.id}`, stack] as const),
  ),
  ["GitHub's access", new GithubAccessStack(new App(), "access", { access })],
];

/** Every kind of template that this repository can deploy, by a name for the test's title. */
export const everyTemplate = stacks.map(
  ([kind, stack]) => [kind, Template.fromStack(stack), stack] as const,
);
