import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Figure, Part } from "./figure.ts";
import { bundleOf } from "./fixtures/bundles.ts";
import type { Variant } from "./fixtures/bundles.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { variablesOf } from "./world/names.ts";

const run = promisify(execFile);
const loader = fileURLToPath(new URL("fixtures/load.mjs", import.meta.url));
const callgrind = [
  "--tool=callgrind",
  "--smc-check=all-non-file",
  "--callgrind-out-file=/dev/null",
];
/** One thread, fixed seeds and no optimizing compiler: when it runs depends on time. */
const nodeFlags = ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--no-opt"];
const command = ["--addr-no-randomize", "valgrind", ...callgrind, process.execPath, ...nodeFlags];
const targets = ["<= 2.5 x floor", "<= 0.3 x naive"] as const;

/** The instructions that a processor executes to load a bundle. A busy machine gives the same number. */
export const instructions: Part = {
  about: "instructions to load the webhooks, counted by callgrind",
  async measure(progress) {
    for (const tool of ["valgrind", "setarch"]) {
      try {
        await run(tool, ["--version"]);
      } catch {
        return { figures: [], skipped: [{ what: "instructions", why: `${tool} is missing` }] };
      }
    }
    const millions = async (variant: Variant) => {
      // An extra garbage collection, whose moment depends on time, only adds instructions.
      const counts = [await count(variant), await count(variant)];
      progress(`${variant}: ${counts.map((each) => each.toFixed(1)).join(", ")} million`);
      return Math.min(...counts);
    };
    const [floor, naive] = [await millions("empty"), await millions("naive")];
    const figures: Figure[] = [];
    for (const variant of ["amocrm-webhook", "telegram-webhook"] as const) {
      const ours = await millions(variant);
      figures.push({ what: `${variant}, loading it`, unit: "M", ours, floor, naive, targets });
    }
    return { figures };
  },
};

/** Millions of instructions to load a variant. */
async function count(variant: Variant): Promise<number> {
  const refused = "https://127.0.0.1:9";
  const { functions } = await shippedAssembly();
  const variables = variablesOf(functions, { aws: refused, vendors: refused });
  const options = { env: { ...variables, PATH: process.env["PATH"] }, maxBuffer: 2 ** 24 };
  const { stderr } = await run("setarch", [...command, loader, await bundleOf(variant)], options);
  const counted = /Collected\s*:\s*(\d+)/.exec(stderr)?.[1];
  if (counted === undefined) throw new Error(`callgrind reported no count. ${stderr}`);
  return Number(counted) / 1e6;
}
