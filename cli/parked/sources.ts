import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";

/** The fields of a delivery that a person's decision needs. */
export type Delivery = {
  readonly id: string;
  readonly state: string;
  readonly direction: Direction | undefined;
  readonly reason: string;
  readonly receivedAtMillis: number;
  readonly redrives: number;
  /** The message of the queue, while the event is parked or spooled. */
  readonly message: string | undefined;
};

/** The ledger and the spool of a stage. */
export interface Deliveries {
  /** The parked or spooled events now, oldest first. */
  setAside(state: "parked" | "spooled"): AsyncIterable<Delivery>;
  /** The item as it is at this moment. Undefined also when the ledger has forgotten it. */
  find(id: string): Promise<Delivery | undefined>;
  /**
   * Marks an event as discarded, in one conditional write. It accepts a parked event, and with
   * `isDeadLetter` also an event that no attempt holds. False when the event is in another state.
   */
  discard(id: string, options: { readonly isDeadLetter: boolean }): Promise<boolean>;
  /** Removes the stored body of a parked event. Does nothing when there is none. */
  forgetBody(id: string): Promise<void>;
}

/** A message of a dead-letter queue, held for a short time. */
export type DeadLetter = {
  /** The event's id where the message can be read. Otherwise the queue's own id. */
  readonly id: string;
  readonly direction: Direction;
  readonly envelope: Envelope | undefined;
  readonly receivedAtMillis: number;
  readonly receiptHandle: string;
};

/** The visible part of the dead-letter queues. */
type DeadLetterReading = {
  readonly letters: readonly DeadLetter[];
  /**
   * The approximate number of messages behind them. A queue shows messages of a chat only from its front.
   */
  readonly hidden: number;
};

/** Both dead-letter queues of a stage. */
export interface DeadLetters {
  /** Holds every message it can see, for half a minute. */
  read(): Promise<DeadLetterReading>;
  remove(letter: DeadLetter): Promise<void>;
  /** Releases messages, so that the next reader sees them at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
}

/** The two queues that the sender reads. */
export interface SourceQueues {
  put(direction: Direction, envelope: Envelope & { readonly redrive: number }): Promise<void>;
}

/** All places that can hold an event for a person. */
export type Sources = {
  /** For the commands that an error advises. */
  readonly stage: Stage;
  readonly deliveries: Deliveries;
  readonly deadLetters: DeadLetters;
  readonly queues: SourceQueues;
};
/**
 * The number of waiting events and the age of the oldest. `reasons` counts them by the ledger's reasons.
 */
type Backlog = {
  readonly count: number;
  /** The time when the bridge accepted the oldest of them. */
  readonly oldestAtMillis: number | undefined;
  readonly reasons: Readonly<Record<string, number>>;
};

/** Both places where the deliveries table keeps whole messages. */
export type SetAside = { readonly parked: Backlog; readonly spooled: Backlog };

/** Counts the events that wait in ledger and spool. It does not read their messages. */
export async function countSetAside(
  deliveries: Pick<Deliveries, "setAside">,
  onCount: (count: number) => void = () => undefined,
): Promise<SetAside> {
  let total = 0;
  const pileOf = async (state: "parked" | "spooled"): Promise<Backlog> => {
    const reasons: Record<string, number> = {};
    let count = 0;
    let oldestAtMillis: number | undefined;
    for await (const { reason, receivedAtMillis } of deliveries.setAside(state)) {
      count += 1;
      oldestAtMillis = Math.min(oldestAtMillis ?? receivedAtMillis, receivedAtMillis);
      const name = reason === "" ? "queue-refused" : reason;
      reasons[name] = (reasons[name] ?? 0) + 1;
      onCount((total += 1));
    }
    return { count, oldestAtMillis, reasons };
  };
  return { parked: await pileOf("parked"), spooled: await pileOf("spooled") };
}
