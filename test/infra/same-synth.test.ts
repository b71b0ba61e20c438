import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aCheckout, synthesize } from "./checkout.ts";

const checkouts = [aCheckout(), aCheckout()] as const;
const [here, foreign] = checkouts;

/** Every template and list of assets of the assembly. An asset's name is the hash of its content. */
function assemblyOf(checkout: string, out: string): Readonly<Record<string, string>> {
  const { status, stderr, outDirectory } = synthesize(checkout, out, {
    "bridge:laptop": ["laptop"],
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

let first: Readonly<Record<string, string>>;
beforeAll(() => {
  first = assemblyOf(here, "first.out");
});
afterAll(() => {
  for (const checkout of checkouts) rmSync(checkout, { recursive: true });
});

test("a synth holds the template, its list of assets and the five bundles", () => {
  expect(Object.keys(first)).toHaveLength(3);
  expect(first["assets"]?.split("\n")).toHaveLength(5);
});

test("a second synth gives the same bytes", () => {
  expect(assemblyOf(here, "second.out")).toEqual(first);
});

test("a synth in another directory gives the same bytes", () => {
  expect(assemblyOf(foreign, "first.out")).toEqual(first);
});
