import * as z from "zod";
import { accountId, arnOf, region } from "../aws/names.ts";
import { isAllowed, policyDocument } from "../aws/access.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";
import { functionOf, generatedName, roleOf, withLocalAddresses } from "./deployment.ts";
import type { CreateResource, Deployment } from "./deployment.ts";

const roleProperties = z.object({
  RoleName: z.optional(z.string()),
  Policies: z._default(z.array(z.object({ PolicyDocument: policyDocument })), []),
});

const policyProperties = z.object({
  Roles: z._default(z.array(z.string()), []),
  PolicyDocument: policyDocument,
});

/** AWS::IAM::Role with its inline policies. AWS's managed policies and the trust policy are not read. */
export const createRole: CreateResource = ({ logicalId, properties }, deployment) => {
  const { RoleName, Policies } = roleProperties.parse(properties);
  const name = RoleName ?? generatedName(deployment.stackName, logicalId);
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  deployment.rolesByName.set(name, { name, statements });
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  return { ref: name, attributes: { Arn: arn, RoleId: name } };
};

/** AWS::IAM::Policy and ManagedPolicy: statements that the template attaches to its roles. */
export const createPolicy: CreateResource = ({ logicalId, properties }, deployment) => {
  const { Roles, PolicyDocument } = policyProperties.parse(properties);
  for (const name of Roles) {
    deployment.rolesByName.get(name)?.statements.push(...PolicyDocument.Statement);
  }
  return { ref: logicalId, attributes: { Id: logicalId } };
};

const functionProperties = z.object({
  FunctionName: z.optional(z.string()),
  Handler: z.string(),
  Runtime: z.string().check(z.regex(/^nodejs/, "only Node.js functions run on the laptop host")),
  Role: z.string(),
  Timeout: z._default(z.coerce.number(), 3),
  MemorySize: z._default(z.coerce.number(), 128),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.optional(
    z.object({ Variables: z._default(z.record(z.string(), z.coerce.string()), {}) }),
  ),
  LoggingConfig: z.optional(z.object({ LogFormat: z._default(z.enum(["JSON", "Text"]), "Text") })),
});

const qualifiedProperties = z.object({
  FunctionName: z.string(),
  Name: z._default(z.string(), ""),
});

