import type { DeadLetter, DeadLetterReading, Delivery, Sources } from "./sources.ts";
import type { ParkedEvent } from "./parked-event.ts";

/** A dead letter beside what the ledger knows of its event. */
type JudgedLetter = {
  readonly letter: DeadLetter;
  readonly event: ParkedEvent;
  /** The ledger has the event's end, or keeps the event itself: the letter is of no more use. */
  readonly isSettled: boolean;
};

/** The judged letters that stay, and about how many could not be seen behind them. */
export type JudgedReading = { readonly letters: readonly JudgedLetter[]; readonly hidden: number };

const settled: Readonly<Record<string, string>> = {
  sent: "sent-since",
  ignored: "ignored-since",
  parked: "parked-in-ledger",
};

/**
 * Reads the dead-letter queues for as long as `work` takes; what `work` does not remove is let go
 * of, whatever happens.
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
