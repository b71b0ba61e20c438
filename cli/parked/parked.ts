import type { DeadLetter, Deliveries, Delivery, Sources } from "../aws/open-sources.ts";
import { CommandFailure } from "../command.ts";
import { commandOn } from "../stage/stage.ts";
import { printable, printableId, table } from "../output.ts";
import type { Line } from "../output.ts";

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
export type ParkedEvent = Omit<Delivery, "state" | "message"> & {
  readonly where: "ledger" | "spool" | "dead-letter";
};

/** Compares by time: the order in which the sources sent the events. */
export function inSourceOrder(a: ParkedEvent, b: ParkedEvent): number {
  return a.receivedAtMillis - b.receivedAtMillis || (a.id < b.id ? -1 : 1);
}

/**
 * Lists everything that waits for a person, oldest first. `hidden` counts unseen messages in dead-letter
 * queues.
 */
export async function listParked(sources: Sources) {
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
  const { state: _, message: __, ...event } = delivery;
  return { ...event, where: "ledger" };
}

/** The key of an event in the spool. */
export function spoolKeyOf(id: string): string {
  return `spool:${id}`;
}

/** A spooled item. Only amoCRM's hooks go to the spool. */
function asSpooled(delivery: Delivery): ParkedEvent {
  return {
    ...asParked(delivery),
    id: delivery.id.replace(/^spool:/, ""),
    where: "spool",
    direction: "to-telegram",
    reason: "queue-refused",
  };
}

/** The ends of an event after which its dead letter is no longer needed. */
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
    reading: { readonly letters: readonly ReturnType<typeof judge>[]; readonly hidden: number },
    remove: (letter: DeadLetter) => Promise<void>,
  ) => Promise<Result>,
): Promise<Result> {
  const reading = await deadLetters.read();
  const held = new Set(reading.letters);
  try {
    const letters = [];
    for (const letter of held) letters.push(judge(letter, await deliveries.find(letter.id)));
    return await work({ letters, hidden: reading.hidden }, async (letter) => {
      await deadLetters.remove(letter);
      held.delete(letter);
    });
  } finally {
    await deadLetters.release([...held]);
  }
}

/** A dead letter with the ledger's knowledge of its event. */
function judge(letter: DeadLetter, known: Delivery | undefined) {
  const { id, direction, receivedAtMillis, envelope } = letter;
  const end = known === undefined ? undefined : settled[known.state];
  const redrives = Math.max(known?.redrives ?? 0, envelope?.redrive ?? 0);
  const reason = end ?? (known === undefined ? "never-judged" : "unfinished");
  const where = "dead-letter" as const;
  const event: ParkedEvent = { id, where, direction, reason, receivedAtMillis, redrives };
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
