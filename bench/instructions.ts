import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Figure, Part, Target } from "./figure.ts";
import { bundleOf } from "./ingest/bundles.ts";
import type { Variant } from "./ingest/bundles.ts";
import { variablesOf } from "./ingest/hook.ts";

const run = promisify(execFile);
const loader = fileURLToPath(new URL("instructions/load.mjs", import.meta.url));
/**
 * Two counts of the same work may differ by this share. If they differ more, they are not valid.
 */
const agreement = 0.005;
/**
 * An additional garbage collection depends on timing and only increases a count. In that case the
 * bench counts again.
 */
const mostCounts = 6;
/** One thread, fixed seeds and no optimizing compiler, because its start depends on timing. */
const nodeFlags = ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--no-opt"];

const refused = "https://127.0.0.1:9";
const environment = {
  ...variablesOf(refused),
  PATH: process.env["PATH"] ?? "",
  AWS_ENDPOINT_URL: refused,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
};

/**
 * Instructions that a processor executes to load a bundle. The number is the same on a busy
 * machine.
 */
export const instructions: Part = {
  name: "instructions",
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
      const bundle = await bundleOf(variant);
      const counts = [await count(bundle)];
      for (;;) {
        counts.push(await count(bundle));
        const agreed = leastAgreed(counts);
        if (agreed !== undefined) {
          progress(
            `${variant}: ${counts.map((each) => (each / 1e6).toFixed(1)).join(", ")} million`,
          );
          return agreed / 1e6;
        }
        if (counts.length === mostCounts) {
          throw new Error(`${variant} was counted as ${counts.join(", ")}.`);
        }
      }
    };
    const floor = await millions("empty");
    const naive = await millions("naive");
    const row = async (variant: Variant, targets?: readonly Target[]): Promise<Figure> => {
      const what = `${variant}, loading it`;
      const ours = await millions(variant);
      return { what, unit: "M", ours, floor, naive, ...(targets === undefined ? {} : { targets }) };
    };
    const targets: readonly Target[] = [
      { of: "floor", atMost: 2.5 },
      { of: "naive", atMost: 0.3 },
    ];
    return {
      figures: [
        await row("amocrm-webhook", targets),
        await row("telegram-webhook", targets),
        await row("sdk-webhook"),
      ],
    };
  },
};

/** The average of the two lowest counts that agree. Undefined while no two agree. */
function leastAgreed(counts: readonly number[]): number | undefined {
  const sorted = counts.toSorted((a, b) => a - b);
  const at = sorted.findIndex((count, index) => {
    const next = sorted[index + 1];
    return next !== undefined && next - count <= agreement * count;
  });
  return at < 0 ? undefined : ((sorted[at] ?? 0) + (sorted[at + 1] ?? 0)) / 2;
}

async function count(bundle: string): Promise<number> {
  const valgrind = [
    "valgrind",
    "--tool=callgrind",
    "--smc-check=all-non-file",
    "--callgrind-out-file=/dev/null",
  ];
  const { stderr } = await run(
    "setarch",
    ["--addr-no-randomize", ...valgrind, process.execPath, ...nodeFlags, loader, bundle],
    { env: environment, maxBuffer: 2 ** 24 },
  );
  const counted = /Collected\s*:\s*(\d+)/.exec(stderr)?.[1];
  if (counted === undefined) throw new Error(`callgrind printed no count. ${stderr}`);
  return Number(counted);
}
