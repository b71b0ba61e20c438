import * as z from "zod/mini";
import type { PauseName, Strike } from "../../model/pause.ts";
import type { PauseStore, StoredPause } from "../../ports/pause-store.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const record = z.looseObject({
  untilMillis: z.int(),
  strikes: z.array(z.string()),
  version: z.int(),
});

/**
 * Pauses in the deliveries table, an item each. One that is loaded may be some milliseconds old, for
 * half the price: who asks believes it for a second anyway, and a change of an old one is refused.
 */
export class DynamoPauseStore implements PauseStore {
  readonly #deliveries: DynamoTable;
  /** Those whose change was refused; the next look at them has to see what was in the way. */
  readonly #overtaken = new Set<PauseName>();

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async load(name: PauseName): Promise<StoredPause> {
    const item = await this.#deliveries.get(pauseKey(name), {
      mayBeOld: !this.#overtaken.delete(name),
    });
    if (item === undefined) {
      return { pause: { name, untilMillis: 0, strikes: [] }, version: 0 };
    }
    const { untilMillis, strikes, version } = z.parse(record, item);
    return { pause: { name, untilMillis, strikes: strikes.map(readStrike) }, version };
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    const fields = {
      untilMillis: pause.untilMillis,
      strikes: pause.strikes.map(({ kind, atMillis, group }) => `${kind} ${atMillis} ${group}`),
      version: version + 1,
    };
    const isSaved = await this.#deliveries.put(
      pauseKey(pause.name),
      fields,
      version === 0
        ? { condition: "attribute_not_exists(#version)" }
        : { condition: "#version = :seen", where: { seen: version } },
    );
    if (!isSaved) this.#overtaken.add(pause.name);
    return isSaved;
  }
}

function pauseKey(name: PauseName): string {
  return `pause:${name}`;
}

function readStrike(text: string): Strike {
  const [kind = "", atMillis = "0", group = ""] = text.split(" ");
  return { kind: kind === "limit" ? "limit" : "timeout", atMillis: Number(atMillis), group };
}
