import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";
import { figure } from "./figure.ts";
import type { Figure, Findings, Progress, Target } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { variablesOf } from "./world/names.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const functions = {
  "amocrm-webhook": "AmocrmWebhook",
  "telegram-webhook": "TelegramWebhook",
} as const;
const webhooks = ["amocrm-webhook", "telegram-webhook"] as const;

/** The measured variants, by the name of our function or of a file in `fixtures/`. */
export type Variant = keyof typeof functions | "empty" | "naive" | "signed-post";

/** esbuild's defaults for Node. */
const plainOptions: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  logLevel: "error",
};
/** As `infra/constructs/bridge-function.ts` has our functions bundled. */
const shippedOptions: BuildOptions = {
  ...plainOptions,
  format: "esm",
  minify: true,
  mainFields: ["module", "main"],
};

/** The file with a variant's `handler`: ours out of the synthesized assembly, others bundled here. */
export async function bundleOf(variant: Variant): Promise<string> {
  if (variant === "amocrm-webhook" || variant === "telegram-webhook") {
    return (await shippedAssembly()).functions[functions[variant]].bundle;
  }
  const isNaive = variant === "naive";
  const outfile = join(root, ".local", "bench", `${variant}.${isNaive ? "cjs" : "mjs"}`);
  const entryPoints = [join(root, "bench", "fixtures", `${variant}.ts`)];
  await build({ ...(isNaive ? plainOptions : shippedOptions), entryPoints, outfile });
  return outfile;
}

/** Modules that a webhook must not contain: the SDK's clients, grammY, and zod with or without locales. */
const forbidden = /node_modules\/(?:@aws-sdk|grammy|zod)\//;
/** An import of `node:http` also loads fetch and WebSocket, which costs more than all our code. */
const fetchLoader = /\bfrom\s*["']node:http["']|\bimport\s*["']node:http["']/;

/** The size and the inputs of the webhooks' bundles. */
export async function size(): Promise<Findings> {
  const naive = await readFile(await bundleOf("naive"));
  const figures: Figure[] = [];
  for (const webhook of webhooks) {
    const bytes = await readFile(await bundleOf(webhook));
    const text = bytes.toString();
    const odd = (await inputsOf(webhook, text)).filter((file) => forbidden.test(file));
    const kilobytes = (what: string, sizeOf: (code: Buffer) => number, target: Target) =>
      figure(
        `${webhook}, ${what}`,
        "KB",
        { ours: sizeOf(bytes) / 1000, naive: sizeOf(naive) / 1000 },
        target,
      );
    const none = (what: string, unit: string, ours: number) =>
      figure(`${webhook}, ${what}`, unit, ours, "<= 0");
    figures.push(
      kilobytes("bundle", (code) => code.length, "<= 40"),
      kilobytes("bundle, gzip", (code) => gzipSync(code).length, "<= 12"),
      none("inputs of the SDK, grammY or zod", "files", odd.length),
      none("imports of node:http", "", fetchLoader.test(text) ? 1 : 0),
    );
  }
  return { figures };
}

/**
 * The input files of our bundle. The assembly does not list them, so this bundles again and checks that
 * both bundles have the same text.
 */
async function inputsOf(webhook: string, shipped: string): Promise<readonly string[]> {
  const { outputFiles, metafile } = await build({
    ...shippedOptions,
    entryPoints: [`lambdas/functions/${webhook}.ts`],
    outfile: "index.mjs",
    absWorkingDir: root,
    write: false,
    metafile: true,
  });
  if (outputFiles[0]?.text !== shipped) {
    throw new Error(`The bundle of ${webhook} in the assembly is not made with the options here.`);
  }
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

const run = promisify(execFile);
const loader = join(root, "bench", "fixtures", "load.mjs");
const callgrind = [
  "--tool=callgrind",
  "--smc-check=all-non-file",
  "--callgrind-out-file=/dev/null",
];
/** One thread, fixed seeds and no optimizing compiler: when it runs depends on time. */
const nodeFlags = ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--no-opt"];
const command = ["--addr-no-randomize", "valgrind", ...callgrind, process.execPath, ...nodeFlags];

/** The instructions that a processor executes to load a bundle. A busy machine gives the same number. */
export async function instructions(progress: Progress): Promise<Findings> {
  for (const tool of ["valgrind", "setarch"]) {
    try {
      await run(tool, ["--version"]);
    } catch {
      return { figures: [], skipped: [{ what: "instructions", why: `${tool} is missing` }] };
    }
  }
  const millions = async (variant: Variant) => {
    // An extra garbage collection, whose moment depends on time, only adds instructions.
    const counts = [await millionsOnce(variant), await millionsOnce(variant)];
    progress(`${variant}: ${counts.map((each) => each.toFixed(1)).join(", ")} million`);
    return Math.min(...counts);
  };
  const [floor, naive] = [await millions("empty"), await millions("naive")];
  const targets: Target[] = ["<= 2.5 x floor", "<= 0.3 x naive"];
  const figures: Figure[] = [];
  for (const webhook of webhooks) {
    const ours = await millions(webhook);
    figures.push(figure(`${webhook}, loading it`, "M", { ours, floor, naive }, ...targets));
  }
  return { figures };
}

/** Millions of instructions to load a variant. */
async function millionsOnce(variant: Variant): Promise<number> {
  const { functions: shipped } = await shippedAssembly();
  const env = { ...variablesOf(shipped, "https://127.0.0.1:9"), PATH: process.env["PATH"] };
  const options = { env, maxBuffer: 2 ** 24 };
  const { stderr } = await run("setarch", [...command, loader, await bundleOf(variant)], options);
  const counted = /Collected\s*:\s*(\d+)/.exec(stderr)?.[1];
  if (counted === undefined) throw new Error(`callgrind reported no count. ${stderr}`);
  return Number(counted) / 1e6;
}
