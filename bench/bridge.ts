import { setTimeout as sleep } from "node:timers/promises";
import { startRun } from "../local/run.ts";
import { readSettings } from "../local/settings.ts";
import { median, percentile, ratio } from "./figure.ts";
import type { Effort, Figure, Part } from "./figure.ts";
import { startTraffic } from "./traffic.ts";
import type { Passage } from "./traffic.ts";
import { shippedAssembly } from "./world/assembly.ts";
import type { Direction } from "../lambdas/model/envelope.ts";
import { peakMegabytesOf } from "./world/sandbox.ts";

const latencyMillis = 80;
const chats = 8;
/** The messages of one minute each way, so that the caretaker runs once in each measurement. */
const messages = 400;
const warmUpMessages = 80;
/** Time between two messages of the bridge. */
const everyMillis = 75;
/** Messages that wait in the busy chat, each way, and the number of rounds with and without that chat. */
const backlog: Readonly<Record<Effort, { waiting: number; rounds: number }>> = {
  full: { waiting: 1000, rounds: 3 },
  short: { waiting: 800, rounds: 1 },
};
/** Chats with a large file each way. */
const fileChats = 5;

/**
 * From a webhook to the vendor's answer on the laptop run: the shipped bundles in separate processes,
 * simulated vendors of 80 ms, emulators of SQS and DynamoDB. The figures include the emulators' time,
 * but not Lambda's, so they do not hold for AWS.
 */
export const bridge: Part = {
  about: "webhook to vendor's answer on the laptop run, with and without a busy chat",
  async measure(progress, effort) {
    const { root: assemblyRoot, functions } = await shippedAssembly();
    const run = await startRun(readSettings({ PORT: "0" }), { log: () => {}, assemblyRoot });
    try {
      const traffic = startTraffic(run);
      progress("opening the chats");
      const busyChat = chats + 1;
      await traffic.open(busyChat);
      const slow = { delayMillis: latencyMillis, times: Number.MAX_SAFE_INTEGER };
      run.telegram?.faults.add({ match: "sendMessage", ...slow });
      run.amocrm?.faults.add({ match: "POST /v2/origin", ...slow });
      // Sandboxes start on demand. The bench measures running sandboxes, one for each slot. So it first
      // keeps them busy for as long as the vendors take, with more messages than come later.
      await traffic.write(chats, warmUpMessages, 10);
      const { rounds, waiting } = backlog[effort];
      const found: Round[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`round ${round} of ${rounds}: ${messages} messages each way in ${chats} chats`);
        const calm = await traffic.write(chats, messages, everyMillis);
        progress(`the same beside a chat with ${waiting} waiting messages each way`);
        await traffic.flood(busyChat, waiting);
        const beside = await traffic.write(chats, messages, everyMillis);
        if (traffic.left() === 0) throw new Error("The busy chat was finished before the others.");
        found.push({ calm, beside });
        if (round < rounds) progress("waiting for the busy chat");
        while (round < rounds && traffic.left() > 0) await sleep(500);
      }
      // Last, because amoCRM's timeout for a webhook may end while files go through this one process.
      progress(`a file of 20 MB each way in ${fileChats} chats`);
      for (let chat = 1; chat <= fileChats; chat += 1) await traffic.carryFiles(chat);
      traffic.stop();
      const peaks = run.host.processes("delivery-sender").map(peakMegabytesOf);
      if (peaks.length === 0) throw new Error("no sender was running at the end");
      const memory: Figure = {
        what: "peak memory of a sender, 20 MB each way (floor: its limit)",
        unit: "MB",
        ours: Math.max(...peaks),
        floor: functions.DeliverySender.megabytes,
        // A fifth is left for memory that Lambda counts outside the process.
        targets: ["<= 0.8 x floor"],
      };
      const what = "1,000 waiting, three rounds";
      return {
        figures: [...figuresOf("to-amocrm", found), ...figuresOf("to-telegram", found), memory],
        skipped: effort === "full" ? [] : [{ what, why: `${waiting} once where all parts run` }],
      };
    } finally {
      await run.close();
    }
  },
};

/** The messages without the busy chat, and beside it. */
type Round = Readonly<Record<"calm" | "beside", readonly Passage[]>>;

function figuresOf(direction: Direction, rounds: readonly Round[]): Figure[] {
  const each = (of: keyof Round, share: number) =>
    rounds.map((round) => {
      const passages = round[of].filter((passage) => passage.direction === direction);
      return percentile(
        passages.map(({ millis }) => millis),
        share,
      );
    });
  const figure = (what: string, ours: number, floor: number): Figure => {
    return { what: `${direction}: ${what}`, unit: "ms", ours, floor };
  };
  const [calm, beside] = [each("calm", 0.99), each("beside", 0.99)];
  return [
    figure("p50", median(each("calm", 0.5)), latencyMillis),
    figure("p99", median(calm), latencyMillis),
    {
      ...figure("p99 beside a busy chat (floor: without it)", median(beside), median(calm)),
      xFloor: ratio(beside, calm),
      targets: ["<= 1.2 x floor"],
    },
  ];
}
