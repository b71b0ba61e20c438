import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { findStack } from "../../local/host/assembly.ts";

type Template = { Resources: Record<string, { Type: string } & Record<string, unknown>> };

const assembly = process.env["BRIDGE_TEST_ASSEMBLY"] ?? "";
const folder = mkdtempSync(join(tmpdir(), "bridge-diff-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the gate on what would be deployed now. `change` alters the deployed template first. */
function gate(change: (deployed: Template) => void, ...options: string[]) {
  const { assemblyDirectory, templateFile } = findStack(assembly, "laptop");
  const text = readFileSync(join(assemblyDirectory, templateFile), "utf8");
  const deployed = JSON.parse(text) as Template;
  change(deployed);
  const file = join(folder, "deployed.json");
  writeFileSync(file, JSON.stringify(deployed));
  return run("laptop/main", ...options, "--", "--app", assembly, "--template", file);
}

function run(...args: string[]) {
  return runWith({}, args);
}

function runWith(variables: Record<string, string>, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["infra/diff-gate.ts", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...variables },
  });
  return { status, output: `${stdout}\n${stderr}` };
}

/** The deployed resource has another id, so the deployment would create a new one. */
function rename({ Resources }: Template, id: RegExp): string {
  const [found] = Object.entries(Resources).filter(([logicalId]) => id.test(logicalId));
  if (found === undefined) throw new Error(`the stack has no ${id.source}`);
  delete Resources[found[0]];
  Resources[`Former${found[0]}`] = found[1];
  return `Former${found[0]}`;
}

const version = { Type: "AWS::Lambda::Version", Properties: { FunctionName: "any" } };
/** Changes the ids everywhere, and adds a resource that no other resource refers to. */
function withFormerVersions(deployed: Template): void {
  let text = JSON.stringify(deployed.Resources);
  for (const [id, { Type }] of Object.entries(deployed.Resources)) {
    if (Type === version.Type) text = text.replaceAll(`"${id}"`, `"Former${id}"`);
  }
  deployed.Resources = { ...(JSON.parse(text) as Template["Resources"]), FormerVersion: version };
}
const isFunction = ({ Type }: { Type: string }) => Type === "AWS::Lambda::Function";

describe("the planned deployment, compared with the deployed stack", () => {
  test("nothing changed: passes", () => {
    expect(gate(() => undefined).status).toBe(0);
  });

  test("new code, and an old version is removed: passes", () => {
    const { status, output } = gate((deployed) => {
      for (const each of Object.values(deployed.Resources).filter(isFunction)) {
        (each["Properties"] as { Code: { S3Key: string } }).Code.S3Key = `${"0".repeat(64)}.zip`;
      }
      withFormerVersions(deployed);
    });

    expect(output).toContain("AWS::Lambda::Version FormerVersion will be destroyed");
    expect(status).toBe(0);
  });

  test.each([
    ["a queue, with all its waiting messages", /^ToTelegramQueue[0-9A-F]{8}$/, "AWS::SQS::Queue"],
    ["a table", /^TablesDeliveries/, "AWS::DynamoDB"],
    ["a secret", /^SecretsAmocrmChannel/, "AWS::SecretsManager::Secret"],
  ])("%s under another id: fails and names it", (_, id, type) => {
    let former = "";
    const { status, output } = gate((deployed) => {
      former = rename(deployed, id);
      deployed.Resources["FormerVersion"] = version;
    });

    expect(status).toBe(1);
    expect(output).toMatch(new RegExp(`diff-gate: ${type}\\S* ${former} would be lost`));
    expect(output).not.toContain("diff-gate: AWS::Lambda::Version");
  });

  test("passes a loss that was accepted by its id, and does not pass another loss with it", () => {
    let accepted = "";
    const renameOne = (deployed: Template) => {
      accepted = rename(deployed, /^ToTelegramQueue[0-9A-F]{8}$/);
    };
    gate(renameOne);

    expect(gate(renameOne, "--accept", accepted).status).toBe(0);
    const both = gate(
      (deployed) => {
        renameOne(deployed);
        rename(deployed, /^ToAmocrmQueue[0-9A-F]{8}$/);
      },
      "--accept",
      accepted,
    );
    expect(both.status).toBe(1);
  });
});

describe("cases that cannot be compared", () => {
  test("the stack does not exist: fails", () => {
    expect(run("nowhere/*", "--", "--app", assembly, "--method=template").status).toBe(1);
  });

  test.each(["true", "false"])("no AWS credentials, CI=%s: prints once what to do", (ci) => {
    const args = ["laptop/main", "--", "--app", assembly, "--profile=nobody"];
    const { status, output } = runWith({ CI: ci }, args);

    expect(status).toBe(1);
    expect(output.match(/credentials|resolve AWS account/g)).toHaveLength(1);
    expect(output).toContain("diff-gate: there are no usable AWS credentials: sign in");
  });

  test("no stack name: prints the usage", () => {
    const { status, output } = run("--accept", "Some");

    expect(status).toBe(2);
    expect(output).toContain("Usage: npm run diff-gate");
  });
});
