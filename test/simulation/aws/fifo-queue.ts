/** A message as a receive call returns it. */
export type Received = {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  readonly group: string;
  readonly deduplicationId: string;
  readonly receiveCount: number;
  readonly sentAtMillis: number;
};

type Stored = {
  readonly messageId: string;
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
  readonly sentAtMillis: number;
  receiveCount: number;
  /** Empty while the message is not in flight. */
  receiptHandle: string;
  visibleAtMillis: number;
};

/** The queue needs the time and timers. */
export type QueueClock = {
  readonly now: () => number;
  readonly after: (millis: number, action: () => void) => void;
};

const deduplicationMillis = 5 * 60_000;

/**
 * An SQS FIFO queue, as far as the bridge relies on it: order within a group, a group blocked while
 * its first message is in flight, deduplication within a group for five minutes, visibility
 * timeouts, and dead letters by receive count. The contract suite runs the same tests on this queue
 * and on fauxqs.
 */
export class FifoQueue {
  readonly deadLetters: Stored[] = [];
  readonly #clock: QueueClock;
  readonly #visibilityMillis: number;
  readonly #maxReceiveCount: number;
  #messages: Stored[] = [];
  readonly #seen = new Map<string, { messageId: string; atMillis: number }>();
  #handles = 0;
  #ids = 0;
  #waiting: (() => void)[] = [];

  constructor(options: { clock: QueueClock; visibilitySeconds: number; maxReceiveCount?: number }) {
    this.#clock = options.clock;
    this.#visibilityMillis = options.visibilitySeconds * 1000;
    this.#maxReceiveCount = options.maxReceiveCount ?? Number.POSITIVE_INFINITY;
  }

  /** Number of messages in the queue, in flight or not. */
  get size(): number {
    return this.#messages.length;
  }

  /** Returns the message's id, and whether the message was new. */
  send(body: string, group: string, deduplicationId: string) {
    const now = this.#clock.now();
    const key = `${group} ${deduplicationId}`;
    const earlier = this.#seen.get(key);
    if (earlier !== undefined && now - earlier.atMillis < deduplicationMillis) {
      return { messageId: earlier.messageId, isNew: false };
    }
    const messageId = `message-${(this.#ids += 1)}`;
    this.#seen.set(key, { messageId, atMillis: now });
    const position = { receiveCount: 0, receiptHandle: "", visibleAtMillis: now };
    const message = { messageId, body, group, deduplicationId, sentAtMillis: now, ...position };
    this.#messages.push(message);
    this.#wake();
    return { messageId, isNew: true };
  }

  /** The first message whose group is free. Undefined when there is none. */
  receive(): Received | undefined {
    const now = this.#clock.now();
    const blocked = new Set<string>();
    for (const message of this.#messages) {
      if (blocked.has(message.group)) continue;
      blocked.add(message.group);
      if (message.visibleAtMillis > now) continue;
      if (message.receiveCount >= this.#maxReceiveCount) {
        this.#messages = this.#messages.filter((other) => other !== message);
        this.deadLetters.push(message);
        return this.receive();
      }
      message.receiveCount += 1;
      message.receiptHandle = `receipt-${(this.#handles += 1)}`;
      this.#hide(message, this.#visibilityMillis);
      return { ...message };
    }
    return undefined;
  }

  /** An old handle, from before the message became visible again, deletes nothing. */
  remove(receiptHandle: string): void {
    const message = this.#inFlight(receiptHandle);
    if (message === undefined) return;
    this.#messages = this.#messages.filter((other) => other !== message);
    this.#wake();
  }

  /** Throws if no message is in flight under this handle. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#inFlight(receiptHandle);
    if (message === undefined) throw new Error("MessageNotInflight");
    this.#hide(message, seconds * 1000);
  }

  /** At-least-once delivery: delivers a message that is in flight a second time. */
  expire(messageId: string): void {
    const message = this.#messages.find((known) => known.messageId === messageId);
    if (message !== undefined) this.#hide(message, 0);
  }

  /** Resolves when a receive call may find a message. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #inFlight(receiptHandle: string): Stored | undefined {
    const now = this.#clock.now();
    return this.#messages.find(
      (message) => message.receiptHandle === receiptHandle && message.visibleAtMillis > now,
    );
  }

  #hide(message: Stored, millis: number): void {
    message.visibleAtMillis = this.#clock.now() + millis;
    this.#clock.after(millis, () => this.#wake());
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
