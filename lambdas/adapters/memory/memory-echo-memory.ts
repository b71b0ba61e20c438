import type { EchoMemory } from "../../ports/echo-memory.ts";

/** Our own words in amoCRM, in memory; for tests and simulation. */
export class MemoryEchoMemory implements EchoMemory {
  readonly #ours = new Set<string>();

  async remember(amocrmMessageId: string): Promise<void> {
    this.#ours.add(amocrmMessageId);
  }

  async has(amocrmMessageId: string): Promise<boolean> {
    return this.#ours.has(amocrmMessageId);
  }
}
