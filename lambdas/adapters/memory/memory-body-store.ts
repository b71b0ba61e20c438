import type { BodyStore, StoredBody } from "../../ports/bodies.ts";

/** Large bodies in memory, for tests and simulation. */
export class MemoryBodyStore implements BodyStore {
  readonly #objects = new Map<string, Uint8Array>();

  async put({ key, bytes }: StoredBody): Promise<void> {
    this.#objects.set(key, bytes);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(key);
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  /** What lies there; for assertions. */
  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }
}
