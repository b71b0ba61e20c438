import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { SimulatedAnswer } from "../http.ts";

/** A fault for the next `times` calls that match, or for `forSeconds`. One call by default. */
export const faultSchema = z.strictObject({
  /**
   * A part of the method name (Telegram) or of `METHOD /path` (amoCRM). `webhook`, `hook`, or
   * `hook message` and the like, for the vendor's calls to us.
   */
  match: z.string().min(1),
  times: z.int().min(1).exactOptional(),
  forSeconds: z.number().positive().max(86_400).exactOptional(),
  /** The name under which `DELETE faults/<name>` removes it. */
  name: z.string().min(1).exactOptional(),
  /** Answer this status instead of doing the work. */
  status: z.int().min(200).max(599).exactOptional(),
  body: z.unknown().exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  delayMillis: z.int().min(0).exactOptional(),
  /**
   * Do the work, then drop the connection without an answer. With `status`: do the work,
   * then answer that status.
   */
  loseAnswer: z.boolean().exactOptional(),
  dropRequest: z.boolean().exactOptional(),
  /** Only calls about this chat: a Telegram chat id, or our conversation id. */
  chatId: z.string().exactOptional(),
});

export type Fault = z.infer<typeof faultSchema>;

/** The planned faults of one simulator. When several match a call, the first added one applies. */
export class Faults {
  #pending: { fault: Fault; left: number; untilMillis: number }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(fault: Fault): void {
    const { times = fault.forSeconds === undefined ? 1 : Infinity, forSeconds = Infinity } = fault;
    this.#pending.push({ fault, left: times, untilMillis: this.#now() + forSeconds * 1000 });
  }

  /** Removes the faults of that name. */
  remove(name: string): void {
    this.#pending = this.#pending.filter(({ fault }) => fault.name !== name);
  }

  /** The planned faults. `untilMillis` is absent when only calls end a fault. */
  planned(): readonly (Fault & { readonly untilMillis?: number })[] {
    return this.#current().map(({ fault, untilMillis }) =>
      Number.isFinite(untilMillis) ? { ...fault, untilMillis } : fault,
    );
  }

  clear(): void {
    this.#pending = [];
  }

  /** The planned faults that no call has met yet. */
  unmet(): readonly Fault[] {
    return this.#pending
      .filter(({ fault, left }) => fault.forSeconds === undefined && left === (fault.times ?? 1))
      .map(({ fault }) => fault);
  }

  /** Uses one turn of the first fault that matches. */
  take(subject: string, chatId: string | undefined): Fault | undefined {
    const found = this.#current().find(
      ({ fault }) =>
        subject.includes(fault.match) && (fault.chatId === undefined || fault.chatId === chatId),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#pending = this.#pending.filter((entry) => entry !== found);
    return found.fault;
  }

  #current() {
    this.#pending = this.#pending.filter(({ untilMillis }) => untilMillis > this.#now());
    return this.#pending;
  }
}

/** Runs a call under a fault. `undefined` means that the caller gets no answer. */
export async function runUnderFault<Answer>(
  fault: Fault | undefined,
  signal: AbortSignal,
  work: () => Promise<Answer> | Answer,
  refuse: (fault: Fault, status: number) => Answer,
): Promise<Answer | undefined> {
  if (fault?.delayMillis !== undefined) await sleep(fault.delayMillis, undefined, { signal });
  if (fault?.dropRequest === true) return undefined;
  if (fault?.status === undefined || fault.loseAnswer === true) {
    const answer = await work();
    if (fault?.loseAnswer !== true) return answer;
  }
  return fault.status === undefined ? undefined : refuse(fault, fault.status);
}

/** Answers a request under a fault. A fault without a body has the vendor's usual body for the status. */
export function answerUnderFault(
  fault: Fault | undefined,
  signal: AbortSignal,
  work: () => SimulatedAnswer | Promise<SimulatedAnswer>,
  usualBody: (status: number) => unknown,
): Promise<SimulatedAnswer | undefined> {
  return runUnderFault(fault, signal, work, ({ headers, body }, status) => ({
    status,
    body: body === undefined ? usualBody(status) : body,
    ...(headers === undefined ? {} : { headers }),
  }));
}
