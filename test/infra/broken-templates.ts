import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { guardRules } from "../../infra/policy/guard-rules.ts";
import { aBridge, aRetainedStage, templateOf } from "./synthesize.ts";

type Json = Record<string, unknown>;
/** The parts of a template that tests break. */
type Properties = {
  Environment: { Variables: Json };
  PolicyDocument: { Statement: object[] };
  PublicAccessBlockConfiguration?: Json;
  Tags: { Value: string }[];
  [another: string]: unknown;
};
type Resource = { Type: string; Properties: Properties };
export type Template = { Resources: Record<string, Resource>; Outputs: Json; Parameters: Json };

const { domain } = aRetainedStage.bridges.main;
export const good = templateOf({
  ...aRetainedStage,
  permissionsBoundary: "bridge-limit",
  bridges: { main: { ...aBridge, domain, handOff: "on-request" } },
}).toJSON() as Template;
const plugin = guardRules();

/** The names of our rules that a template violates. */
function brokenRules(template: Template): string[] {
  const folder = mkdtempSync(join(tmpdir(), "guard-"));
  const templatePath = join(folder, "stack.template.json");
  writeFileSync(templatePath, JSON.stringify(template));
  const stack = { stackConstructPath: "test/main", templatePath, region: "eu-central-1" };
  const report = plugin.validate({
    stackTemplates: [stack],
    templatePaths: [templatePath],
  } as unknown as Parameters<typeof plugin.validate>[0]);
  rmSync(folder, { recursive: true });
  const names = report.violations.map(({ ruleName }) => ruleName);
  // CDK's rules have names of a letter and a number.
  return [...new Set(names)].filter((name) => !/^[A-Z][0-9]+$/.test(name));
}

/** The rules that our template violates. Run here once because the engine takes seconds to start. */
export const brokenByGood: readonly string[] = brokenRules(good);

/** The rules that our template violates after a change. The engine gets only the changed resources. */
export function brokenBy(change: (template: Template) => unknown): string[] {
  const template = structuredClone(good);
  change(template);
  const changed = Object.entries(template.Resources).filter(
    ([id, resource]) => !isDeepStrictEqual(resource, good.Resources[id]),
  );
  return brokenRules({ ...template, Resources: Object.fromEntries(changed) });
}

export function propertiesOf(template: Template, type: string, id: string): Properties {
  const found = Object.entries(template.Resources).find(
    ([logicalId, each]) => each.Type === type && logicalId.startsWith(id),
  );
  if (found === undefined) throw new Error(`The template has no ${type} called ${id}.`);
  return found[1].Properties;
}
export const statementsOf = (template: Template, role: string): object[] =>
  propertiesOf(template, "AWS::IAM::Policy", role).PolicyDocument.Statement;
export const anArn = { "Fn::GetAtt": ["TablesDeliveries21CE5B69", "Arn"] };
