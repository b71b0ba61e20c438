import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { accountId, region } from "../aws/names.ts";

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

/** The values that intrinsic functions read. */
export type Scope = {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  readonly mappings: Readonly<Record<string, unknown>>;
};

/** Marks a property that `AWS::NoValue` removes. */
export const noValue = Symbol("AWS::NoValue");

type Evaluate = (argument: unknown) => unknown;
type Intrinsic = (argument: unknown, evaluate: Evaluate, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, _evaluate, scope) => scope.ref(String(name)),
  "Fn::GetAtt": (argument, evaluate, scope) => {
    const [logicalId, ...path] = Array.isArray(argument)
      ? argument.map((part) => String(evaluate(part)))
      : String(argument).split(".");
    return scope.attribute(logicalId ?? "", path.join("."));
  },
  "Fn::Sub": (argument, evaluate, scope) => {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    const own = evaluate(names) as Readonly<Record<string, unknown>>;
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, escape: string, name: string) => {
      if (escape === "!") return `\${${name}}`;
      if (Object.hasOwn(own, name)) return String(own[name]);
      const [logicalId = "", ...path] = name.trim().split(".");
      return String(
        path.length === 0 ? scope.ref(logicalId) : scope.attribute(logicalId, path.join(".")),
      );
    });
  },
  "Fn::Join": (argument, evaluate) => {
    const [separator, parts] = list(argument);
    return list(evaluate(parts)).join(String(separator));
  },
  "Fn::Select": (argument, evaluate) => {
    const [index, values] = list(argument);
    return list(evaluate(values))[Number(evaluate(index))];
  },
  "Fn::Split": (argument, evaluate) => {
    const [separator, text] = list(argument);
    return String(evaluate(text)).split(String(separator));
  },
  "Fn::If": (argument, evaluate, scope) => {
    const [name, whenTrue, whenFalse] = list(argument);
    return evaluate(scope.condition(String(name)) ? whenTrue : whenFalse);
  },
  "Fn::Equals": (argument, evaluate) => {
    const [left, right] = list(argument).map(evaluate);
    return String(left) === String(right);
  },
  "Fn::Not": (argument, evaluate) => evaluate(list(argument)[0]) !== true,
  "Fn::And": (argument, evaluate) => list(argument).every((part) => evaluate(part) === true),
  "Fn::Or": (argument, evaluate) => list(argument).some((part) => evaluate(part) === true),
  "Fn::FindInMap": (argument, evaluate, scope) => {
    const path = list(argument).slice(0, 3).map(evaluate).map(String);
    const found = path.reduce<unknown>((map, key) => field(map, key), scope.mappings);
    if (found === undefined) throw new Error(`No mapping ${path.join(".")} in the template.`);
    return found;
  },
  "Fn::Base64": (argument, evaluate) => Buffer.from(String(evaluate(argument))).toString("base64"),
};

/**
 * Resolves every intrinsic function in a value, and leaves the rest unchanged. Not CloudFormation: it
 * refuses imports from other stacks, macros and transforms with a sentence.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((part) => evaluate(part, scope)).filter((part) => part !== noValue);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    const intrinsic = intrinsics[name];
    if (intrinsic !== undefined) {
      return intrinsic(argument, (part) => evaluate(part, scope), scope);
    }
    if (name === "Condition" && typeof argument === "string") return scope.condition(argument);
    if (name.startsWith("Fn::")) {
      throw new Error(`The laptop host does not know the intrinsic function ${name}.`);
    }
  }
  return Object.fromEntries(
    entries
      .map(([name, part]) => [name, evaluate(part, scope)] as const)
      .filter(([, part]) => part !== noValue),
  );
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`An intrinsic function expected a list, got ${typeof value}.`);
}

function field(map: unknown, key: string): unknown {
  return typeof map === "object" && map !== null
    ? (map as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
