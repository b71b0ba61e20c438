import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { figure } from "./figure.ts";
import type { Figure, Part, Target } from "./figure.ts";
import { bundleOf, shippedOptions } from "./fixtures/bundles.ts";
import type { Webhook } from "./fixtures/bundles.ts";

/** Modules that a webhook must not contain: the SDK's clients, grammY, and zod with or without locales. */
const forbidden = /node_modules\/(?:@aws-sdk|grammy|zod)\//;

/** An import of `node:http` also loads fetch and WebSocket, which costs more than all our code. */
const fetchLoader = /\bfrom\s*["']node:http["']|\bimport\s*["']node:http["']/;

/** The size and the inputs of the webhooks' bundles. */
export const size: Part = {
  about: "bytes of the webhooks' bundles, and forbidden inputs",
  async measure() {
    const naive = await readFile(await bundleOf("naive"));
    const figures: Figure[] = [];
    for (const webhook of ["amocrm-webhook", "telegram-webhook"] as const) {
      const bytes = await readFile(await bundleOf(webhook));
      const text = bytes.toString();
      const odd = (await inputsOf(webhook, text)).filter((file) => forbidden.test(file));
      const of = (what: string, unit: string, ours: number, target: Target, naive?: Buffer) =>
        figure(`${webhook}, ${what}`, unit, ours, {
          targets: [target],
          ...(naive && { naive: naive.length / 1000 }),
        });
      figures.push(
        of("bundle", "KB", bytes.length / 1000, "<= 40", naive),
        of("bundle, gzip", "KB", gzipSync(bytes).length / 1000, "<= 12", gzipSync(naive)),
        of("inputs of the SDK, grammY or zod", "files", odd.length, "<= 0"),
        of("imports of node:http", "", fetchLoader.test(text) ? 1 : 0, "<= 0"),
      );
    }
    return { figures };
  },
};

/**
 * The input files of our bundle. The assembly does not list them, so this bundles again and checks that
 * both bundles have the same text.
 */
async function inputsOf(webhook: Webhook, shipped: string): Promise<readonly string[]> {
  const { outputFiles, metafile } = await build({
    ...shippedOptions,
    entryPoints: [`lambdas/functions/${webhook}.ts`],
    outfile: "index.mjs",
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    write: false,
    metafile: true,
  });
  if (outputFiles[0]?.text !== shipped) {
    throw new Error(`The bundle of ${webhook} in the assembly is not made with the options here.`);
  }
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}
