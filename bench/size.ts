import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Figure, Part } from "./figure.ts";
import { bundleOf, inputsOf } from "./ingest/bundles.ts";

/**
 * Modules that must not be in a webhook: the SDK's clients, grammY, and zod with or without its
 * locales.
 */
const forbidden = /node_modules\/(?:@aws-sdk|grammy|zod)\//;

/**
 * An import of `node:http` also loads fetch and WebSocket, which costs more than all of our code.
 */
const fetchLoader = /\bfrom\s*["']node:http["']|\bimport\s*["']node:http["']/;

/** The bytes of the webhooks' bundles, and their contents. */
export const size: Part = {
  name: "size",
  about: "bytes of the webhooks' bundles, and inputs that must not be in them",
  async measure() {
    const naive = await sizesOf("naive");
    const figures: Figure[] = [];
    for (const webhook of ["amocrm-webhook", "telegram-webhook"] as const) {
      const ours = await sizesOf(webhook);
      const text = await readFile(await bundleOf(webhook), "utf8");
      const odd = (await inputsOf(webhook)).filter((file) => forbidden.test(file));
      figures.push(
        {
          what: `${webhook}, bundle`,
          unit: "KB",
          ours: ours.kilobytes,
          naive: naive.kilobytes,
          targets: [{ of: "ours", atMost: 40 }],
        },
        {
          what: `${webhook}, bundle, gzip`,
          unit: "KB",
          ours: ours.gzipKilobytes,
          naive: naive.gzipKilobytes,
          targets: [{ of: "ours", atMost: 12 }],
        },
        {
          what: `${webhook}, inputs of the SDK, grammY or zod`,
          unit: "files",
          ours: odd.length,
          targets: [{ of: "ours", atMost: 0 }],
        },
        {
          what: `${webhook}, imports of node:http`,
          unit: "",
          ours: fetchLoader.test(text) ? 1 : 0,
          targets: [{ of: "ours", atMost: 0 }],
        },
      );
    }
    return { figures };
  },
};

async function sizesOf(variant: Parameters<typeof bundleOf>[0]) {
  const bytes = await readFile(await bundleOf(variant));
  return { kilobytes: bytes.length / 1000, gzipKilobytes: gzipSync(bytes).length / 1000 };
}
