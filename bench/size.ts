import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Figure, Part } from "./figure.ts";
import { bundleOf, inputsOf } from "./fixtures/bundles.ts";

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
      const odd = (await inputsOf(webhook)).filter((file) => forbidden.test(file));
      const row = (what: string, unit: string, ours: number, atMost: number): Figure => {
        return { what: `${webhook}, ${what}`, unit, ours, targets: [{ of: "ours", atMost }] };
      };
      figures.push(
        { ...row("bundle", "KB", bytes.length / 1000, 40), naive: naive.length / 1000 },
        {
          ...row("bundle, gzip", "KB", gzipSync(bytes).length / 1000, 12),
          naive: gzipSync(naive).length / 1000,
        },
        row("inputs of the SDK, grammY or zod", "files", odd.length, 0),
        row("imports of node:http", "", fetchLoader.test(bytes.toString("utf8")) ? 1 : 0, 0),
      );
    }
    return { figures };
  },
};
