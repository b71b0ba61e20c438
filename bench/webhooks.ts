import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aCertificate } from "../test/support/certificate.ts";
import type { Figure, Findings, Part } from "./figure.ts";
import { bundleOf } from "./fixtures/bundles.ts";
import type { Variant } from "./fixtures/bundles.ts";
import { inRounds, median, onSeparateCores, percentile, ratio } from "./rounds.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import { webhookEvent } from "./world/messages.ts";
import { channelSecret, secrets, variablesOf } from "./world/names.ts";
import { Sandbox } from "./world/sandbox.ts";
import type { SandboxOptions } from "./world/sandbox.ts";

/** Starts a sandbox of a variant on the measured core, with the memory of the webhooks. */
type Start = (variant: Variant) => Promise<Sandbox>;

/** Measures with an AWS behind TLS that has an address for each service, as the real one does. */
async function withAws(measure: (start: Start, core?: number) => Promise<Findings>) {
  const certificate = aCertificate({ host: "127.0.0.1", days: 2 });
  const directory = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  const certificateFile = join(directory, "certificate.pem");
  writeFileSync(certificateFile, certificate.cert);
  const services = ["SQS", "SECRETS_MANAGER", "DYNAMODB"];
  const started = await Promise.all(services.map(() => startAws({ secrets, certificate })));
  const { functions } = await shippedAssembly();
  const environment = {
    ...variablesOf(functions, { aws: started[0]?.url ?? "", vendors: "https://127.0.0.1:9" }),
    ...Object.fromEntries(
      services.map((name, at) => [`AWS_ENDPOINT_URL_${name}`, started[at]?.url ?? ""]),
    ),
    NODE_EXTRA_CA_CERTS: certificateFile,
    CHANNEL_SECRET: channelSecret,
  };
  const { megabytes } = functions.AmocrmWebhook;
  try {
    return await onSeparateCores((core) => {
      const place: Omit<SandboxOptions, "bundle"> = { environment, megabytes, core };
      return measure(
        async (variant) => Sandbox.start({ bundle: await bundleOf(variant), ...place }),
        core,
      );
    });
  } finally {
    await Promise.all(started.map((each) => each.close()));
    await rm(directory, { recursive: true });
  }
}

const eventOf = (variant: Variant, number: number) => {
  const direction = variant === "telegram-webhook" ? "to-amocrm" : "to-telegram";
  return webhookEvent(direction, { chat: 42, number, nowMillis: Date.now() });
};

const coldRounds = 21;
const coldFigures = {
  total: {
    what: "start to first answer",
    unit: "ms",
    targets: [
      { of: "floor", atMost: 2.2 },
      { of: "naive", atMost: 0.4 },
    ],
  },
  first: {
    what: "first webhook after INIT",
    unit: "ms",
    targets: [{ of: "naive", atMost: 0.15 }],
  },
  init: { what: "INIT", unit: "ms" },
  cpu: { what: "processor time of it all", unit: "ms" },
  memory: { what: "peak memory", unit: "MB", targets: [{ of: "ours", atMost: 66 }] },
} as const;

/** From the start of a process to the answer of its first webhook. */
export const cold: Part = {
  about: "cold start of the webhooks: process start, first webhook, memory",
  measure: (progress) =>
    withAws(async (start, core) => {
      const ours = ["amocrm-webhook", "telegram-webhook", "sdk-webhook"] as const;
      const measured: Record<string, Readonly<Record<keyof typeof coldFigures, number>>[]> = {};
      // One extra round, which is not counted: it reads the bundles from the disk.
      await inRounds(
        coldRounds + 1,
        ["empty", ...ours, "naive"] as const,
        async (variant, round) => {
          const sandbox = await start(variant);
          try {
            const init = await sandbox.initMillis();
            const first = await sandbox.webhookMillis(eventOf(variant, round));
            const [cpu, memory] = [sandbox.cpuMillis(), sandbox.megabytes().peak];
            const taken = { init, first, total: init + first, cpu, memory };
            if (round > 0) (measured[variant] ??= []).push(taken);
          } finally {
            await sandbox.close();
          }
          if (variant === "empty" && round > 0 && round % 7 === 0) {
            progress(`${round} of ${coldRounds} rounds`);
          }
        },
      );
      const figures = ours.flatMap((variant) =>
        Object.entries(coldFigures).map(([name, { what, unit, ...judged }]): Figure => {
          const [mine, floor, naive] = [variant, "empty", "naive"].map((each) =>
            (measured[each] ?? []).map((taken) => taken[name as keyof typeof coldFigures]),
          ) as [number[], number[], number[]];
          const row = { what: `${variant}, ${what}`, unit, ...compared(mine, floor, naive) };
          return variant === "sdk-webhook" ? row : { ...row, ...judged };
        }),
      );
      const skipped = [{ what: "a core of its own", why: "taskset or a second core is missing" }];
      return { figures, skipped: core === undefined ? skipped : [] };
    }),
};

