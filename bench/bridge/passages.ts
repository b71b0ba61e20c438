import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../../local/run.ts";

/** One message on its way through the bridge. */
export type Passage = {
  readonly direction: "to-amocrm" | "to-telegram";
  /** From the call of its webhook until the vendor has accepted it. */
  readonly millis: number;
};

const lookEveryMillis = 2;
const timeoutMillis = 300_000;

/** People on both sides of a running bridge. */
export function startTraffic(run: Run) {
  const { telegram, amocrm } = run;
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  const conversationOf = (chat: number) => `tg-1000000001-${chat}`;
  let number = 0;
  const nextText = (who: string) => `${who} ${(number += 1)}`;

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
  }, lookEveryMillis);
  const arrivalOf = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const sorry = () => reject(new Error(`"${text}" did not arrive.`));
      const timer = setTimeout(sorry, timeoutMillis);
      waiting.set(text, (atMillis) => {
        clearTimeout(timer);
        resolve(atMillis);
      });
    });
  const say = async (direction: Passage["direction"], chat: number): Promise<Passage> => {
    const text = nextText(direction);
    const arriving = arrivalOf(text);
    const startedAt = performance.now();
    // Does not wait for the webhook's answer: the message may arrive before it.
    const said =
      direction === "to-amocrm"
        ? telegram.customerSays({ id: chat, first_name: `Customer ${chat}` }, text)
        : amocrm.operatorSays(conversationOf(chat), text);
    const [arrivedAt] = await Promise.all([arriving, said]);
    return { direction, millis: arrivedAt - startedAt };
  };

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
        const chat = (index % chats) + 1;
        said.push(say("to-amocrm", chat));
        await sleep(everyMillis);
        said.push(say("to-telegram", chat));
        await sleep(everyMillis);
      }
      return Promise.all(said);
    },
    /** Sends that many messages of one chat to the webhooks, both ways. They wait in the queues. */
    async makeNoise(chat: number, messages: number): Promise<void> {
      for (let index = 0; index < messages; index += 1) {
        await Promise.all([
          telegram.customerSays({ id: chat, first_name: "Noisy" }, nextText("noise")),
          amocrm.operatorSays(conversationOf(chat), nextText("noise")),
        ]);
      }
    },
    /** The number of messages of a chat that the vendors have accepted. */
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

/** The latency that this share of a direction's messages does not exceed. */
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
