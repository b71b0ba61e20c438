import { signal } from "@preact/signals";

/** What a person has begun to write, by chat. It is the page's own, and a reload forgets it. */
export function createDrafts<Key, Draft extends object>(empty: Draft) {
  const drafts = signal<ReadonlyMap<Key, Draft>>(new Map());
  const of = (key: Key): Draft => drafts.value.get(key) ?? empty;
  return {
    of,
    change(key: Key, changes: Partial<Draft>): void {
      drafts.value = new Map(drafts.peek()).set(key, { ...of(key), ...changes });
    },
  };
}
