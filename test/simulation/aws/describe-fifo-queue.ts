import { describe, expect, test } from "@jest/globals";

/** A FIFO queue as the contract uses it. Each implementation provides one. */
export type QueueUnderTest = {
  readonly send: (body: string, group: string, id?: string) => Promise<string>;
  readonly receive: () => Promise<
    { body: string; receiptHandle: string; receiveCount: number } | undefined
  >;
  readonly remove: (receiptHandle: string) => Promise<void>;
  readonly hide: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly pass: (millis: number) => Promise<void>;
  readonly deadLetters: () => Promise<number>;
};

type Create = (options: {
  visibilitySeconds: number;
  maxReceiveCount?: number;
}) => Promise<QueueUnderTest>;

/** The SQS behavior that the simulation relies on. */
export function describeFifoQueue(name: string, create: Create): void {
  describe(`a FIFO queue: ${name}`, () => {
    test("keeps the order of a group: while the first message is in flight, the next ones wait", async () => {
      const queue = await create({ visibilitySeconds: 30 });
      for (const body of ["a1", "a2"]) await queue.send(body, "a");
      await queue.send("b1", "b");

      const first = await queue.receive();
      const second = await queue.receive();
      const none = await queue.receive();
      await queue.remove(first?.receiptHandle ?? "");
      const third = await queue.receive();

      expect([first, second, none, third].map((message) => message?.body)).toEqual([
        "a1",
        "b1",
        undefined,
        "a2",
      ]);
    });

    test("redelivers a message before the messages after it, and increments its receive count", async () => {
      const queue = await create({ visibilitySeconds: 1 });
      for (const body of ["a1", "a2"]) await queue.send(body, "a");

      await queue.receive();
      await queue.pass(1300);
      const again = await queue.receive();

      expect(again).toMatchObject({ body: "a1", receiveCount: 2 });
    });

    test("accepts a deduplication id once per group, also after the message was deleted", async () => {
      const queue = await create({ visibilitySeconds: 30 });
      const original = await queue.send("text", "a", "id-1");
      await queue.remove((await queue.receive())?.receiptHandle ?? "");

      const repeated = await queue.send("another text", "a", "id-1");

      expect(repeated).toBe(original);
      expect(await queue.receive()).toBeUndefined();
    });

    test("can end a visibility timeout early, or extend it", async () => {
      const queue = await create({ visibilitySeconds: 1 });
      await queue.send("text", "a");

      const first = await queue.receive();
      await queue.hide(first?.receiptHandle ?? "", 0);
      const second = await queue.receive();
      await queue.hide(second?.receiptHandle ?? "", 30);
      await queue.pass(1300);

      expect(second?.body).toBe("text");
      expect(await queue.receive()).toBeUndefined();
    });

    test("moves a message received too often to the dead-letter queue, and continues with the next message", async () => {
      const queue = await create({ visibilitySeconds: 30, maxReceiveCount: 1 });
      for (const body of ["a1", "a2"]) await queue.send(body, "a");

      const first = await queue.receive();
      await queue.hide(first?.receiptHandle ?? "", 0);
      const next = await queue.receive();

      expect(next?.body).toBe("a2");
      expect(await queue.deadLetters()).toBe(1);
    });
  });
}
