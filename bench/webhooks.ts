import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aCertificate } from "../test/support/certificate.ts";
import { bundleOf } from "./bundles.ts";
import type { Variant } from "./bundles.ts";
import { figure, inRounds, median, ratio } from "./figure.ts";
import type { Findings, Progress } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { channelSecret, variablesOf, webhookEvent } from "./world/names.ts";
import { startSandbox } from "./world/sandbox.ts";
import { startServices } from "./world/services.ts";

/** An AWS behind TLS with an address for each service, as the real one has, and the webhooks that call it. */
async function openWebhooks() {
  const closers = new AsyncDisposableStack();
  const certificate = aCertificate({ host: "127.0.0.1", days: 2 });
  const { path } = closers.use(await mkdtempDisposable(join(tmpdir(), "bridge-bench-")));
  const NODE_EXTRA_CA_CERTS = join(path, "certificate.pem");
  await writeFile(NODE_EXTRA_CA_CERTS, certificate.cert);
  const open = async () => closers.use(await startServices({ certificate })).url;
  const sqs = await open();
  const { functions } = await shippedAssembly();
  const environment = {
    ...variablesOf(functions, sqs),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await open(),
    AWS_ENDPOINT_URL_DYNAMODB: await open(),
    AWS_ENDPOINT_URL_SQS: sqs,
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
function compared<Name>(
  of: (name: Name) => readonly number[],
  names: readonly [ours: Name, floor: Name, naive: Name],
) {
  const [ours, floor, naive] = [of(names[0]), of(names[1]), of(names[2])];
  const ratios = { xFloor: ratio(ours, floor), xNaive: ratio(ours, naive) };
  return { ours: median(ours), floor: median(floor), naive: median(naive), ...ratios };
}

const coldRounds = 21;
const coldFigures = [
  ["total", "start to first answer", "ms", "<= 2.2 x floor", "<= 0.4 x naive"],
  ["first", "first webhook after INIT", "ms", "<= 0.15 x naive"],
  ["memory", "peak memory", "MB", "<= 66"],
] as const;

/** From the start of a process to the answer of its first webhook. */
export async function cold(progress: Progress): Promise<Findings> {
  await using webhooks = await openWebhooks();
  const ours = ["amocrm-webhook", "telegram-webhook"] as const;
  // The round that is not counted reads the bundles from the disk.
  const taken = await inRounds(coldRounds, ["empty", ...ours, "naive"], async (variant, round) => {
    await using sandbox = await webhooks.start(variant);
    const first = await sandbox.webhookMillis(eventOf(variant, round));
    if (variant === "empty" && round % 7 === 1) progress(`round ${round} of ${coldRounds}`);
    return { first, total: sandbox.initMillis + first, memory: sandbox.peakMegabytes() };
  });
  const figures = ours.flatMap((variant) =>
    coldFigures.map(([name, what, unit, ...targets]) => {
      const of = (each: keyof typeof taken) => taken[each].map((round) => round[name]);
      const found = compared(of, [variant, "empty", "naive"]);
      return figure(`${variant}, ${what}`, unit, found, ...targets);
    }),
  );
  return { figures };
}

const warmRounds = 60;
const callsARound = 20;
/** Uncounted calls, until the code is compiled. */
const callsBefore = 400;

/** A later call of a webhook, in a running sandbox: the median. */
export async function warm(progress: Progress): Promise<Findings> {
  await using closers = new AsyncDisposableStack();
  const webhooks = closers.use(await openWebhooks());
  const variants = ["amocrm-webhook", "signed-post", "naive"] as const;
  const started = variants.map(
    async (variant) => [variant, closers.use(await webhooks.start(variant))] as const,
  );
  const sandboxes = new Map(await Promise.all(started));
  progress(`${warmRounds} rounds of ${callsARound} calls each`);
  let number = 0;
  const taken = await inRounds(warmRounds, variants, async (variant, round) => {
    const millis: number[] = [];
    for (let call = 0; call < (round === 0 ? callsBefore : callsARound); call += 1) {
      const event = eventOf(variant, (number += 1));
      millis.push((await sandboxes.get(variant)?.webhookMillis(event)) ?? Number.NaN);
    }
    return median(millis);
  });
  const found = compared((variant) => taken[variant], variants);
  return { figures: [figure("amocrm-webhook, p50 of a call", "ms", found, "<= 1.25 x floor")] };
}
