import { setTimeout as sleep } from "node:timers/promises";
import type { Direction } from "../lambdas/model/envelope.ts";
import { startRun } from "../local/run.ts";
import type { Run } from "../local/run.ts";
import { readSettings } from "../local/settings.ts";
import { figure, median, percentile, ratio } from "./figure.ts";
import type { Figure, Findings, Progress } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { conversationOf, directions } from "./world/names.ts";
import { peakMegabytesOf } from "./world/sandbox.ts";

const latencyMillis = 80;
const chats = 8;
const busyChat = chats + 1;
/** The messages of one minute each way, so that the caretaker runs once in each measurement. */
const messages = 400;
/** Time between two messages of the bridge. */
const everyMillis = 75;
/** Messages that wait in the busy chat, each way. */
const waiting = 1000;
const rounds = 3;
/** Chats with a large file each way, of the largest size that bots may fetch. */
const fileChats = 5;
const fileBytes = 20 * 1024 * 1024;
const timeoutMillis = 300_000;

/** The milliseconds from a webhook's call until the vendor has accepted the message, by direction. */
type Passages = Readonly<Record<Direction, readonly number[]>>;

/**
 * From a webhook to the vendor's answer on the laptop run: the shipped bundles in separate processes,
 * simulated vendors of 80 ms, emulators of SQS and DynamoDB. The figures include the emulators' time,
 * but not Lambda's, so they do not hold for AWS.
 */
