import { partAfter } from "../../lambdas/domain/delivery.ts";
import type { Part, Work } from "../../lambdas/domain/delivery.ts";

/** All parts of an event that goes out well. */
export function partsOf(work: Work): Part[] {
  const parts: Part[] = [];
  if (work.kind !== "parts") return parts;
  for (;;) {
    const done = parts.map((_, index) => String(index));
    const part = partAfter(work, done);
    if (part === undefined) return parts;
    parts.push(part);
  }
}
