import { readEnvelope } from "../../../lambdas/model/envelope.ts";
import type { DeadLetter, Deliveries, Delivery, Sources } from "../../../cli/aws/open-sources.ts";
import type { Direction, Envelope } from "../../../lambdas/model/envelope.ts";
import { aStage } from "./support.ts";

/** An event of a chat. A test sets only the fields that it needs. */
export function anEnvelope(differing: Partial<Extract<Envelope, { v: 1 }>> = {}): Envelope {
  return {
    v: 1,
    id: "tg:1000000001:123456789",
    group: "tg-1000000001-61",
    source: "telegram",
    receivedAtMillis: 1000,
    verified: true,
    body: Buffer.from("{}").toString("base64"),
    ...differing,
  };
}

/** A parked item of the ledger, with the message of its queue. */
export function aParked(id: string, differing: Partial<Delivery> = {}): Delivery {
  const { receivedAtMillis = 1000 } = differing;
  return {
    id,
    state: "parked",
    direction: "to-telegram",
    reason: "blocked",
    receivedAtMillis,
    redrives: 0,
    message: JSON.stringify(anEnvelope({ id, receivedAtMillis })),
    ...differing,
  };
}

/** A dead letter of an event. */
export function aLetter(message: Envelope | string, direction: Direction = "to-amocrm") {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const envelope = readEnvelope(text);
  const letter: DeadLetter = {
    id: envelope?.id ?? "queue-id",
    direction,
    envelope,
    receivedAtMillis: envelope?.receivedAtMillis ?? 0,
    receiptHandle: "handle",
  };
  return letter;
}

/** Places where events wait, in memory. */
export class FakeSources implements Sources {
  readonly stage = aStage();
  readonly items: Map<string, Delivery>;
  readonly letters: DeadLetter[];
  readonly sent: { direction: Direction; envelope: Envelope }[] = [];
  readonly released: DeadLetter[] = [];
  readonly forgotten: string[] = [];
  hidden = 0;

  constructor(items: readonly Delivery[], letters: readonly DeadLetter[] = []) {
    this.items = new Map(items.map((item) => [item.id, item]));
    this.letters = [...letters];
  }

  readonly deliveries: Deliveries = {
    setAside: (state) => this.#setAside(state),
    find: async (id) => this.items.get(id),
    discard: async (id, { isDeadLetter }) => {
      const item = this.items.get(id);
      const isFree = item === undefined || item.state === "waiting";
      if (item?.state !== "parked" && !(isDeadLetter && isFree)) return false;
      const ended = { state: "ignored", reason: "discarded", message: "" };
      this.items.set(id, { ...(item ?? aParked(id)), ...ended });
      return true;
    },
    forgetBody: async (id) => void this.forgotten.push(id),
  };

  readonly deadLetters = {
    read: async () => ({ letters: [...this.letters], hidden: this.hidden }),
    remove: async (letter: DeadLetter) => {
      this.letters.splice(this.letters.indexOf(letter), 1);
    },
    release: async (letters: readonly DeadLetter[]) => {
      this.released.push(...letters);
    },
  };

  put = async (direction: Direction, envelope: Envelope) => {
    this.sent.push({ direction, envelope });
  };

  async *#setAside(state: string) {
    for (const item of this.items.values()) if (item.state === state) yield item;
  }
}
