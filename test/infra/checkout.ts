import { cpSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const parts = [
  "infra",
  "lambdas",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** A separate checkout in a temporary folder. It shares only the libraries. */
export function aCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  for (const part of parts) cpSync(join(repository, part), join(folder, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** Runs the CDK app of a checkout, with the stages of the context or of its `stages.ts`. */
export function synthesize(checkout: string, out: string, given: object = {}) {
  const { context } = JSON.parse(readFileSync(join(checkout, "cdk.json"), "utf8")) as {
    context: object;
  };
  const outDirectory = join(checkout, out);
  const { status, stderr } = spawnSync(process.execPath, ["infra/app.ts"], {
    cwd: checkout,
    encoding: "utf8",
    env: {
      ...process.env,
      CDK_OUTDIR: outDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...given }),
    },
  });
  return { status, stderr, outDirectory };
}
