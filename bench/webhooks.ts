import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aCertificate } from "../test/support/certificate.ts";
import { inRounds, median, ratio } from "./figure.ts";
import type { Figure, Part } from "./figure.ts";
import { bundleOf } from "./fixtures/bundles.ts";
import type { Variant } from "./fixtures/bundles.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startAws } from "./world/aws.ts";
import { channelSecret, variablesOf, webhookEvent } from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";

/** An AWS behind TLS with an address for each service, as the real one has, and the webhooks that call it. */
async function openWebhooks() {
  const closers = new AsyncDisposableStack();
  const certificate = aCertificate({ host: "127.0.0.1", days: 2 });
  const { path } = closers.use(await mkdtempDisposable(join(tmpdir(), "bridge-bench-")));
  const NODE_EXTRA_CA_CERTS = join(path, "certificate.pem");
  await writeFile(NODE_EXTRA_CA_CERTS, certificate.cert);
  const open = async () => {
    const { url, close } = await startAws({ certificate });
    closers.defer(close);
    return url;
  };
  const aws = await open();
  const { functions } = await shippedAssembly();
  const environment = {
    ...variablesOf(functions, { aws, vendors: "https://127.0.0.1:9" }),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await open(),
    AWS_ENDPOINT_URL_DYNAMODB: await open(),
    AWS_ENDPOINT_URL_SQS: aws,
    NODE_EXTRA_CA_CERTS,
    CHANNEL_SECRET: channelSecret,
  };
  const { megabytes } = functions.AmocrmWebhook;
  return {
    /** Starts a sandbox of a variant, with the memory of the webhooks. */
    start: async (variant: Variant) =>
      startSandbox({ bundle: await bundleOf(variant), environment, megabytes }),
    [Symbol.asyncDispose]: () => closers.disposeAsync(),
  };
}

const eventOf = (variant: Variant, number: number) =>
  webhookEvent(variant === "telegram-webhook" ? "to-amocrm" : "to-telegram", 42, number);

/** The medians of three variants, and the ratios within the rounds. */
const compared = ([ours = [], floor = [], naive = []]: readonly (readonly number[])[]) => ({
  ours: median(ours),
  floor: median(floor),
  naive: median(naive),
  xFloor: ratio(ours, floor),
  xNaive: ratio(ours, naive),
});

const coldRounds = 21;
const coldFigures = [
  {
    name: "total",
    what: "start to first answer",
    unit: "ms",
    targets: ["<= 2.2 x floor", "<= 0.4 x naive"],
  },
  { name: "first", what: "first webhook after INIT", unit: "ms", targets: ["<= 0.15 x naive"] },
  { name: "memory", what: "peak memory", unit: "MB", targets: ["<= 66"] },
] as const;
type Taken = Readonly<Record<(typeof coldFigures)[number]["name"], number>>;

/** From the start of a process to the answer of its first webhook. */
export const cold: Part = {
  about: "cold start of the webhooks: process start, first webhook, memory",
  async measure(progress) {
    await using webhooks = await openWebhooks();
    const ours = ["amocrm-webhook", "telegram-webhook"] as const;
    const variants = ["empty", ...ours, "naive"] as const;
    const measured: Partial<Record<Variant, Taken[]>> = {};
    // One extra round, which is not counted: it reads the bundles from the disk.
    await inRounds(coldRounds + 1, variants, async (variant, round) => {
      await using sandbox = await webhooks.start(variant);
      const first = await sandbox.webhookMillis(eventOf(variant, round));
      const total = sandbox.initMillis + first;
      const taken = { total, first, memory: sandbox.peakMegabytes() };
      if (round > 0) (measured[variant] ??= []).push(taken);
      if (variant === "empty" && round % 7 === 1) progress(`round ${round} of ${coldRounds}`);
    });
    const figures = ours.flatMap((variant) =>
      coldFigures.map(({ name, what, unit, targets }): Figure => {
        const all = ([variant, "empty", "naive"] as const).map((each) => measured[each] ?? []);
        const found = compared(all.map((taken) => taken.map((each) => each[name])));
        return { what: `${variant}, ${what}`, unit, targets, ...found };
      }),
    );
    return { figures };
  },
};

const warmRounds = 60;
const callsARound = 20;
/** Uncounted calls, until the code is compiled. */
const callsBefore = 400;

/** A later call of a webhook, in a running sandbox: the median. */
export const warm: Part = {
  about: "a webhook in a running sandbox, compared with one bare signed POST",
  async measure(progress) {
    await using closers = new AsyncDisposableStack();
    const webhooks = closers.use(await openWebhooks());
    const variants = ["amocrm-webhook", "signed-post", "naive"] as const;
    const sandboxes = await Promise.all(variants.map(webhooks.start));
    for (const sandbox of sandboxes) closers.use(sandbox);
    const medians = variants.map((): number[] => []);
    progress(`${warmRounds} rounds of ${callsARound} calls each`);
    let number = 0;
    await inRounds(warmRounds + 1, variants, async (variant, round) => {
      const at = variants.indexOf(variant);
      const millis: number[] = [];
      for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
        const event = eventOf(variant, (number += 1));
        millis.push((await sandboxes[at]?.webhookMillis(event)) ?? Number.NaN);
      }
      if (round > 0) medians[at]?.push(median(millis));
    });
    const [what, targets] = ["amocrm-webhook, p50 of a call", ["<= 1.25 x floor"] as const];
    return { figures: [{ what, unit: "ms", targets, ...compared(medians) }] };
  },
};
