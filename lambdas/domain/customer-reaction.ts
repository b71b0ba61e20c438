import type { CustomerReaction } from "../model/message.ts";
import type { Work } from "./delivery.ts";
import { momentWithin } from "./moment.ts";
import type { ReactionChange, Step } from "./step.ts";

/** Telegram tells the whole list of a customer's reactions; amoCRM takes one change a call. */
export function customerReaction(event: CustomerReaction, acceptedAtMillis: number): Work {
  const changes: ReactionChange[] = [
    ...event.removed.map((emoji) => ({ type: "unreact", emoji }) as const),
    ...event.added.map((emoji) => ({ type: "react", emoji }) as const),
  ];
  if (changes.length === 0) return { kind: "ignore", reason: "the same reactions as before" };
  const sentAtMillis = momentWithin(event.atSeconds, acceptedAtMillis);
  const steps = changes.map(
    (change, index): Step => ({ name: "show-reaction", event, change, index, sentAtMillis }),
  );
  return { kind: "steps", steps };
}
