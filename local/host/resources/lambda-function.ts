import * as z from "zod";
import { arnOf, region } from "../aws/names.ts";
import { functionArnOf, generatedName, withLocalAddresses } from "./deployment.ts";
import type { CreateResource, Deployment } from "./deployment.ts";

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

const referenceProperties = z.object({ FunctionName: z.string() });
const aliasProperties = z.object({ Name: z.string() });

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
    variables: variablesOf(template.Environment?.Variables ?? {}, deployment),
    accessKeyId: `LOCAL${logicalId}`,
    region,
    awsEndpoint: deployment.awsEndpoint,
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** AWS::Lambda::Version: a name for the function itself, because the host runs only one version. */
export const createVersion: CreateResource = (resource, deployment) => {
  const qualifiedArn = qualified(resource.properties, "1", deployment);
  return { ref: qualifiedArn, attributes: { FunctionArn: qualifiedArn, Version: "1" } };
};

/** AWS::Lambda::Alias: another such name. */
export const createAlias: CreateResource = ({ properties }, deployment) => {
  const { Name } = aliasProperties.parse(properties);
  const qualifiedArn = qualified(properties, Name, deployment);
  return { ref: qualifiedArn, attributes: { AliasArn: qualifiedArn } };
};

function qualified(properties: unknown, qualifier: string, deployment: Deployment): string {
  const { FunctionName } = referenceProperties.parse(properties);
  const arn = functionArnOf(FunctionName, deployment);
  if (arn === undefined) throw new Error(`The template has no function ${FunctionName}.`);
  const qualifiedArn = `${arn}:${qualifier}`;
  deployment.functionsByQualifiedArn.set(qualifiedArn, arn);
  return qualifiedArn;
}

/** `TelegramWebhookFunction0A1B2C3D` becomes `telegram-webhook`. */
export function stemOf(logicalId: string): string {
  return logicalId
    .replace(/[0-9A-F]{8}$/, "")
    .replace(/(?<=.)Function$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

function variablesOf(
  template: Readonly<Record<string, string>>,
  deployment: Deployment,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [
      name,
      deployment.environment[name] ?? withLocalAddresses(value, deployment),
    ]),
  );
}
