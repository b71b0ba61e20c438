import { accountId, region } from "../aws/names.ts";
import { evaluate, noValue } from "./evaluate.ts";
import type { Scope } from "./evaluate.ts";
import type { Template } from "./template.ts";

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