/** AWS::Lambda::Function from the assembly's own asset: the bundle that `cdk deploy` would upload. */
export const createFunction: CreateResource = ({ logicalId, properties }, deployment) => {
  const template = functionProperties.parse(properties);
  const hash = template.Code.S3Key.replace(/\.[a-z]+$/, "");
  const taskRoot = deployment.assets.get(hash);
  if (taskRoot === undefined) {
    throw new Error(`The code of ${logicalId} (${template.Code.S3Key}) is not in the assembly.`);
  }
  const name = template.FunctionName ?? generatedName(deployment.stackName, logicalId);
  const arn = arnOf("lambda", `function:${name}`);
  deployment.functions.push({
    stem: stemOf(logicalId),
    name,
    arn,
    roleArn: template.Role,
    handler: template.Handler,
    runtime: template.Runtime,
    taskRoot,
    timeoutSeconds: template.Timeout,
    memoryMegabytes: template.MemorySize,
    logFormat: template.LoggingConfig?.LogFormat ?? "Text",
    variables: Object.fromEntries(
      Object.entries(template.Environment?.Variables ?? {}).map(([variable, value]) => [
        variable,
        deployment.environment[variable] ?? withLocalAddresses(value, deployment),
      ]),
    ),
    accessKeyId: `LOCAL${logicalId}`,
    region,
    awsEndpoint: deployment.awsEndpoint,
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** AWS::Lambda::Version: a name for the function itself, because the host runs only one version. */
export const createVersion: CreateResource = ({ properties }, deployment) => {
  const { FunctionName } = qualifiedProperties.parse(properties);
  const arn = `${functionOf(FunctionName, deployment).arn}:1`;
  return { ref: arn, attributes: { FunctionArn: arn, Version: "1" } };
};

/** AWS::Lambda::Alias: another such name. */
export const createAlias: CreateResource = ({ properties }, deployment) => {
  const { FunctionName, Name } = qualifiedProperties.parse(properties);
  const arn = `${functionOf(FunctionName, deployment).arn}:${Name}`;
  return { ref: arn, attributes: { AliasArn: arn } };
};

/** `TelegramWebhookFunction0A1B2C3D` becomes `telegram-webhook`. */
export function stemOf(logicalId: string): string {
  return logicalId
    .replace(/[0-9A-F]{8}$/, "")
    .replace(/(?<=.)Function$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z._default(z.coerce.number(), 10),
  Enabled: z._default(z.union([z.boolean(), z.stringbool()]), true),
  FilterCriteria: z.optional(z.undefined("event filters do not run on the laptop host")),
  FunctionResponseTypes: z._default(z.array(z.string()), []),
  ScalingConfig: z.optional(
    z.object({
      MaximumConcurrency: z.optional(
        z.coerce
          .number()
          .check(z.gte(2, "AWS takes 2 to 1000"), z.lte(1000, "AWS takes 2 to 1000")),
      ),
    }),
  ),
});

const neededActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
/** AWS starts with five concurrent batches and would add more. */
const defaultConcurrency = 5;

/**
 * AWS::Lambda::EventSourceMapping of a queue. Refuses the same mappings as AWS does at creation: a role
 * that may not read the queue, and a visibility timeout below the function's timeout.
 */
export const createEventSourceMapping: CreateResource = ({ logicalId, properties }, deployment) => {
  const mapping = mappingProperties.parse(properties);
  const definition = functionOf(mapping.FunctionName, deployment);
  const queue = deployment.queuesByArn.get(mapping.EventSourceArn);
  if (queue === undefined) {
    throw new Error(`The event source ${mapping.EventSourceArn} is not a queue of this stack.`);
  }
  refuseWhatAwsRefuses(mapping.EventSourceArn, queue.visibilitySeconds, definition, deployment);
  if (mapping.Enabled) {
    deployment.eventSources.push({
      queueArn: mapping.EventSourceArn,
      queueUrl: queue.url,
      functionArn: definition.arn,
      batchSize: mapping.BatchSize,
      maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency,
      reportsBatchItemFailures: mapping.FunctionResponseTypes.includes("ReportBatchItemFailures"),
      visibilitySeconds: queue.visibilitySeconds,
    });
  }
  return { ref: logicalId, attributes: { Id: logicalId } };
};

function refuseWhatAwsRefuses(
  queueArn: string,
  visibilitySeconds: number,
  definition: FunctionDefinition,
  deployment: Deployment,
): void {
  const { stem, timeoutSeconds } = definition;
  const isShortened = deployment.visibilityTimeoutSeconds !== undefined;
  if (visibilitySeconds < timeoutSeconds && !isShortened) {
    throw new Error(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than function timeout: ${timeoutSeconds} seconds (${stem}). AWS refuses this event source.`,
    );
  }
  const { statements } = roleOf(definition, deployment);
  for (const action of neededActions) {
    if (isAllowed(statements, action, queueArn)) continue;
    throw new Error(
      `The role of ${stem} does not have permission to call ${action} on ${queueArn}. AWS refuses this event source.`,
    );
  }
}

const rateOnly = "only rules with a rate, such as rate(1 minute), run on the laptop host";
const plainOnly = z.optional(z.undefined("targets get the plain event on the laptop host"));

const ruleProperties = z.object({
  Name: z.optional(z.string()),
  ScheduleExpression: z
    .string(rateOnly)
    .check(z.regex(/^rate\((?:1 (?:minute|hour)|\d+ (?:minute|hour)s)\)$/, rateOnly)),
  EventPattern: z.optional(z.undefined(rateOnly)),
  State: z._default(z.string(), "ENABLED"),
  Targets: z._default(
    z.array(
      z.object({
        Arn: z.string(),
        Input: plainOnly,
        InputPath: plainOnly,
        InputTransformer: plainOnly,
      }),
    ),
    [],
  ),
});

/** AWS::Events::Rule with a rate and with functions as targets. Refuses cron rules and patterns. */
export const createSchedule: CreateResource = ({ logicalId, properties }, deployment) => {
  const rule = ruleProperties.parse(properties);
  const name = rule.Name ?? generatedName(deployment.stackName, logicalId);
  const arn = arnOf("events", `rule/${name}`);
  const [, amount = "1", unit] = /(\d+) (minute|hour)/.exec(rule.ScheduleExpression) ?? [];
  const minutes = Number(amount) * (unit === "hour" ? 60 : 1);
  for (const target of rule.Targets) {
    const { arn: functionArn } = functionOf(target.Arn, deployment);
    if (rule.State === "DISABLED") continue;
    deployment.schedules.push({ ruleArn: arn, functionArn, minutes });
  }
  return { ref: name, attributes: { Arn: arn } };
};
