import type { DeadLetter, DeadLetterReading, Delivery, Sources } from "./sources.ts";
import type { ParkedEvent } from "./parked-event.ts";

/** A dead letter with the ledger's knowledge of its event. */
type JudgedLetter = {
  readonly letter: DeadLetter;
  readonly event: ParkedEvent;
  /** The event has ended, or the ledger itself keeps it. The letter is no longer needed. */
  readonly isSettled: boolean;
};

/** The judged letters, and the approximate number of letters hidden behind them. */
export type JudgedReading = { readonly letters: readonly JudgedLetter[]; readonly hidden: number };

const settled: Readonly<Record<string, string>> = {
  sent: "sent-since",
  ignored: "ignored-since",
  parked: "parked-in-ledger",
};

/**
 * Holds the messages of the dead-letter queues while `work` runs. It always releases the messages that
 * `work` does not remove.
 */
export async function withLetters<Result>(
  { deliveries, deadLetters }: Pick<Sources, "deliveries" | "deadLetters">,
  work: (reading: JudgedReading, remove: (letter: DeadLetter) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const reading: DeadLetterReading = await deadLetters.read();
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
  const event = {
    id,
    where: "dead-letter",
    direction,
    reason,
    receivedAtMillis,
    redrives,
  } as const;
  return { letter, event, isSettled: end !== undefined };
}
