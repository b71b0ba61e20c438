/**
 * Does the acts of one chat one after another, so that their messages keep the order in which a person sent
 * them. A picture takes longer to prepare than the text after it.
 */
export function createTurns<Key>() {
  const last = new Map<Key, Promise<unknown>>();
  return <Result>(key: Key, work: () => Promise<Result>): Promise<Result> => {
    const result = (last.get(key) ?? Promise.resolve()).then(work);
    last.set(
      key,
      result.catch(() => undefined),
    );
    return result;
  };
}
