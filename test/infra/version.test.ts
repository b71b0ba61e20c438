import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { versionOf } from "../../infra/version.ts";
import { templateOf } from "./synthesize.ts";

const files = {
  "package.json": JSON.stringify({ version: "1.2.3" }),
  "package-lock.json": "{}",
  "infra/constructs/bridge-function.ts": "bundle();\n",
  "lambdas/functions/one.ts": "one();\ntwo();\n",
  "lambdas/delivery/two.ts": "two();\n",
  "docs/one.md": "# One\n",
};
let folder: string;
let version: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "version-"));
  for (const [path, text] of Object.entries(files)) write(path, text);
  version = versionOf(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the version of a checkout", () => {
  test("is the package's version with a hash of the sources", () => {
    expect(version).toMatch(/^1\.2\.3\+[0-9a-f]{12}$/);
  });

  test("is the same in every directory", () => {
    const foreign = mkdtempSync(join(tmpdir(), "version-elsewhere-"));
    cpSync(folder, foreign, { recursive: true });

    expect(versionOf(foreign)).toBe(version);
    rmSync(foreign, { recursive: true });
  });

  test.each([
    { change: "a source", path: "lambdas/delivery/two.ts", text: "three();\n" },
    { change: "a new source", path: "lambdas/delivery/three.ts", text: "" },
    { change: "a library", path: "package-lock.json", text: '{"a":1}' },
    { change: "the bundling", path: "infra/constructs/bridge-function.ts", text: "" },
  ])("changes after a change of $change", ({ path, text }) => {
    write(path, text);

    expect(versionOf(folder)).not.toBe(version);
  });

  test.each([
    { change: "a document", path: "docs/one.md", text: "# Two\n" },
    { change: "line endings", path: "lambdas/delivery/two.ts", text: "two();\r\n" },
  ])("stays the same after a change of $change", ({ path, text }) => {
    write(path, text);

    expect(versionOf(folder)).toBe(version);
  });

  test("is an output of every stack, independent of the stage", () => {
    const { version: ours } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { version: string };
    const output = templateOf().toJSON()["Outputs"]["Version"].Value as string;

    expect(output).toBe(versionOf());
    expect(output.startsWith(`${ours}+`)).toBe(true);
  });
});
