import type { Direction } from "../../model/envelope.ts";
import type { PauseStore, StoredPause } from "../../ports/pause-store.ts";

/** Pauses in memory, for tests and simulation. */
export class MemoryPauseStore implements PauseStore {
  readonly #pauses = new Map<Direction, StoredPause>();

  async load(direction: Direction): Promise<StoredPause> {
    const nothing = { direction, untilMillis: 0, strikes: [] };
    return this.#pauses.get(direction) ?? { pause: nothing, version: 0 };
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    const stored = await this.load(pause.direction);
    if (stored.version !== version) return false;
    this.#pauses.set(pause.direction, { pause, version: version + 1 });
    return true;
  }
}
