import type { Template } from "./template.ts";

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
