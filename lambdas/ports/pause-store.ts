import type { Pause, PauseName } from "../model/pause.ts";

/** A pause with the mark that a change must present. */
export type StoredPause = { readonly pause: Pause; readonly version: number };

/** Keeps the pauses that all sandboxes share. */
export interface PauseStore {
  load(name: PauseName): Promise<StoredPause>;
  /** False when somebody else changed it since it was loaded. */
  save(stored: StoredPause): Promise<boolean>;
}
