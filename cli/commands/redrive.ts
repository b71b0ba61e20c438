import { setTimeout as sleep } from "node:timers/promises";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";
import { openSources } from "../aws/open-sources.ts";
import type { DeadLetter, Sources } from "../aws/open-sources.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { showCount } from "../output.ts";
import {
  asParked,
  factsOf,
  idOption,
  hiddenLine,
  inSourceOrder,
  rowsOf,
  spoolKeyOf,
  withLetters,
  nothingWaits,
} from "../parked/parked.ts";
import type { ParkedEvent } from "../parked/parked.ts";
import { openStage } from "../stage/open-stage.ts";

const defaultRate = "5";

/** `bridge redrive`: sends events that wait for a person again. */
export const redriveCommand = command({
  about: `Puts parked events and dead letters into their queues again, in the order in which Telegram or amoCRM
sent them. You can repeat it: the ledger lets the sender deliver each event only once. A parked event
stays in the ledger until it is delivered. A dead letter stays in its queue until the ledger knows
the end of its event, and the next redrive then deletes it. A redriven message that is out of order
in its chat shows its own time. Exit code 1: some events could not be sent again.`,
  options: {
    id: { ...idOption, oneOf: "all" },
    all: { about: "all events; the caretaker sends the spooled ones" },
    "dry-run": { about: "shows the events, and sends nothing" },
    rate: { value: "N", about: `events per second, default ${defaultRate}` },
    ...answerOptions,
  },
  examples: ["redrive --all --dry-run --stage dev --bridge main"],
  async run(options, terminal) {
    const { id, "dry-run": dryRun } = options;
    const perSecond = readRate(options.rate ?? defaultRate);
    const { stage, answer } = await openStage(options, terminal);
    const sources = openSources(stage);
    const report = await redrive({ id, dryRun, perSecond }, sources, {
      sleep: (millis) => sleep(millis),
      onProgress: (done, of) => showCount(done, of, terminal),
    });
    const { sent, cleared, unreadable, spooled, hidden } = report;
    if (id !== undefined && sent.length + cleared.length + unreadable.length === 0) {
      // An event that is being delivered or has ended needs no redrive. A second run finds such events.
      const item = await sources.deliveries.find(id);
      const isOver = item !== undefined && ["sending", "waiting", "sent"].includes(item.state);
      if (!isOver) throw await nothingWaits(id, item, hidden, sources);
    }
    const facts = {
      dryRun,
      sent: sent.map(factsOf),
      cleared: cleared.map(factsOf),
      unreadable: unreadable.map(factsOf),
      spooled,
      hidden,
    };
    answer(facts, linesOf(report, dryRun));
    if (unreadable.length === 0) return;
    const names = facts.unreadable.map((event) => event.id).join(", ");
    throw new CommandFailure(
      `this version cannot read these events, and left them unchanged: ${names}`,
    );
  },
});

function readRate(text: string): number {
  const rate = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0 && rate <= 100) return rate;
  throw new BadValue("--rate: expected events per second, above 0 and at most 100");
}

type RedriveReport = Awaited<ReturnType<typeof redrive>>;

function linesOf({ sent, cleared, spooled, hidden }: RedriveReport, dryRun: boolean) {
  const verb = dryRun ? "that would be deleted" : "deleted";
  return [
    ...(sent.length === 0
      ? ["nothing to send again"]
      : [...rowsOf(sent), `${dryRun ? "would be sent" : "sent"} again: ${sent.length}`]),
    cleared.length > 0 &&
      `dead letters ${verb}, because the ledger knows their end: ${cleared.length}`,
    spooled > 0 && `in the spool, where the caretaker sends them: ${spooled}`,
    hiddenLine(hidden),
  ];
}

/** The events to send again. With `dryRun`, the redrive changes nothing. */
export type RedriveRequest = {
  readonly id?: string | undefined;
  readonly dryRun: boolean;
  readonly perSecond: number;
};

