import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aCertificate } from "../test/support/certificate.ts";
import { inRounds, median, ratio } from "./figure.ts";
import type { Figure, Findings, Part } from "./figure.ts";
import { bundleOf } from "./fixtures/bundles.ts";
import type { Variant } from "./fixtures/bundles.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import { webhookEvent } from "./world/messages.ts";
import { channelSecret, secrets, variablesOf } from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";
import type { Sandbox } from "./world/sandbox.ts";

/** Starts a sandbox of a variant, with the memory of the webhooks. */
type Start = (variant: Variant) => Promise<Sandbox>;

/** Measures with an AWS behind TLS that has an address for each service, as the real one does. */
async function withAws(measure: (start: Start) => Promise<Findings>): Promise<Findings> {
  const certificate = aCertificate({ host: "127.0.0.1", days: 2 });
  const directory = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  const NODE_EXTRA_CA_CERTS = join(directory, "certificate.pem");
  await writeFile(NODE_EXTRA_CA_CERTS, certificate.cert);
  const services = ["SQS", "SECRETS_MANAGER", "DYNAMODB"];
  const started = await Promise.all(services.map(() => startAws({ secrets, certificate })));
  const { functions } = await shippedAssembly();
  const { megabytes } = functions.AmocrmWebhook;
  const environment = {
    ...variablesOf(functions, { aws: started[0]?.url ?? "", vendors: "https://127.0.0.1:9" }),
    ...Object.fromEntries(
      services.map((name, at) => [`AWS_ENDPOINT_URL_${name}`, started[at]?.url ?? ""]),
    ),
    NODE_EXTRA_CA_CERTS,
    CHANNEL_SECRET: channelSecret,
  };
  try {
    return await measure(async (variant) =>
      startSandbox({ bundle: await bundleOf(variant), environment, megabytes }),
    );
  } finally {
    await Promise.all(started.map((each) => each.close()));
    await rm(directory, { recursive: true });
  }
}

const eventOf = (variant: Variant, number: number) => {
  const direction = variant === "telegram-webhook" ? "to-amocrm" : "to-telegram";
  return webhookEvent(direction, { chat: 42, number, nowMillis: Date.now() });
};

/** The medians of three variants, and the ratios within the rounds. */
const compared = ([ours = [], floor = [], naive = []]: readonly (readonly number[])[]) => ({
  ours: median(ours),
  floor: median(floor),
  naive: median(naive),
  xFloor: ratio(ours, floor),
  xNaive: ratio(ours, naive),
});

const coldRounds = 21;
const coldFigures = {
  total: {
    what: "start to first answer",
    unit: "ms",
    targets: ["<= 2.2 x floor", "<= 0.4 x naive"],
  },
  first: { what: "first webhook after INIT", unit: "ms", targets: ["<= 0.15 x naive"] },
  memory: { what: "peak memory", unit: "MB", targets: ["<= 66"] },
} as const;
const coldNames = ["total", "first", "memory"] as const;
type Taken = Readonly<Record<(typeof coldNames)[number], number>>;

/** From the start of a process to the answer of its first webhook. */
export const cold: Part = {
  about: "cold start of the webhooks: process start, first webhook, memory",
  measure: (progress) =>
    withAws(async (start) => {
      const ours = ["amocrm-webhook", "telegram-webhook"] as const;
      const variants = ["empty", ...ours, "naive"] as const;
      const measured: Partial<Record<Variant, Taken[]>> = {};
      // One extra round, which is not counted: it reads the bundles from the disk.
      await inRounds(coldRounds + 1, variants, async (variant, round) => {
        const sandbox = await start(variant);
        try {
          const first = await sandbox.webhookMillis(eventOf(variant, round));
          const total = sandbox.initMillis + first;
          const taken = { total, first, memory: sandbox.peakMegabytes() };
          if (round > 0) (measured[variant] ??= []).push(taken);
        } finally {
          await sandbox.close();
        }
        if (variant === "empty" && round % 7 === 1) progress(`round ${round} of ${coldRounds}`);
      });
      const figures = ours.flatMap((variant) =>
        coldNames.map((name): Figure => {
          const { what, ...figure } = coldFigures[name];
          const values = [variant, "empty", "naive"] as const;
          const all = values.map((each) => (measured[each] ?? []).map((taken) => taken[name]));
          return { what: `${variant}, ${what}`, ...figure, ...compared(all) };
        }),
      );
      return { figures };
    }),
};

const warmRounds = 60;
const callsARound = 20;
/** Uncounted calls, until the code is compiled. */
const callsBefore = 400;

/** A later call of a webhook, in a running sandbox: the median. */
export const warm: Part = {
  about: "a webhook in a running sandbox, compared with one bare signed POST",
  measure: (progress) =>
    withAws(async (start) => {
      const variants = ["amocrm-webhook", "signed-post", "naive"] as const;
      const sandboxes = await Promise.all(variants.map(start));
      const medians: number[][] = variants.map(() => []);
      progress(`${warmRounds} rounds of ${callsARound} calls each`);
      let number = 0;
      try {
        await inRounds(warmRounds + 1, variants, async (variant, round) => {
          const index = variants.indexOf(variant);
          const millis: number[] = [];
          for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
            const event = eventOf(variant, (number += 1));
            millis.push((await sandboxes[index]?.webhookMillis(event)) ?? Number.NaN);
          }
          if (round > 0) medians[index]?.push(median(millis));
        });
      } finally {
        await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
      }
      const targets = ["<= 1.25 x floor"] as const;
      const what = "amocrm-webhook, p50 of a call";
      return { figures: [{ what, unit: "ms", targets, ...compared(medians) }] };
    }),
};
