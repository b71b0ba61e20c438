import type { PauseName } from "../../model/pause.ts";
import type { PauseStore, StoredPause } from "../../ports/pause-store.ts";

/** Pauses in memory, for tests and simulation. */
export class MemoryPauseStore implements PauseStore {
  readonly #pauses = new Map<PauseName, StoredPause>();

  async load(name: PauseName): Promise<StoredPause> {
    return this.#stored(name);
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    if (this.#stored(pause.name).version !== version) return false;
    this.#pauses.set(pause.name, { pause, version: version + 1 });
    return true;
  }

  #stored(name: PauseName): StoredPause {
    const nothing = { name, untilMillis: 0, strikes: [] };
    return this.#pauses.get(name) ?? { pause: nothing, version: 0 };
  }
}
