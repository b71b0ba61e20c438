import { findResource, resourcesOf } from "./synthesize.ts";
import type { templateOf } from "./synthesize.ts";

type Template = ReturnType<typeof templateOf>;
export type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

export const listOf = <Item>(value: Item | Item[]): Item[] =>
  Array.isArray(value) ? value : [value];

/** `Fn::GetAtt`, `Ref` and joined references by logical id without CDK's hash. Other values stay unchanged. */
export function nameOf(resource: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = resource as { Ref?: string; "Fn::GetAtt"?: string[] };
  const joined = (resource as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1];
  if (joined !== undefined) {
    return joined.map((part) => (typeof part === "string" ? part : nameOf(part))).join("");
  }
  return (Ref ?? attribute?.[0] ?? JSON.stringify(resource)).replace(/[0-9A-F]{8}$/, "");
}

function statementsOf(roleId: string, from: Template): Statement[] {
  return resourcesOf(from, "AWS::IAM::Policy")
    .filter(([, { Properties }]) => JSON.stringify(Properties["Roles"]).includes(roleId))
    .flatMap(
      ([, { Properties }]) =>
        (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    );
}

/** Every right as `action on resource`, sorted, with `if` for a condition. */
export function rightsOf(id: string, from: Template): string[] {
  const [roleId] = findResource(from, "AWS::IAM::Role", `${id}Role`);
  return statementsOf(roleId, from)
    .flatMap((statement) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource).map((resource) => {
          const condition = statement.Condition ? ` if ${JSON.stringify(statement.Condition)}` : "";
          return `${action} on ${nameOf(resource)}${condition}`;
        }),
      ),
    )
    .toSorted();
}
