import * as z from "zod";
import { bridgeSettings } from "./bridge-settings.ts";
import { flag, keyArn, name, oneOf, region, wholeNumber } from "./fields.ts";
import { tags } from "./tags.ts";

const policyName = "expected the name of an IAM policy of the account, not its ARN";
const ownerExpected = "expected the name of a team, at most 64 letters, digits and _ . : / = + @ -";

/**
 * The retentions that CloudWatch Logs accepts.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

const monitoringLevels = ["none", "alarms", "full"] as const;

/** The parts of the monitoring that a stage has. */
export type MonitoringLevel = (typeof monitoringLevels)[number];

/** The settings of a stage by their names. The descriptions become docs/settings.md. */
const stageFields = z.strictObject({
  account: z
    .string("expected an AWS account number in quotes")
    .regex(/^[0-9]{12}$/, "expected the twelve digits of an AWS account")
    .exactOptional()
    .meta({
      description:
        "The AWS account of the stage. `cdk deploy` then refuses credentials of another account.",
      examples: ["111122223333"],
      whenOmitted: "the account of the credentials that `cdk deploy` uses",
    }),
  region: region.meta({
    description:
      "The AWS region of the stage. An opt-in region must be enabled in the account first.",
    examples: ["eu-central-1"],
  }),
  retainData: flag.meta({
    description:
      "Keeps data when a person deletes a stack or a deployment replaces a resource. Write `true` for every stage with customers.",
    examples: [false],
  }),
  protect: flag.default(false).meta({
    description:
      "Makes AWS refuse to delete stacks and tables. Write `true` for a stage with customers from the second deployment on: a failed first deployment can be repeated only while AWS may delete its resources ([docs/rollout.md](rollout.md#the-first-deployment)).",
    examples: [false],
  }),
  alarmEmail: z
    .email("expected an e-mail address")
    .exactOptional()
    .meta({
      description:
        "Alarms go to this address after its owner has confirmed AWS's e-mail. Required for a stage with customers.",
      examples: ["bridge-alarms@example.com"],
      whenOmitted: "alarms go to no address",
    }),
  monitoring: oneOf(monitoringLevels)
    .exactOptional()
    .meta({
      description:
        'With "full", a bridge has all alarms and a dashboard; with "alarms", no dashboard; with "none", only the alarms that roll a bad release back, which call no person.',
      examples: ["alarms"],
      whenOmitted: '"full" with `alarmEmail`, otherwise "none"',
    }),
  alarmKeyArn: keyArn.exactOptional().meta({
    description:
      "Your own KMS key, which encrypts the topics of the alarms. Its policy must let CloudWatch publish, or no alarm arrives ([docs/going-live.md](going-live.md#your-own-key-for-the-topics)).",
    examples: ["arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003"],
    whenOmitted: "the topics are not encrypted",
  }),
  monthlyBudgetUsd: wholeNumber(0, 1_000_000, " of US dollars")
    .default(30)
    .meta({
      description:
        "A monthly budget for each bridge of a stage with `protect`, in US dollars. AWS writes to `alarmEmail` at 80 % of it and when the forecast exceeds it, once the tags are active ([docs/going-live.md](going-live.md#a-budget-for-each-bridge)). Write 0 for no budget.",
      examples: [50],
    }),
  mediaDays: wholeNumber(8, 3650, " of days")
    .default(365)
    .meta({
      description:
        "amoCRM can fetch a customer's file for this many days. The bridge stores a customer's picture again once a week.",
      examples: [730],
    }),
  logDays: z
    .literal(logDays, `expected a number of days that CloudWatch accepts: ${logDays.join(", ")}`)
    .exactOptional()
    .meta({
      description: "Logs stay for this many days.",
      examples: [180],
      whenOmitted: "90 where the stage retains data, otherwise 30",
    }),
  logAccepted: flag.default(false).meta({
    description:
      "Logs also every accepted webhook, not only unusual ones. It costs about ten more cents per million messages. The bridge always logs sent, deferred and parked messages.",
    examples: [true],
  }),
  owner: z
    .string(ownerExpected)
    .regex(/^[\p{L}\p{N} _.:/=+@-]{1,64}$/u, ownerExpected)
    .exactOptional()
    .meta({
      description:
        "The team that is responsible for the stage. It becomes the tag `owner` on every resource that can have tags.",
      examples: ["customer-care"],
      whenOmitted: "no tag `owner`",
    }),
  tags: tags.prefault({}).meta({
    description:
      "Your company's own tags, such as a cost center. Every resource that can have tags gets them, beside the bridge's own `service`, `stage`, `bridge`, `owner` and `data-class`. At most 45.",
    examples: [{ CostCenter: "4711", "acme:team": "Customer care" }],
  }),
  permissionsBoundary: z
    .string(policyName)
    .regex(/^[\w+=,.@-]{1,128}$/, policyName)
    .exactOptional()
    .meta({
      description:
        "The name of an IAM policy of the account that limits every role of the stage, even if the role allows more.",
      examples: ["bridge-limit"],
      whenOmitted: "roles have no boundary",
    }),
  lambdaQuota: wholeNumber(10, 1_000_000)
    .default(1000)
    .meta({
      description:
        "Concurrent executions that Lambda grants the account in this region. New accounts may have 10.",
      examples: [100],
    }),
  bridges: z
    .record(name, bridgeSettings, "expected bridges by name")
    .refine(hasEntries, { error: "expected at least one bridge", params: { isEmpty: true } })
    .meta({
      exampleName: "main",
      description:
        "The bridges of the stage by name: one for each bot and amoCRM account. A name has at most 24 lower-case letters, digits and hyphens.",
    }),
});

const stageSettings = stageFields.transform(({ logDays, monitoring, ...stage }) => ({
  ...stage,
  logDays: logDays ?? (stage.retainData ? 90 : 30),
  monitoring: monitoring ?? (stage.alarmEmail === undefined ? "none" : "full"),
}));

/** All stages of an installation by name. */
export const allStages = z
  .record(name, stageSettings, "expected stages by name")
  .refine(hasEntries, { error: "expected at least one stage", params: { isEmpty: true } })
  .meta({ exampleName: "dev" });

/** One environment: its account and region, whether its data outlives it, and its bridges. */
export type StageSettings = z.output<typeof stageSettings>;
/** The same as a team writes it, with defaults left out. */
export type StageInput = z.input<typeof stageSettings>;

function hasEntries(record: object): boolean {
  return Object.keys(record).length > 0;
}
