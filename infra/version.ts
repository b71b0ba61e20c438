import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const thisRepository = fileURLToPath(new URL("../", import.meta.url));

/** The sources of a function's bundle besides its own code: the libraries, and the bundling itself. */
const bundling = ["package-lock.json", "infra/constructs/bridge-function.ts"];

/**
 * The version of a checkout: the version of its package, `+`, and twelve digits of a hash over all sources
 * of the functions, such as `0.1.0+1f0c9a2b3d4e`. It depends on the files only. It is the same in every
 * directory, on every system and without git, so a command can compare a deployed stack with a checkout.
 */
export function versionOf(repository: string = thisRepository): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(repository, "lambdas"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `lambdas/${path.replaceAll("\\", "/")}`);
  for (const path of [...sources, ...bundling].toSorted()) {
    const text = readFileSync(join(repository, path), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${path}\n${Buffer.byteLength(text)}\n${text}`);
  }
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    version: string;
  };
  return `${version}+${hash.digest("hex").slice(0, 12)}`;
}