export async function bridge(progress: Progress): Promise<Findings> {
  const { root: assemblyRoot, functions } = await shippedAssembly();
  await using closers = new AsyncDisposableStack();
  const run = await startRun(readSettings({ PORT: "0" }), { log: () => {}, assemblyRoot });
  closers.defer(() => run.close());
  const people = peopleOf(run);
  closers.defer(people.stop);
  progress("opening the chats");
  for (let chat = 1; chat <= busyChat; chat += 1) {
    for (const direction of directions) await people.all([people.say(direction, chat)]);
  }
  const slow = { delayMillis: latencyMillis, times: Number.MAX_SAFE_INTEGER };
  run.telegram?.faults.add({ match: "sendMessage", ...slow });
  run.amocrm?.faults.add({ match: "POST /v2/origin", ...slow });
  // Sandboxes start on demand. The bench measures running sandboxes, one for each slot. So it first
  // keeps them busy for as long as the vendors take, with more messages than come later.
  await people.write(80, 10);
  const calm: Passages[] = [];
  const beside: Passages[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}: ${messages} messages each way in ${chats} chats`);
    calm.push(await people.write(messages, everyMillis));
    progress(`the same beside a chat with ${waiting} waiting messages each way`);
    for (let index = 0; index < waiting; index += 1) {
      await Promise.all(directions.map((direction) => people.say(direction, busyChat).taken));
    }
    beside.push(await people.write(messages, everyMillis));
    if (people.left() === 0) throw new Error("The busy chat was finished before the others.");
    progress("waiting for the busy chat");
    while (people.left() > 0) await sleep(500);
  }
  // Last, because amoCRM's timeout for a webhook may end while files go through this one process.
  progress(`a file of 20 MB each way in ${fileChats} chats`);
  const file = Buffer.alloc(fileBytes, "a large file ");
  for (let chat = 1; chat <= fileChats; chat += 1) {
    await people.all(directions.map((direction) => people.say(direction, chat, file)));
  }
  const peaks = run.host.processes("delivery-sender").map(peakMegabytesOf);
  if (peaks.length === 0) throw new Error("no sender was running at the end");
  const what = "peak memory of a sender, 20 MB each way (floor: its limit)";
  const found = { ours: Math.max(...peaks), floor: functions.DeliverySender.megabytes };
  // A fifth is left for memory that Lambda counts outside the process.
  const memory = figure(what, "MB", found, "<= 0.8 x floor");
  return { figures: [...directions.flatMap((each) => figuresOf(each, calm, beside)), memory] };
}

function figuresOf(
  direction: Direction,
  calm: readonly Passages[],
  beside: readonly Passages[],
): Figure[] {
  const each = (rounds: readonly Passages[], share: number) =>
    rounds.map((passages) => percentile(passages[direction], share));
  const [alone, busy] = [each(calm, 0.99), each(beside, 0.99)];
  const ofVendor = (all: readonly number[]) => ({ ours: median(all), floor: latencyMillis });
  const compared = { ours: median(busy), floor: median(alone), xFloor: ratio(busy, alone) };
  const title = `${direction}: p99 beside a busy chat (floor: without it)`;
  return [
    figure(`${direction}: p50`, "ms", ofVendor(each(calm, 0.5))),
    figure(`${direction}: p99`, "ms", ofVendor(alone)),
    figure(title, "ms", compared, "<= 1.2 x floor"),
  ];
}

/** People on both sides of a running bridge. */
function peopleOf({ telegram, amocrm }: Run) {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  let number = 0;
  /** The waits for a text to arrive, with one check for all of them. */
  const waits = new Map<string, (atMillis: number) => void>();
  /** Checks only new messages: checking some thousands each time would take the most time here. */
  const seen = { telegram: 0, amocrm: 0 };
  const timer = setInterval(() => {
    const atMillis = performance.now();
    const inTelegram = telegram.messages(seen.telegram);
    const inAmocrm = amocrm.messages(seen.amocrm);
    seen.telegram += inTelegram.length;
    seen.amocrm += inAmocrm.length;
    // An operator's text is in amoCRM from the start. It arrives in Telegram.
    const shown = inAmocrm.filter(({ direction }) => direction === "customer");
    for (const { text } of [...inTelegram, ...shown]) {
      waits.get(text)?.(atMillis);
      waits.delete(text);
    }
  }, 2);

  const customerSends = (chat: number, text: string, file?: Buffer) => {
    const customer = { id: chat, first_name: `Customer ${chat}` };
    if (file === undefined) return telegram.customerSays(customer, text);
    telegram.putFile(text, file);
    const document = { file_id: text, file_unique_id: text, file_size: file.length };
    return telegram.customer.send(customer, { document, caption: text });
  };
  const operatorSends = (chat: number, text: string, bytes?: Buffer) => {
    const [fileName, contentType] = ["large.bin", "application/octet-stream"];
    const file = bytes && amocrm.addAttachment({ bytes, fileName, contentType });
    const attachments = file && { attachments: [{ id: file.id, type: "file" as const }] };
    return amocrm.operatorSends(conversationOf(chat), { text, ...attachments });
  };
  /** Sends a text, or a file with the text as its caption. The bridge takes it, and the vendor accepts it. */
  const say = (direction: Direction, chat: number, file?: Buffer) => {
    const text = `${direction} ${(number += 1)}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    waits.set(text, resolve);
    const startMillis = performance.now();
    const taken = (direction === "to-amocrm" ? customerSends : operatorSends)(chat, text, file);
    return { taken, accepted: promise.then((atMillis) => atMillis - startMillis) };
  };
  /** Waits until the vendors have accepted all. */
  const all = async (said: readonly ReturnType<typeof say>[]): Promise<number[]> => {
    const lost = sleep(timeoutMillis, undefined, { ref: false }).then(() => {
      throw new Error(`${waits.size} messages did not arrive.`);
    });
    await Promise.all(said.map(({ taken }) => taken));
    return Promise.race([Promise.all(said.map(({ accepted }) => accepted)), lost]);
  };

  return {
    say,
    all,
    stop: () => clearInterval(timer),
    /** The number of messages that the vendors have not accepted yet. */
    left: () => waits.size,
    /** Sends that many messages each way, evenly over chats and time. */
    async write(count: number, everyMillis: number): Promise<Passages> {
      const said = { "to-amocrm": [say("to-amocrm", 1)], "to-telegram": [say("to-telegram", 1)] };
      for (let index = 1; index < count; index += 1) {
        for (const direction of directions) {
          await sleep(everyMillis);
          said[direction].push(say(direction, (index % chats) + 1));
        }
      }
      return {
        "to-amocrm": await all(said["to-amocrm"]),
        "to-telegram": await all(said["to-telegram"]),
      };
    },
  };
}
