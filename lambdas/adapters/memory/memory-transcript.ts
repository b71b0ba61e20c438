import type { Said, Transcript } from "../../ports/transcript.ts";

/** Transcripts in memory, for tests and simulation. */
export class MemoryTranscript implements Transcript {
  readonly #said = new Map<string, Said>();

  async put(conversationId: string, number: number, said: Said): Promise<void> {
    this.#said.set(`${conversationId}:${number}`, said);
  }

  async get(conversationId: string, numbers: readonly number[]): Promise<readonly Said[]> {
    return numbers.flatMap((number) => this.#said.get(`${conversationId}:${number}`) ?? []);
  }
}
