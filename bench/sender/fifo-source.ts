/** A message of a chat, with its data in the queue. */
export type Queued = { readonly id: string; readonly group: string; readonly body: string };

type Held = Queued & { receives: number };

/**
 * A FIFO queue as Lambda's event source empties it. Only one message of each group is out at a
 * time. A failed message keeps its place until its visibility timeout ends.
 */
export class FifoSource {
  readonly #behind = new Map<string, Held[]>();
  readonly #ready: Held[] = [];
  readonly #waiters: (() => void)[] = [];
  #left = 0;

  constructor(messages: readonly Queued[]) {
    for (const message of messages) {
      const held = { ...message, receives: 0 };
      const group = this.#behind.get(message.group);
      if (group === undefined) {
        this.#behind.set(message.group, []);
        this.#ready.push(held);
      } else {
        group.push(held);
      }
    }
    this.#left = messages.length;
  }

  /** The next message whose chat is free. Undefined after all were delivered. */
  async take(): Promise<Held | undefined> {
    while (this.#left > 0) {
      const next = this.#ready.shift();
      if (next !== undefined) {
        next.receives += 1;
        return next;
      }
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    return undefined;
  }

  /** The message was delivered, so the next message of its chat may go out. */
  done({ group }: Held): void {
    this.#left -= 1;
    const next = this.#behind.get(group)?.shift();
    if (next !== undefined) this.#ready.push(next);
    this.#wake();
  }

  /** The message must come back after this time. */
  again(message: Held, seconds: number): void {
    setTimeout(() => {
      this.#ready.unshift(message);
      this.#wake();
    }, seconds * 1000);
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}
