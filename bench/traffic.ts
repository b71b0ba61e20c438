import { setTimeout as sleep } from "node:timers/promises";
import type { Direction } from "../lambdas/model/envelope.ts";
import type { Run } from "../local/run.ts";

/** One message on its way through the bridge. */
export type Passage = {
  readonly direction: Direction;
  /** From the call of its webhook until the vendor has accepted it. */
  readonly millis: number;
};

const directions = ["to-amocrm", "to-telegram"] as const;
const pollEveryMillis = 2;
const timeoutMillis = 300_000;
/** The largest file that bots may fetch. */
const fileBytes = 20 * 1024 * 1024;

/** People on both sides of a running bridge. */
export function startTraffic({ telegram, amocrm }: Run) {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  let number = 0;
  /** The waits for a text to arrive, with one check for all of them. */
  const waiting = new Map<string, (atMillis: number) => void>();
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
      waiting.get(text)?.(atMillis);
      waiting.delete(text);
    }
  }, pollEveryMillis);

  /** Sends a text, or a file with the text as its caption. The bridge takes it, and the vendor accepts it. */
  const say = (direction: Direction, chat: number, file?: Buffer) => {
    const text = `${direction} ${(number += 1)}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    waiting.set(text, resolve);
    const startMillis = performance.now();
    const send = direction === "to-amocrm" ? customerSends : operatorSends;
    const taken = send(chat, text, file);
    return { taken, accepted: promise.then((at) => ({ direction, millis: at - startMillis })) };
  };
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
    return amocrm.operatorSends(`tg-1000000001-${chat}`, { text, ...attachments });
  };
  /** Waits until the vendors have accepted all. */
  const all = async (said: readonly ReturnType<typeof say>[]): Promise<Passage[]> => {
    const lost = sleep(timeoutMillis, undefined, { ref: false }).then(() => {
      throw new Error(`${waiting.size} messages did not arrive.`);
    });
    await Promise.all(said.map(({ taken }) => taken));
    return Promise.race([Promise.all(said.map(({ accepted }) => accepted)), lost]);
  };

  return {
    stop: () => clearInterval(timer),
    /** The number of messages that the vendors have not accepted yet. */
    left: () => waiting.size,
    /** Writes in every chat, both ways, before the measurement. */
    async open(count: number): Promise<void> {
      for (let chat = 1; chat <= count; chat += 1) {
        for (const direction of directions) await all([say(direction, chat)]);
      }
    },
    /** Sends that many messages each way, evenly over chats and time. */
    async write(chats: number, messages: number, everyMillis: number): Promise<Passage[]> {
      const said: ReturnType<typeof say>[] = [];
      for (let index = 0; index < messages; index += 1) {
        for (const direction of directions) {
          said.push(say(direction, (index % chats) + 1));
          await sleep(everyMillis);
        }
      }
      return all(said);
    },
    /** Sends that many messages of one chat to the webhooks, both ways. They wait in the queues. */
    async flood(chat: number, messages: number): Promise<void> {
      for (let index = 0; index < messages; index += 1) {
        await Promise.all(directions.map((direction) => say(direction, chat).taken));
      }
    },
    /** Sends the largest file each way in a chat at the same time, until both vendors have it. */
    async carryFiles(chat: number): Promise<void> {
      const file = Buffer.alloc(fileBytes, "a large file ");
      await all(directions.map((direction) => say(direction, chat, file)));
    },
  };
}
