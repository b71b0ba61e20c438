import type { PauseName } from "../../model/pause.ts";
import type { PauseStore, StoredPause } from "../../ports/pause-store.ts";

/** Pauses in memory, for tests and simulation. */
export class MemoryPauseStore implements PauseStore {
  readonly #pauses = new Map<PauseName, StoredPause>();

  async load(name: PauseName): Promise<StoredPause> {
    const nothing = { name, untilMillis: 0, strikes: [] };
    return this.#pauses.get(name) ?? { pause: nothing, version: 0 };
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    const stored = await this.load(pause.name);
    if (stored.version !== version) return false;
    this.#pauses.set(pause.name, { pause, version: version + 1 });
    return true;
  }
}
