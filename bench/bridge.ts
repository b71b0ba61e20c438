import { setTimeout as sleep } from "node:timers/promises";
import type { Effort, Figure, Part } from "./figure.ts";
import { median, ratio } from "./ingest/rounds.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { startRun } from "../local/run.ts";
import { readSettings } from "../local/settings.ts";
import { carryFiles, peakMegabytes } from "./bridge/files.ts";
import { withLambdaFlags } from "./bridge/lambda-flags.ts";
import { passages, startTraffic } from "./bridge/passages.ts";
import type { Passage } from "./bridge/passages.ts";

const latencyMillis = 80;
const chats = 8;
/** The messages of one minute each way, so that the caretaker runs once in each measurement. */
const messages = 400;
const warmUpMessages = 80;
/** Time between two messages of the bridge. */
const everyMillis = 75;
/** Messages that wait in one chat, each way, and the number of rounds with and without that chat. */
const noise: Readonly<Record<Effort, { messages: number; rounds: number }>> = {
  full: { messages: 1000, rounds: 3 },
  short: { messages: 800, rounds: 1 },
};
/** Chats with a large file each way. */
const fileChats = 5;
const always = Number.MAX_SAFE_INTEGER;

/**
 * From a webhook to the vendor's answer on the laptop run: the shipped bundles in separate processes,
 * simulated vendors of 80 ms, emulators of SQS and DynamoDB. The figures include the emulators' time,
 * but not Lambda's, so they do not hold for AWS.
 */
export const bridge: Part = {
  name: "bridge",
  about: "webhook to vendor's answer on the laptop run, with and without a noisy chat",
  async measure(progress, effort) {
    const assembly = await shippedAssembly();
    const limited = await withLambdaFlags(assembly.root);
    const run = await startRun(readSettings({ PORT: "0" }), {
      log: () => undefined,
      assemblyRoot: limited.root,
    });
    try {
      const traffic = startTraffic(run);
      progress("opening the chats");
      const noisyChat = chats + 1;
      await traffic.open(noisyChat);
      run.telegram?.faults.add({ match: "sendMessage", delayMillis: latencyMillis, times: always });
      run.amocrm?.faults.add({
        match: "POST /v2/origin",
        delayMillis: latencyMillis,
        times: always,
      });
      // Sandboxes start on demand. The bench measures running sandboxes, one for each slot. So it first
      // keeps them busy for as long as the vendors take, with more messages than come later.
      await traffic.write(chats, warmUpMessages, 10);
      const { rounds, messages: waiting } = noise[effort];
      const found: Round[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`round ${round} of ${rounds}: ${messages} messages each way in ${chats} chats`);
        const calm = await traffic.write(chats, messages, everyMillis);
        progress(`the same beside a chat with ${waiting} waiting messages each way`);
        const before = traffic.taken(noisyChat);
        await traffic.makeNoise(noisyChat, waiting);
        const noisy = await traffic.write(chats, messages, everyMillis);
        const left = () => before + 2 * waiting - traffic.taken(noisyChat);
        if (left() === 0) throw new Error("The noisy chat was finished before the others.");
        found.push({ calm, noisy });
        if (round < rounds) progress("waiting for the noisy chat");
        while (round < rounds && left() > 0) await sleep(500);
      }
      // Last, because amoCRM's timeout for a webhook may end while files go through this one process.
      progress(`a file of 20 MB each way in ${fileChats} chats`);
      for (let chat = 1; chat <= fileChats; chat += 1) await carryFiles(run, chat);
      const peak = peakMegabytes(run);
      traffic.stop();
      return {
        figures: [
          ...figuresOf("to-amocrm", found),
          ...figuresOf("to-telegram", found),
          ...(peak === undefined ? [] : [memoryOf(peak, assembly.megabytes("DeliverySender"))]),
        ],
        skipped: [
          ...(effort === "full"
            ? []
            : [
                { what: "1,000 waiting, three rounds", why: `${waiting} once where all parts run` },
              ]),
          ...(peak === undefined ? [{ what: "memory of a sender", why: "there is no /proc" }] : []),
        ],
      };
    } finally {
      await run.close();
      await limited.remove();
    }
  },
};

type Round = { readonly calm: readonly Passage[]; readonly noisy: readonly Passage[] };

function figuresOf(direction: Passage["direction"], rounds: readonly Round[]): Figure[] {
  const each = (of: keyof Round, share: number) =>
    rounds.map((round) => passages(round[of], direction, share));
  const figure = (what: string, ours: number): Figure => ({
    what: `${direction}: ${what}`,
    unit: "ms",
    ours,
    floor: latencyMillis,
  });
  return [
    figure("p50", median(each("calm", 0.5))),
    figure("p99", median(each("calm", 0.99))),
    {
      what: `${direction}: p99 beside a noisy chat (floor: without it)`,
      unit: "ms",
      ours: median(each("noisy", 0.99)),
      floor: median(each("calm", 0.99)),
      xFloor: ratio(each("noisy", 0.99), each("calm", 0.99)),
      targets: [{ of: "floor", atMost: 1.2 }],
    },
  ];
}

/** A fifth is left for memory that Lambda counts outside the process. */
function memoryOf(peak: number, megabytes: number): Figure {
  return {
    what: "peak memory of a sender, 20 MB each way (floor: its limit)",
    unit: "MB",
    ours: peak,
    floor: megabytes,
    targets: [{ of: "floor", atMost: 0.8 }],
  };
}
