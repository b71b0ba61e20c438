import { readFile } from "node:fs/promises";

/** The version of this checkout, as its package names it. */
export async function readLocalVersion(): Promise<string> {
  const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Whether a deployed version is the local one. A version is `<package version>+<digest of the
 * sources>`; where one of them lacks its digest, only the first half can be compared.
 */
export function compareVersions(
  deployed: string,
  local: string,
): "same" | "same-release" | "other" {
  if (deployed === local) return "same";
  const [release, digest] = deployed.split("+");
  const [localRelease, localDigest] = local.split("+");
  const isComparable = digest !== undefined && localDigest !== undefined;
  return release === localRelease && !isComparable ? "same-release" : "other";
}
