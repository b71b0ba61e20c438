import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { accountId, region } from "../aws/names.ts";
import { evaluate, noValue } from "./evaluate.ts";
import type { Scope } from "./evaluate.ts";

const resource = z.object({
  Type: z.string(),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Condition: z.optional(z.string()),
  Metadata: z.optional(z.record(z.string(), z.unknown())),
});

const template = z.object({
  Parameters: z._default(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) })), {}),
  Mappings: z._default(z.record(z.string(), z.unknown()), {}),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
  Resources: z.record(z.string(), resource),
  Outputs: z._default(
    z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.optional(z.string()) })),
    {},
  ),
});

/** A CloudFormation template as `cdk synth` writes it. */
export type Template = z.output<typeof template>;

/** Reads a template. It does not resolve anything yet. */
export async function readTemplate(
  assemblyDirectory: string,
  templateFile: string,
): Promise<Template> {
  const text = await readFile(join(assemblyDirectory, templateFile), "utf8");
  return template.parse(JSON.parse(text));
}

/** Logical ids of resources, each after all resources that it refers to or depends on. */
export function creationOrder(resources: Template["Resources"]): readonly string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources[logicalId];
    if (resource === undefined || ordered.has(logicalId)) return;
    if (path.includes(logicalId)) {
      throw new Error(`Circular dependency: ${[...path, logicalId].join(" -> ")}.`);
    }
    const dependencies = [resource.DependsOn ?? [], [...references(resource.Properties)]].flat();
    for (const dependency of dependencies) visit(dependency, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return [...ordered];
}

/** Every name that a value mentions by Ref, Fn::GetAtt or Fn::Sub. */
export function references(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const search = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(search);
    if (typeof part !== "object" || part === null) return;
    for (const [name, argument] of Object.entries(part)) {
      if (name === "Ref" && typeof argument === "string") found.add(argument);
      if (name === "Fn::GetAtt") {
        const first: unknown = Array.isArray(argument) ? argument[0] : argument;
        found.add(String(first).split(".")[0] ?? "");
      }
      if (name === "Fn::Sub") {
        const text: unknown = Array.isArray(argument) ? argument[0] : argument;
        for (const [, id = ""] of String(text).matchAll(/\$\{([A-Za-z0-9:]+)/g)) found.add(id);
      }
      search(argument);
    }
  };
  search(value);
  return found;
}

/** The answers of a created resource to Ref and Fn::GetAtt. */
export type Created = {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
};

/**
 * The scope of one stack: pseudo parameters, parameters by their defaults, conditions, and the
 * resources created so far.
 */
export function stackScope(
  template: Template,
  stackName: string,
  created: ReadonlyMap<string, Created>,
): Scope {
  const pseudoParameters: Readonly<Record<string, unknown>> = {
    "AWS::AccountId": accountId,
    "AWS::Region": region,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stackName,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
    "AWS::NotificationARNs": [],
    "AWS::NoValue": noValue,
  };
  const find = (logicalId: string): Created => {
    const resource = created.get(logicalId);
    if (resource !== undefined) return resource;
    throw new Error(`The template refers to ${logicalId}, which it does not create.`);
  };
  const scope: Scope = {
    mappings: template.Mappings,
    ref(logicalId) {
      if (Object.hasOwn(pseudoParameters, logicalId)) return pseudoParameters[logicalId];
      const parameter = template.Parameters[logicalId];
      if (parameter === undefined) return find(logicalId).ref;
      if (parameter.Default !== undefined) return parameter.Default;
      throw new Error(`The template's parameter ${logicalId} has no default value.`);
    },
    attribute(logicalId, name) {
      const value = find(logicalId).attributes?.[name];
      if (value !== undefined) return value;
      throw new Error(`The laptop host does not know the attribute ${name} of ${logicalId}.`);
    },
    condition(name) {
      if (Object.hasOwn(template.Conditions, name)) {
        return evaluate(template.Conditions[name], scope) === true;
      }
      throw new Error(`The template has no condition ${name}.`);
    },
  };
  return scope;
}
