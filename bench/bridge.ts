import type { Figure, Part } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startRun } from "../local/run.ts";
import { readSettings } from "../local/settings.ts";
import { passages, startTraffic } from "./bridge/passages.ts";
import type { Passage } from "./bridge/passages.ts";

const latencyMillis = 80;
const chats = 8;
const messages = 160;
const warmUpMessages = 80;
/** Between two messages of the bridge. */
const everyMillis = 75;
/** The full figure has a thousand; so many wait as long in proportion. */
const noisyMessages = Number(process.env["BENCH_MESSAGES"] ?? "500");
const always = Number.MAX_SAFE_INTEGER;

/**
 * From a webhook to the vendor's answer over the laptop run: the shipped bundles in processes of their
 * own, simulated vendors of 80 ms, emulators of SQS and DynamoDB. The emulators' time is in the
 * figures and Lambda's is not, so they are no promise for AWS.
 */
export const bridge: Part = {
  name: "bridge",
  about: "webhook in to vendor's answer over the laptop run, and beside a noisy chat",
  async measure(progress) {
    const { root } = await shippedAssembly();
    const run = await startRun(readSettings({ PORT: "0" }), {
      log: () => undefined,
      assemblyRoot: root,
    });
    try {
      const traffic = startTraffic(run);
      progress("opening the chats");
      await traffic.open(chats + 1);
      run.telegram?.faults.add({ match: "sendMessage", delayMillis: latencyMillis, times: always });
      run.amocrm?.faults.add({
        match: "POST /v2/origin",
        delayMillis: latencyMillis,
        times: always,
      });
      // Sandboxes start as they are needed; what is measured are those that run.
      await traffic.write(chats, warmUpMessages, 10);
      progress(`${messages} messages each way in ${chats} chats`);
      const calm = await traffic.write(chats, messages, everyMillis);
      progress(`the same beside a chat with ${noisyMessages} waiting messages each way`);
      await traffic.makeNoise(chats + 1, noisyMessages);
      const noisy = await traffic.write(chats, messages, everyMillis);
      const left = 2 * noisyMessages + 2 - traffic.taken(chats + 1);
      traffic.stop();
      if (left === 0) throw new Error("The noisy chat was through before the others.");
      return {
        figures: (["to-amocrm", "to-telegram"] as const).flatMap((direction) =>
          figuresOf(direction, calm, noisy),
        ),
        ...(noisyMessages >= 1000
          ? {}
          : {
              skipped: [
                {
                  what: "a noisy chat of 1,000",
                  why: `${noisyMessages} by default; BENCH_MESSAGES=1000 takes them`,
                },
              ],
            }),
      };
    } finally {
      await run.close();
    }
  },
};

function figuresOf(
  direction: Passage["direction"],
  calm: readonly Passage[],
  noisy: readonly Passage[],
): Figure[] {
  const at = (of: readonly Passage[], share: number) => passages(of, direction, share);
  const figure = (what: string, ours: number): Figure => ({
    what: `${direction}: ${what}`,
    unit: "ms",
    ours,
    floor: latencyMillis,
  });
  return [
    figure("p50", at(calm, 0.5)),
    figure("p99", at(calm, 0.99)),
    {
      what: `${direction}: p99 beside a noisy chat (floor: without it)`,
      unit: "ms",
      ours: at(noisy, 0.99),
      floor: at(calm, 0.99),
      targets: [{ of: "floor", atMost: 1.2 }],
    },
  ];
}
