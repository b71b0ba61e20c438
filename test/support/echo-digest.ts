/** What a conversation keeps of words shown as the bot's. */
export function aDigest(text: string): string {
  return `digest of ${text}`;
}
