import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const parts = [
  "infra",
  "lambdas",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const folders: string[] = [];

/** A checkout of its own; only the libraries are shared. */
function aCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), "same-synth-"));
  folders.push(folder);
  for (const part of parts) cpSync(join(repository, part), join(folder, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** Every template and list of assets of the assembly; an asset's name is the hash of its content. */
function synthesize(checkout: string, out: string): Readonly<Record<string, string>> {
  const { context } = JSON.parse(readFileSync(join(checkout, "cdk.json"), "utf8"));
  const outDirectory = join(checkout, out);
  const { status, stderr } = spawnSync(process.execPath, ["infra/app.ts"], {
    cwd: checkout,
    encoding: "utf8",
    env: {
      ...process.env,
      CDK_OUTDIR: outDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, "bridge:laptop": ["laptop"] }),
    },
  });
  if (status !== 0) throw new Error(stderr);
  const paths = readdirSync(outDirectory, { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => /\.(?:template|assets)\.json$/.test(path));
  const assets = paths.filter((path) => /asset\.[0-9a-f]{64}$/.test(path)).toSorted();
  return {
    ...Object.fromEntries(
      files.map((path) => [path, readFileSync(join(outDirectory, path), "utf8")]),
    ),
    assets: assets.join("\n"),
  };
}

let here: string;
let first: Readonly<Record<string, string>>;
beforeAll(() => {
  here = aCheckout();
  first = synthesize(here, "first.out");
}, 120_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test("a second synth is the first, byte for byte", () => {
  expect(synthesize(here, "second.out")).toEqual(first);
}, 120_000);

test("a synth in another directory is the same, byte for byte", () => {
  const elsewhere = synthesize(aCheckout(), "first.out");

  expect(Object.keys(first)).toHaveLength(3);
  expect(first["assets"]?.split("\n")).toHaveLength(5);
  expect(elsewhere).toEqual(first);
}, 120_000);
