import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import type { BuildOptions, Metafile, Plugin } from "esbuild";
import { shippedAssembly } from "../world/assembly.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The measured variants, by the name of a fixture or of our function. */
export type Variant =
  "empty" | "naive" | "sdk-webhook" | "signed-post" | "amocrm-webhook" | "telegram-webhook";

/** As `infra/constructs/bridge-function.ts` has our functions bundled. */
const shippedOptions: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  mainFields: ["module", "main"],
};
/** esbuild's defaults for Node. */
const plainOptions: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
};

/** Gives the SDK `node:http` without the fetch that its import would load, like ours. */
const withoutFetch: Plugin = {
  name: "without-fetch",
  setup(build) {
    build.onResolve({ filter: /^node:http$/ }, ({ path }) => ({
      path,
      namespace: "without-fetch",
    }));
    build.onLoad({ filter: /.*/, namespace: "without-fetch" }, () => ({
      contents: `const http = process.getBuiltinModule("node:http");
        export const { Agent, request, STATUS_CODES } = http;
        export default http;`,
    }));
  },
};

const functions = {
  "amocrm-webhook": "AmocrmWebhook",
  "telegram-webhook": "TelegramWebhook",
} as const;
let directory: Promise<string> | undefined;

/** The file with a variant's `handler`: ours out of the synthesized assembly, others bundled here. */
export async function bundleOf(variant: Variant): Promise<string> {
  if (variant === "amocrm-webhook" || variant === "telegram-webhook") {
    return (await shippedAssembly()).bundle(functions[variant]);
  }
  directory ??= temporaryDirectory();
  const isNaive = variant === "naive";
  const outfile = join(await directory, `${variant}.${isNaive ? "cjs" : "mjs"}`);
  const entryPoints = [join(repository, "bench/fixtures", `${variant}.ts`)];
  const options = isNaive ? plainOptions : { ...shippedOptions, plugins: [withoutFetch] };
  await bundle({ ...options, entryPoints, outfile, logLevel: "error" });
  return outfile;
}

/**
 * The input files of our bundle. The assembly does not list them, so this bundles again and checks that
 * both bundles have the same bytes.
 */
export async function inputsOf(variant: keyof typeof functions): Promise<readonly string[]> {
  const { outputFiles, metafile } = await bundle({
    ...shippedOptions,
    entryPoints: [join(repository, "lambdas/functions", `${variant}.ts`)],
    outfile: "index.mjs",
    absWorkingDir: repository,
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const shipped = await readFile(await bundleOf(variant), "utf8");
  if (outputFiles[0]?.text !== shipped) {
    throw new Error(`The bundle of ${variant} in the assembly is not made with the options here.`);
  }
  return filesIn(metafile);
}

function filesIn({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  );
}

async function temporaryDirectory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}
