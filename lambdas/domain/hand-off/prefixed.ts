import type { Logger } from "../../ports/logger.ts";
import type { Part } from "../delivery.ts";
import { reasonOf } from "../settle.ts";

/** A part whose id tells what it is of, also when it had to be left out. */
export function prefixed(prefix: string, { skipAfter, ...part }: Part, logger: Logger): Part {
  return {
    ...part,
    async send(entry, deadlineMillis) {
      try {
        return `${prefix}${await part.send(entry, deadlineMillis)}`;
      } catch (error) {
        if (skipAfter?.(error, entry) !== true) throw error;
        logger.warn("OptionalPartSkipped", { eventId: entry.id, reason: reasonOf(error) });
        return prefix;
      }
    },
  };
}
