import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../../local/run.ts";

/** One message on its way through the bridge. */
export type Passage = {
  readonly direction: "to-amocrm" | "to-telegram";
  /** The time from the webhook call until the vendor accepted the message. */
  readonly millis: number;
};

const checkEveryMillis = 2;
const timeoutMillis = 300_000;

/** People on both sides of a running bridge. */
export function startTraffic(run: Run) {
  const { telegram, amocrm } = run;
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  const conversationOf = (chat: number) => `tg-1000000001-${chat}`;
  let number = 0;
  const nextText = (who: string) => `${who} ${(number += 1)}`;

  /** Callbacks that wait for a text. One timer checks for all of them. */
  const waiting = new Map<string, (atMillis: number) => void>();
  /**
   * Checks only new messages. Checking some thousands every time would use the most processor time
   * here.
   */
  const seen = { telegram: 0, amocrm: 0 };
  const checkTimer = setInterval(() => {
    const atMillis = performance.now();
    const inTelegram = telegram.messages(seen.telegram);
    const inAmocrm = amocrm.messages(seen.amocrm);
    seen.telegram += inTelegram.length;
    seen.amocrm += inAmocrm.length;
    // An operator's own text is in amoCRM from the start. It arrives in Telegram.
    const shown = inAmocrm.filter(({ direction }) => direction === "customer");
    for (const { text } of [...inTelegram, ...shown]) {
      waiting.get(text)?.(atMillis);
      waiting.delete(text);
    }
  }, checkEveryMillis);
  const arrivalOf = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const fail = () => reject(new Error(`"${text}" did not arrive.`));
      const timer = setTimeout(fail, timeoutMillis);
      waiting.set(text, (atMillis) => {
        clearTimeout(timer);
        resolve(atMillis);
      });
    });
  const say = async (direction: Passage["direction"], chat: number): Promise<Passage> => {
    const text = nextText(direction);
    const arriving = arrivalOf(text);
    const startedAt = performance.now();
    // Does not wait for the webhook's answer, because the message may arrive earlier.
    const sent =
      direction === "to-amocrm"
        ? telegram.customerSays({ id: chat, first_name: `Customer ${chat}` }, text)
        : amocrm.operatorSays(conversationOf(chat), text);
    const [arrivedAt] = await Promise.all([arriving, sent]);
    return { direction, millis: arrivedAt - startedAt };
  };

  return {
    stop: () => clearInterval(checkTimer),
    /** Writes in every chat, in both directions, before the measurement. */
    async open(count: number): Promise<void> {
      for (let chat = 1; chat <= count; chat += 1) {
        await say("to-amocrm", chat);
        await say("to-telegram", chat);
      }
    },
    /** This many messages in each direction, evenly over chats and time. */
    async write(chats: number, messages: number, everyMillis: number): Promise<Passage[]> {
      const passages: Promise<Passage>[] = [];
      for (let index = 0; index < messages; index += 1) {
        const chat = (index % chats) + 1;
        passages.push(say("to-amocrm", chat));
        await sleep(everyMillis);
        passages.push(say("to-telegram", chat));
        await sleep(everyMillis);
      }
      return Promise.all(passages);
    },
    /**
     * Sends this many messages of one chat to the webhooks, in both directions. They wait in the
     * queues.
     */
    async makeNoise(chat: number, messages: number): Promise<void> {
      for (let index = 0; index < messages; index += 1) {
        await Promise.all([
          telegram.customerSays({ id: chat, first_name: "Noisy" }, nextText("noise")),
          amocrm.operatorSays(conversationOf(chat), nextText("noise")),
        ]);
      }
    },
    /** The number of messages that the vendors have accepted in a chat. */
    taken: (chat: number) =>
      telegram.messages().filter(({ chatId }) => chatId === chat).length +
      amocrm
        .messages()
        .filter(
          ({ conversationId: of, direction }) =>
            of === conversationOf(chat) && direction === "customer",
        ).length,
  };
}

/** The percentile of the latency of one direction. */
export function passages(
  all: readonly Passage[],
  direction: Passage["direction"],
  share: number,
): number {
  const sorted = all
    .filter((passage) => passage.direction === direction)
    .map(({ millis }) => millis)
    .toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
