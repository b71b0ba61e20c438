import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../local/run.ts";
import type { Direction } from "../lambdas/model/envelope.ts";

/** One message on its way through the bridge. */
export type Passage = {
  readonly direction: Direction;
  /** From the call of its webhook until the vendor has accepted it. */
  readonly millis: number;
};

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
    for (const { text } of [...inTelegram, ...shown]) waiting.get(text)?.(atMillis);
  }, pollEveryMillis);

  const conversationOf = (chat: number) => `tg-1000000001-${chat}`;
  const send = (direction: Direction, chat: number, text: string) =>
    direction === "to-amocrm"
      ? telegram.customerSays({ id: chat, first_name: `Customer ${chat}` }, text)
      : amocrm.operatorSays(conversationOf(chat), text);
  const say = async (direction: Direction, chat: number): Promise<Passage> => {
    const text = `${direction} ${(number += 1)}`;
    const arrival = Promise.withResolvers<number>();
    const lost = setTimeout(
      () => arrival.reject(new Error(`"${text}" did not arrive.`)),
      timeoutMillis,
    );
    waiting.set(text, arrival.resolve);
    const startedAt = performance.now();
    // Does not wait for the webhook's answer: the message may arrive before it.
    const [arrivedAt] = await Promise.all([arrival.promise, send(direction, chat, text)]);
    clearTimeout(lost);
    waiting.delete(text);
    return { direction, millis: arrivedAt - startedAt };
  };
  const filesTaken = () =>
    telegram.messages().filter(({ file }) => file !== undefined).length +
    amocrm.messages().filter(({ type, direction }) => type === "file" && direction === "customer")
      .length;

  return {
    stop: () => clearInterval(timer),
    /** Writes in every chat, both ways, before the measurement. */
    async open(count: number): Promise<void> {
      for (let chat = 1; chat <= count; chat += 1) {
        await say("to-amocrm", chat);
        await say("to-telegram", chat);
      }
    },
    /** Sends that many messages each way, evenly over chats and time. */
    async write(chats: number, messages: number, everyMillis: number): Promise<Passage[]> {
      const said: Promise<Passage>[] = [];
      for (let index = 0; index < messages; index += 1) {
        for (const direction of ["to-amocrm", "to-telegram"] as const) {
          said.push(say(direction, (index % chats) + 1));
          await sleep(everyMillis);
        }
      }
      return Promise.all(said);
    },
    /** Sends that many messages of one chat to the webhooks, both ways. They wait in the queues. */
    async flood(chat: number, messages: number): Promise<void> {
      for (let index = 0; index < messages; index += 1) {
        const text = `waiting ${(number += 1)}`;
        await Promise.all([send("to-amocrm", chat, text), send("to-telegram", chat, text)]);
      }
    },
    /** The number of messages of a chat that the vendors have accepted. */
    taken(chat: number): number {
      const shown = amocrm
        .messages()
        .filter(
          ({ conversationId, direction }) =>
            conversationId === conversationOf(chat) && direction === "customer",
        );
      return telegram.messages().filter(({ chatId }) => chatId === chat).length + shown.length;
    },
    /** Sends the largest file each way in a chat at the same time, until both vendors have it. */
    async carryFiles(chat: number): Promise<void> {
      const before = filesTaken();
      const bytes = Buffer.alloc(fileBytes, "a large file ");
      const [fileName, contentType] = ["large.bin", "application/octet-stream"];
      const fileId = `large-${chat}`;
      telegram.putFile(fileId, bytes);
      const facts = { file_name: fileName, mime_type: contentType, file_size: fileBytes };
      const document = { file_id: fileId, file_unique_id: fileId, ...facts };
      const { id } = amocrm.addAttachment({ bytes, fileName, contentType });
      await Promise.all([
        telegram.customer.send({ id: chat, first_name: `Customer ${chat}` }, { document }),
        amocrm.operatorSends(conversationOf(chat), { attachments: [{ id, type: "file" }] }),
      ]);
      const endMillis = performance.now() + timeoutMillis;
      while (filesTaken() < before + 2) {
        if (performance.now() > endMillis) throw new Error("The files did not arrive.");
        await sleep(100);
      }
    },
  };
}
