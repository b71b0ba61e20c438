/** A conversation's digest of a text shown as the bot's. */
export function aDigest(text: string): string {
  return `digest of ${text}`;
}
