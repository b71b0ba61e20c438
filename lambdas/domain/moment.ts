/**
 * The millisecond of a message whose source tells only the second: inside that second, and the
 * later the queue accepted the message the higher, so that it never falls within a chat (messages
 * of a chat are accepted in order). A pure function of the source: every attempt says the same.
 */
export function momentWithin(second: number, acceptedAtMillis: number): number {
  const delayMillis = Math.max(0, acceptedAtMillis - second * 1000);
  return second * 1000 + Math.floor((999 * delayMillis) / (delayMillis + 1000));
}
