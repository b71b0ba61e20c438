import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";
import { CommandFailure } from "../command.ts";
import { commandOn } from "../stage/stage.ts";
import { printable, printableId, table } from "../output.ts";
import type { Line } from "../output.ts";

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
   * Marks an event as discarded, in one conditional write. It accepts a parked event, and with `isDeadLetter`
   * also an event that no attempt holds. False when the event is in another state.
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
  /** The approximate number of messages behind them. A queue shows messages of a chat only from its front. */
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
  readonly stage: Stage;
  readonly deliveries: Deliveries;
  readonly deadLetters: DeadLetters;
  readonly queues: SourceQueues;
};
/** The number of waiting events and the age of the oldest. `reasons` counts them by the ledger's reasons. */
export type Backlog = {
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
  const backlogOf = async (state: "parked" | "spooled"): Promise<Backlog> => {
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
  return { parked: await backlogOf("parked"), spooled: await backlogOf("spooled") };
}

/** The option that names one event. */
export const idOption = {
  value: "ID",
  about: "one event: the id that bridge parked prints",
  faultOf: (id: string) => (id === "" ? "expected an id that bridge parked prints" : undefined),
} as const;

/** An event that waits for a person, without its content. */
export type ParkedEvent = {
  readonly id: string;
  readonly where: "ledger" | "spool" | "dead-letter";
  /** Undefined when the table does not name it: then only another version can read the event. */
  readonly direction: Direction | undefined;
  readonly reason: string;
  readonly receivedAtMillis: number;
  readonly redrives: number;
};

/** Compares by time: the order in which the sources sent the events. */
export function inSourceOrder(a: ParkedEvent, b: ParkedEvent): number {
  return a.receivedAtMillis - b.receivedAtMillis || (a.id < b.id ? -1 : 1);
}

/**
 * Lists everything that waits for a person, oldest first. `hidden` counts unseen messages in dead-letter
 * queues.
 */
export async function listParked(
  sources: Sources,
): Promise<{ readonly events: readonly ParkedEvent[]; readonly hidden: number }> {
  const events: ParkedEvent[] = [];
  for await (const item of sources.deliveries.setAside("parked")) events.push(asParked(item));
  for await (const item of sources.deliveries.setAside("spooled")) events.push(asSpooled(item));
  const hidden = await withLetters(sources, async ({ letters, hidden }) => {
    events.push(...letters.map(({ event }) => event));
    return hidden;
  });
  return { events: events.toSorted(inSourceOrder), hidden };
}

/** A parked item of the ledger. */
export function asParked(delivery: Delivery): ParkedEvent {
  const { id, direction, reason, receivedAtMillis, redrives } = delivery;
  return { id, where: "ledger", direction, reason, receivedAtMillis, redrives };
}

const spoolPrefix = "spool:";

/** The key of an event in the spool. */
export function spoolKeyOf(id: string): string {
  return spoolPrefix + id;
}

/** A spooled item. Only amoCRM's hooks go to the spool. */
function asSpooled({ id, receivedAtMillis }: Delivery): ParkedEvent {
  return {
    id: id.startsWith(spoolPrefix) ? id.slice(spoolPrefix.length) : id,
    where: "spool",
    direction: "to-telegram",
    reason: "queue-refused",
    receivedAtMillis,
    redrives: 0,
  };
}

/** A dead letter with the ledger's knowledge of its event. */
type JudgedLetter = {
  readonly letter: DeadLetter;
  readonly event: ParkedEvent;
  /** The event has ended, or the ledger itself keeps it. The letter is no longer needed. */
  readonly isSettled: boolean;
};

const settled: Readonly<Record<string, string>> = {
  sent: "sent-since",
  ignored: "ignored-since",
  parked: "parked-in-ledger",
};

/**
 * Holds the messages of the dead-letter queues while `work` runs. It always releases the messages that `work`
 * does not remove.
 */
export async function withLetters<Result>(
  { deliveries, deadLetters }: Sources,
  work: (
    /** `hidden` is the approximate number of letters that wait behind these. */
    reading: { readonly letters: readonly JudgedLetter[]; readonly hidden: number },
    remove: (letter: DeadLetter) => Promise<void>,
  ) => Promise<Result>,
): Promise<Result> {
  const reading = await deadLetters.read();
  const held = new Set(reading.letters);
  try {
    const letters: JudgedLetter[] = [];
    for (const letter of held) letters.push(judge(letter, await deliveries.find(letter.id)));
    return await work({ letters, hidden: reading.hidden }, async (letter) => {
      await deadLetters.remove(letter);
      held.delete(letter);
    });
  } finally {
    await deadLetters.release([...held]);
  }
}

function judge(letter: DeadLetter, known: Delivery | undefined): JudgedLetter {
  const { id, direction, receivedAtMillis, envelope } = letter;
  const end = known === undefined ? undefined : settled[known.state];
  const redrives = Math.max(known?.redrives ?? 0, envelope?.redrive ?? 0);
  const reason = end ?? (known === undefined ? "never-judged" : "unfinished");
  const where = "dead-letter";
  const event = { id, where, direction, reason, receivedAtMillis, redrives } as const;
  return { letter, event, isSettled: end !== undefined };
}

/** An event in the form of `--json`. */
export function factsOf({ receivedAtMillis, direction, ...event }: ParkedEvent) {
  return {
    ...event,
    id: printableId(event.id),
    direction: direction ?? null,
    reason: printable(event.reason),
    acceptedAt: new Date(receivedAtMillis).toISOString(),
  };
}

/** Events as a table for a person, with its headings. */
export function rowsOf(events: readonly ParkedEvent[]): string[] {
  const rows = events.map((event) => {
    const { id, where, direction, reason, acceptedAt, redrives } = factsOf(event);
    return [id, where, direction ?? "unknown", reason, acceptedAt, String(redrives)];
  });
  return table([["id", "where", "direction", "reason", "accepted at", "redrives"], ...rows]);
}

/** The line about hidden dead letters. */
export function hiddenLine(hidden: number): Line {
  return (
    hidden > 0 &&
    `About ${hidden} more events in the dead-letter queues are hidden behind these, or another reader holds them.`
  );
}

/** The failure of a command on an event that does not wait for a person. */
export async function nothingWaits(
  id: string,
  item: Delivery | undefined,
  hidden: number,
  { deliveries, stage }: Sources,
): Promise<CommandFailure> {
  if ((await deliveries.find(spoolKeyOf(id))) !== undefined) {
    return new CommandFailure(`${id} is in the spool: the caretaker sends it within minutes`);
  }
  if (item !== undefined) {
    return new CommandFailure(
      `${id} does not wait for a person: its state in the ledger is ${item.state}`,
    );
  }
  const unseen = hidden > 0 ? `; ${hidden} dead letters are hidden behind others` : "";
  return new CommandFailure(
    `no event with the id ${id} waits for a person${unseen}`,
    `${commandOn(stage, "parked")} lists the waiting events`,
  );
}
