import type { Figure, Part, Target } from "./figure.ts";
import { bundleOf } from "./ingest/bundles.ts";
import type { Variant } from "./ingest/bundles.ts";
import { fakeAwsOr } from "./ingest/fake-aws.ts";
import { hookEvent, updateEvent } from "./ingest/hook.ts";
import { inRounds, median, onSeparateCores, ratio } from "./ingest/rounds.ts";
import { BenchSandbox } from "./ingest/sandbox.ts";

const rounds = 21;
const variants = [
  "empty",
  "amocrm-webhook",
  "telegram-webhook",
  "sdk-webhook",
  "naive",
] as const satisfies readonly Variant[];
type Cold = (typeof variants)[number];

/** The number of calls in each round. */
type Measured = Readonly<Record<"init" | "first" | "total" | "cpu" | "megabytes", number[]>>;

/** From the start of a process to the answer of its first webhook. */
export const cold: Part = {
  name: "cold",
  about: "cold start of the webhooks: process start, first webhook, memory",
  measure: (progress) =>
    fakeAwsOr("cold starts", (environment) =>
      onSeparateCores((core) => measureWith(environment, core, progress)),
    ),
};

async function measureWith(
  environment: Readonly<Record<string, string>>,
  core: number | undefined,
  progress: (line: string) => void,
) {
  const bundles = new Map<Cold, string>();
  for (const variant of variants) bundles.set(variant, await bundleOf(variant));
  const of = Object.fromEntries(
    variants.map((variant) => [
      variant,
      { init: [], first: [], total: [], cpu: [], megabytes: [] },
    ]),
  ) as unknown as Record<Cold, Measured>;
  // One extra round, which is not counted: it reads the bundles from the disk.
  await inRounds(rounds + 1, variants, async (variant, round) => {
    const bundle = bundles.get(variant) ?? "";
    const sandbox = await BenchSandbox.start({ bundle, environment, core });
    try {
      const init = await sandbox.initMillis();
      const event = variant === "telegram-webhook" ? updateEvent(round) : hookEvent(round);
      const first = await sandbox.invoke(event);
      if (round === 0) return;
      of[variant].init.push(init);
      of[variant].first.push(first);
      of[variant].total.push(init + first);
      of[variant].cpu.push(sandbox.cpuMillis() ?? Number.NaN);
      of[variant].megabytes.push(sandbox.peakMegabytes() ?? Number.NaN);
    } finally {
      await sandbox.close();
    }
    if (variant === "empty" && round % 7 === 0)
      progress(`${String(round)} of ${String(rounds)} rounds`);
  });

  const row = (
    variant: Cold,
    [what, unit, key]: readonly [string, string, keyof Measured],
    targets: readonly Target[] = [],
  ): Figure => {
    const [ours, floor, naive] = [of[variant][key], of.empty[key], of.naive[key]];
    return {
      what: `${variant}, ${what}`,
      unit,
      ours: median(ours),
      floor: median(floor),
      naive: median(naive),
      xFloor: ratio(ours, floor),
      xNaive: ratio(ours, naive),
      ...(targets.length > 0 ? { targets } : {}),
    };
  };
  const total = ["start to first answer", "ms", "total"] as const;
  const first = ["first webhook after INIT", "ms", "first"] as const;
  const init = ["INIT", "ms", "init"] as const;
  const cpu = ["processor time of it all", "ms", "cpu"] as const;
  const memory = ["peak memory", "MB", "megabytes"] as const;
  const figures: Figure[] = [];
  for (const webhook of ["amocrm-webhook", "telegram-webhook"] as const) {
    figures.push(
      row(webhook, total, [
        { of: "floor", atMost: 2.2 },
        { of: "naive", atMost: 0.4 },
      ]),
      row(webhook, first, [{ of: "naive", atMost: 0.15 }]),
      row(webhook, init),
      row(webhook, cpu),
      row(webhook, memory, [{ of: "ours", atMost: 66 }]),
    );
  }
  figures.push(...[total, first, init, cpu, memory].map((what) => row("sdk-webhook", what)));
  return {
    figures,
    ...(core === undefined
      ? { skipped: [{ what: "a core of its own", why: "taskset or a second core is missing" }] }
      : {}),
  };
}
