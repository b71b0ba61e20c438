import type { Figure, Part } from "./figure.ts";
import { bundleOf } from "./ingest/bundles.ts";
import type { Variant } from "./ingest/bundles.ts";
import { fakeAwsOr } from "./ingest/fake-aws.ts";
import { hookEvent } from "./ingest/hook.ts";
import { inRounds, median, ratio, separateCores } from "./ingest/rounds.ts";
import { BenchSandbox } from "./ingest/sandbox.ts";

const rounds = 60;
const callsARound = 20;
/** Not counted: until the code that runs has been compiled. */
const callsBefore = 400;
const variants = [
  "signed-post",
  "amocrm-webhook",
  "sdk-webhook",
  "naive",
] as const satisfies readonly Variant[];

/** A webhook after the first, in a sandbox that lives: half of them take no longer than this. */
export const warm: Part = {
  name: "warm",
  about: "a webhook in a living sandbox, against one bare signed POST",
  measure: (progress) =>
    fakeAwsOr("warm webhooks", async (environment) => {
      const core = separateCores();
      const sandboxes = new Map<string, BenchSandbox>();
      const medians = Object.fromEntries(
        variants.map((variant) => [variant, [] as number[]]),
      ) as Record<(typeof variants)[number], number[]>;
      let events = 0;
      try {
        for (const variant of variants) {
          const bundle = await bundleOf(variant);
          sandboxes.set(variant, await BenchSandbox.start({ bundle, environment, core }));
        }
        await inRounds(rounds + 1, variants, async (variant, round) => {
          const millis: number[] = [];
          for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
            const taken = await sandboxes.get(variant)?.invoke(hookEvent((events += 1)));
            millis.push(taken ?? Number.NaN);
          }
          if (round > 0) medians[variant].push(median(millis));
        });
        progress(`${String(rounds)} rounds of ${String(callsARound)} calls each`);
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
      return {
        figures: [{ ...ours, targets: [{ of: "floor", atMost: 1.25 }] }, row("sdk-webhook")],
      };
    }),
};
