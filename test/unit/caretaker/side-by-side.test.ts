import { describe, expect, test } from "@jest/globals";
import { sideBySide } from "../../../lambdas/caretaker/reconcile.ts";

async function* numbers(count: number) {
  for (let number = 1; number <= count; number += 1) yield number;
}

/** Work that ends on request. Records what was started, in order, and how many at a time. */
const aWork = (answer: (number: number) => boolean | Error = () => true) => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (number: number) => {
    begun.push(number);
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    const answered = answer(number);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  return { begun, work, most: () => most, running: () => running };
};

describe("concurrent work", () => {
  test("handles every item, in order, with a limited number at a time", async () => {
    const { begun, work, most } = aWork();

    await sideBySide(numbers(12), 5, work);

    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(most()).toBe(5);
  });

  test("starts no new item after one asks to stop, and ends the started ones", async () => {
    const { begun, work, running } = aWork((number) => number !== 3);

    await sideBySide(numbers(100), 5, work);

    expect(begun.length).toBeLessThanOrEqual(8);
    expect(running()).toBe(0);
  });

  test("fails with the first failure after the other started items have ended", async () => {
    const { begun, work, running } = aWork((number) => (number === 2 ? new Error("two") : true));

    await expect(sideBySide(numbers(100), 3, work)).rejects.toThrow("two");

    expect(begun.length).toBeLessThanOrEqual(6);
    expect(running()).toBe(0);
  });

  test("fails with the failure of the items' source", async () => {
    async function* broken() {
      yield 1;
      throw new Error("the index is gone");
    }

    await expect(sideBySide(broken(), 2, aWork().work)).rejects.toThrow("the index is gone");
  });

  test("closes the source when it stops early", async () => {
    let isClosed = false;
    async function* source() {
      try {
        yield* numbers(100);
      } finally {
        isClosed = true;
      }
    }

    await sideBySide(source(), 2, async () => false);

    expect(isClosed).toBe(true);
  });
});