/**
 * Puts events that wait for a person into their queues again, in source order. It does not change the
 * ledger: the sender claims the events there. So a second run delivers nothing twice. `cleared` are dead
 * letters of events that have ended since, and `unreadable` are messages that it left unchanged, because this
 * version cannot read them.
 */
export async function redrive(
  request: RedriveRequest,
  sources: Sources,
  how: {
    readonly sleep: (millis: number) => Promise<void>;
    readonly onProgress: (done: number, of: number) => void;
  },
) {
  const { candidates, cleared, spooled, hidden } = await findCandidates(request, sources);
  const sent: ParkedEvent[] = [];
  const unreadable: ParkedEvent[] = [];
  let done = 0;
  const ordered = candidates.toSorted((a, b) => inSourceOrder(a.event, b.event));
  for (const candidate of ordered) {
    const outcome = await sendAgain(candidate, request, sources).catch((error: unknown) => {
      if (!(error instanceof CommandFailure)) throw error;
      const count = `${sent.length} of ${candidates.length}`;
      throw new CommandFailure(
        `${error.message}; sent again so far: ${count}; repeat the command for the rest`,
      );
    });
    if (outcome === "unreadable") unreadable.push(candidate.event);
    done += 1;
    how.onProgress(done, candidates.length);
    if (typeof outcome !== "object") continue;
    sent.push(outcome);
    if (!request.dryRun && done < candidates.length) await how.sleep(1000 / request.perSecond);
  }
  return { sent, cleared, unreadable, spooled, hidden };
}

type Candidate = { readonly event: ParkedEvent; readonly letter?: DeadLetter };

async function findCandidates({ id, dryRun }: RedriveRequest, sources: Sources) {
  const { deliveries } = sources;
  const candidates: Candidate[] = [];
  let spooled = 0;
  if (id === undefined) {
    // Collects ids only. It reads the messages, which may be large, one at a time when their turn comes.
    for await (const item of deliveries.setAside("parked")) {
      candidates.push({ event: asParked(item) });
    }
    for await (const _ of deliveries.setAside("spooled")) spooled += 1;
  } else {
    const item = await deliveries.find(id);
    if (item?.state === "parked") candidates.push({ event: asParked(item) });
    if ((await deliveries.find(spoolKeyOf(id))) !== undefined) spooled += 1;
  }
  const cleared: ParkedEvent[] = [];
  const hidden = await withLetters(sources, async (reading, remove) => {
    for (const { letter, event, isSettled } of reading.letters) {
      if (id !== undefined && letter.id !== id) continue;
      if (!isSettled) {
        candidates.push({ event, letter });
        continue;
      }
      if (!dryRun) await remove(letter);
      cleared.push(event);
    }
    return reading.hidden;
  });
  return { candidates, cleared, spooled, hidden };
}

/** Sends the event with its next redrive number. Answers `gone` when the event is no longer parked. */
async function sendAgain(
  { event, letter }: Candidate,
  { dryRun }: RedriveRequest,
  { deliveries, put }: Sources,
): Promise<ParkedEvent | "unreadable" | "gone"> {
  let { redrives } = event;
  let envelope = letter?.envelope;
  if (letter === undefined) {
    const item = await deliveries.find(event.id);
    if (item?.state !== "parked") return "gone";
    ({ redrives } = item);
    envelope = readEnvelope(item.message);
  }
  const { direction } = event;
  if (envelope === undefined || envelope.id !== event.id || direction === undefined) {
    return "unreadable";
  }
  if (dryRun) return { ...event, redrives };
  const again = redriven(envelope, redrives);
  await put(direction, again);
  return { ...event, redrives: again.redrive };
}

/**
 * The event for a redrive, with the next number. The sender claims a parked event only for a higher
 * number than before, and the queue accepts each number once in five minutes.
 */
export function redriven(envelope: Envelope, redrives: number): Envelope & { redrive: number } {
  const redrive = Math.max(redrives, envelope.redrive ?? 0) + 1;
  return { ...envelope, late: "redriven", redrive };
}
