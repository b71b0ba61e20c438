/**
 * Works on each item, so many at a time, taken in their order; takes no more once a piece of work
 * answers false or fails. Settles when all that was begun has ended, with the first failure if any.
 */
export async function sideBySide<Item>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<boolean>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let goesOn = true;
  const worker = async () => {
    try {
      while (goesOn) {
        const next = await iterator.next();
        if (next.done === true || !goesOn) break;
        if (!(await work(next.value))) goesOn = false;
      }
    } finally {
      goesOn = false;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  await iterator.return?.();
  const failure = ended.find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
}
