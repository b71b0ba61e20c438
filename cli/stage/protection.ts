import { howToDeploy } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** The parts of a bridge that AWS would delete, and the fix. Undefined where everything is protected. */
export function missingProtection(
  stage: Stage,
): { readonly says: string; readonly fix: string } | undefined {
  const { protection, name } = stage;
  if (protection === undefined) return undefined;
  const open = [
    ...(protection.stack ? [] : ["the stack"]),
    ...(protection.tables === false ? ["its tables"] : []),
  ];
  if (open.length === 0) return undefined;
  return {
    says: `AWS does not refuse to delete ${open.join(" and ")}`,
    fix: `set protect: true for stage "${name}" in infra/stages.ts and deploy again: ${howToDeploy(stage)}`,
  };
}
