import { describe, expect, test } from "@jest/globals";

/** A FIFO queue as the contract sees it, whoever runs it. */
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

/** The facts of SQS that the simulation relies on. */
export function describeFifoQueue(name: string, create: Create): void {
  describe(`a FIFO queue: ${name}`, () => {
    test("keeps the order of a group, whose followers wait while its head is in flight", async () => {
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

    test("hands a message out again before its followers, and counts it", async () => {
      const queue = await create({ visibilitySeconds: 1 });
      for (const body of ["a1", "a2"]) await queue.send(body, "a");

      await queue.receive();
      await queue.pass(1300);
      const again = await queue.receive();

      expect(again).toMatchObject({ body: "a1", receiveCount: 2 });
    });

    test("takes an id once in a group, also after the message is gone", async () => {
      const queue = await create({ visibilitySeconds: 30 });
      const original = await queue.send("text", "a", "id-1");
      await queue.remove((await queue.receive())?.receiptHandle ?? "");

      const repeated = await queue.send("another text", "a", "id-1");

      expect(repeated).toBe(original);
      expect(await queue.receive()).toBeUndefined();
    });

    test("ends a wait, and begins a longer one", async () => {
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

    test("sets aside what was received too often, and goes on with its follower", async () => {
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
