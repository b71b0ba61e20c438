import { setTimeout as sleep } from "node:timers/promises";
import type { Figure, Part } from "./figure.ts";
import { bundleOf } from "./ingest/bundles.ts";
import type { Variant } from "./ingest/bundles.ts";
import { fakeAwsOr } from "./ingest/fake-aws.ts";
import { hookEvent } from "./ingest/hook.ts";
import { inRounds, median, onSeparateCores, ratio } from "./ingest/rounds.ts";
import { BenchSandbox } from "./ingest/sandbox.ts";
import type { SandboxOptions } from "./ingest/sandbox.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { holdToShare } from "./world/processor-share.ts";

const rounds = 60;
const callsARound = 20;
/** Not counted: the calls until the code is compiled. */
const callsBefore = 400;
const variants = [
  "signed-post",
  "amocrm-webhook",
  "sdk-webhook",
  "naive",
] as const satisfies readonly Variant[];

/**
 * Sandboxes limited to their processor share, and webhooks of each. The pauses between webhooks
 * keep the sandbox idle.
 */
const held = { sandboxes: 9, calls: 40, everyMillis: 50 };

/** A webhook after the first one, in a running sandbox: the median time. */
export const warm: Part = {
  name: "warm",
  about: "a webhook in a running sandbox, against one bare signed POST",
  measure: (progress) =>
    fakeAwsOr("warm webhooks", (environment) =>
      onSeparateCores(async (core) => {
        const place = { environment, core };
        const figures = await measureInRounds(place);
        progress(`${String(rounds)} rounds of ${String(callsARound)} calls each`);
        const withShare = await measureWithShare(place);
        progress(`${String(held.sandboxes)} sandboxes with their memory's share of a processor`);
        const what = "webhooks with a share of a processor";
        return {
          figures: [...figures, ...withShare],
          skipped:
            withShare.length > 0 ? [] : [{ what, why: "a control group could not be created" }],
        };
      }),
    ),
};

/** Where the sandboxes of this part run. */
type Place = Pick<SandboxOptions, "environment" | "core">;

async function measureInRounds(place: Place): Promise<readonly Figure[]> {
  const sandboxes = new Map<string, BenchSandbox>();
  const medians = Object.fromEntries(
    variants.map((variant) => [variant, [] as number[]]),
  ) as Record<(typeof variants)[number], number[]>;
  let events = 0;
  try {
    for (const variant of variants) {
      const bundle = await bundleOf(variant);
      sandboxes.set(variant, await BenchSandbox.start({ bundle, ...place }));
    }
    await inRounds(rounds + 1, variants, async (variant, round) => {
      const millis: number[] = [];
      for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
        const taken = await sandboxes.get(variant)?.invoke(hookEvent((events += 1)));
        millis.push(taken ?? Number.NaN);
      }
      if (round > 0) medians[variant].push(median(millis));
    });
  } finally {
    await Promise.all([...sandboxes.values()].map((sandbox) => sandbox.close()));
  }
  const row = (variant: "amocrm-webhook" | "sdk-webhook"): Figure => ({
    what: `${variant}, p50 of a call`,
    unit: "ms",
    ours: median(medians[variant]),
    floor: median(medians["signed-post"]),
    naive: median(medians.naive),
    xFloor: ratio(medians[variant], medians["signed-post"]),
    xNaive: ratio(medians[variant], medians.naive),
  });
  const ours = row("amocrm-webhook");
  return [{ ...ours, targets: [{ of: "floor", atMost: 1.25 }] }, row("sdk-webhook")];
}

/**
 * A sandbox's first webhook and later ones, with the processor share that Lambda gives after INIT.
 */
async function measureWithShare(place: Place): Promise<readonly Figure[]> {
  const megabytes = (await shippedAssembly()).megabytes("AmocrmWebhook");
  const bundle = await bundleOf("amocrm-webhook");
  const [firsts, others]: [number[], number[]] = [[], []];
  for (let count = 0; count < held.sandboxes; count += 1) {
    const sandbox = await BenchSandbox.start({ bundle, ...place });
    try {
      await sandbox.initMillis();
      if (!holdToShare(sandbox.pid, megabytes)) return [];
      firsts.push(await sandbox.invoke(hookEvent(0)));
      for (let call = 1; call <= held.calls; call += 1) {
        await sleep(held.everyMillis);
        others.push(await sandbox.invoke(hookEvent(call)));
      }
    } finally {
      await sandbox.close();
    }
  }
  const late = others.toSorted((a, b) => a - b)[Math.floor(others.length * 0.99)];
  const row = (what: string, ours: number): Figure => {
    return { what: `${what} with ${megabytes} MB's share of a processor`, unit: "ms", ours };
  };
  return [
    row("first webhook", median(firsts)),
    row("a later one, p50", median(others)),
    row("a later one, p99", late ?? Number.NaN),
  ];
}
