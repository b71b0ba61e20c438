import { isUnnamed } from "../vendors/amocrm-vendor.ts";
import type { CallFact, Recorded } from "../world/history.ts";
import type { SentHook } from "../world/amocrm-side.ts";
import { marksIn } from "../world/plan.ts";
import type { World } from "../world/world.ts";

/** A broken promise. */
export type Violation = {
  readonly rule: string;
  /** The event or the conversation to look up in the story. */
  readonly about: string;
  readonly what: string;
};

/** One message from the bot to a customer, with the call that made it. */
export type Showing = {
  readonly call: CallFact;
  readonly marks: readonly string[];
  /** The operator's message it belongs to. Undefined for the bot's own messages. */
  readonly hook: SentHook | undefined;
  /** The envelope was marked as late, or the hook did not name the chat. */
  readonly isLate: boolean;
};

/** The data that the rules use, prepared once. */
export type Evidence = {
  readonly world: World;
  readonly facts: readonly Recorded[];
  readonly calls: readonly (CallFact & Recorded)[];
  /** In the order in which the vendor accepted them. */
  readonly showings: readonly Showing[];
  readonly showingsOf: (hook: SentHook) => readonly Showing[];
  readonly errorsAbout: (eventId: string) => ReadonlySet<string>;
  /** Whether a fault of this kind was in force at that time or shortly before. */
  readonly wasInForce: (kindStart: string, atMillis: number, beforeMillis?: number) => boolean;
};

export function evidenceOf(world: World): Evidence {
  const { history, amocrmSide } = world;
  const calls = history.of("call");
  const hooksByMark = new Map<string, SentHook>();
  for (const hook of amocrmSide.hooks) {
    for (const mark of marksIn(hook.text)) hooksByMark.set(mark, hook);
  }
  const showings = calls
    .filter(
      ({ vendor, method, applied }) => vendor === "telegram" && method === "sendMessage" && applied,
    )
    .toSorted((a, b) => a.order - b.order)
    .map((call): Showing => {
      const marks = marksIn(call.text ?? "");
      const hook = hooksByMark.get(marks[0] ?? "");
      const isLate =
        call.attempt?.late !== undefined || (hook !== undefined && isUnnamed(hook.messageId));
      return { call, marks, hook, isLate };
    });
  const byHook = Map.groupBy(showings, ({ hook }) => hook);
  const errors = Map.groupBy(
    history.of("log").filter(({ level }) => level === "error"),
    ({ fields }) => String(fields["eventId"]),
  );
  return {
    world,
    facts: history.facts,
    calls,
    showings,
    showingsOf: (hook) => byHook.get(hook) ?? [],
    errorsAbout: (eventId) => new Set(errors.get(eventId)?.map(({ fact }) => fact)),
    wasInForce: (kindStart, atMillis, beforeMillis = 0) =>
      world.windows.some(
        ({ kind, fromMillis, untilMillis }) =>
          kind.startsWith(kindStart) &&
          fromMillis <= atMillis &&
          atMillis - beforeMillis < untilMillis,
      ),
  };
}