/** The medians of three variants, and the ratios within the rounds. */
function compared(ours: readonly number[], floor: readonly number[], naive: readonly number[]) {
  return {
    ours: median(ours),
    floor: median(floor),
    naive: median(naive),
    xFloor: ratio(ours, floor),
    xNaive: ratio(ours, naive),
  };
}

const warmRounds = 60;
const callsARound = 20;
/** Uncounted calls, until the code is compiled. */
const callsBefore = 400;
/** Sandboxes with a limited share, and calls of each. The sandbox is idle between the calls. */
const held = { sandboxes: 9, calls: 40, everyMillis: 50 };

/** A later call of a webhook, in a running sandbox: the median. */
export const warm: Part = {
  about: "a webhook in a running sandbox, compared with one bare signed POST",
  measure: (progress) =>
    withAws(async (start) => {
      const figures = await measureInRounds(start);
      progress(`${warmRounds} rounds of ${callsARound} calls each`);
      const withShare = await measureWithShare(start);
      progress(`${held.sandboxes} sandboxes with their memory's share of a processor`);
      const why = "this machine allows no control group";
      const skipped = [{ what: "webhooks with a share of a processor", why }];
      const isHeld = withShare.length > 0;
      return { figures: [...figures, ...withShare], skipped: isHeld ? [] : skipped };
    }),
};

async function measureInRounds(start: Start): Promise<readonly Figure[]> {
  const variants = ["signed-post", "amocrm-webhook", "sdk-webhook", "naive"] as const;
  const sandboxes = new Map<Variant, Sandbox>();
  const medians: Record<string, number[]> = {};
  let events = 0;
  try {
    for (const variant of variants) sandboxes.set(variant, await start(variant));
    await inRounds(warmRounds + 1, variants, async (variant, round) => {
      const millis: number[] = [];
      for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
        const event = eventOf(variant, (events += 1));
        millis.push((await sandboxes.get(variant)?.webhookMillis(event)) ?? Number.NaN);
      }
      if (round > 0) (medians[variant] ??= []).push(median(millis));
    });
  } finally {
    await Promise.all([...sandboxes.values()].map((sandbox) => sandbox.close()));
  }
  const of = (variant: Variant) => medians[variant] ?? [];
  const row = (variant: Variant): Figure => ({
    what: `${variant}, p50 of a call`,
    unit: "ms",
    ...compared(of(variant), of("signed-post"), of("naive")),
  });
  const targets = [{ of: "floor", atMost: 1.25 }] as const;
  return [{ ...row("amocrm-webhook"), targets }, row("sdk-webhook")];
}

/** The first and later calls in a sandbox, with the share of a processor that Lambda gives after INIT. */
async function measureWithShare(start: Start): Promise<readonly Figure[]> {
  const { megabytes } = (await shippedAssembly()).functions.AmocrmWebhook;
  const [firsts, others]: [number[], number[]] = [[], []];
  for (let count = 0; count < held.sandboxes; count += 1) {
    const sandbox = await start("amocrm-webhook");
    try {
      await sandbox.initMillis();
      if (!sandbox.holdToShare(megabytes)) return [];
      firsts.push(await sandbox.webhookMillis(eventOf("amocrm-webhook", 0)));
      for (let call = 1; call <= held.calls; call += 1) {
        await sleep(held.everyMillis);
        others.push(await sandbox.webhookMillis(eventOf("amocrm-webhook", call)));
      }
    } finally {
      await sandbox.close();
    }
  }
  const row = (what: string, ours: number): Figure => {
    return { what: `${what} with ${megabytes} MB's share of a processor`, unit: "ms", ours };
  };
  return [
    row("first webhook", median(firsts)),
    row("a later one, p50", median(others)),
    row("a later one, p99", percentile(others, 0.99)),
  ];
}
