import type { Hop } from "../../hops/hop.ts";
import type { Entry, PageRecord, RunFacts } from "../stream.ts";

/** The hops of one event are kept while the page shows it; older events lose theirs. */
const mostEvents = 2000;

type ValueOf<Of extends PageRecord["of"]> = Extract<PageRecord, { of: Of }>["value"];
type Tables = { readonly [Of in PageRecord["of"]]: Map<string, ValueOf<Of>> };

/** One hop with its number in the run. */
export type NumberedHop = Hop & { readonly number: number };

/** All that the page knows of a run. Everything in it came over the stream. */
export type Model = Tables & {
  readonly run: RunFacts | undefined;
  /** False while the past is still coming. */
  readonly isCaughtUp: boolean;
  /** The server's clock minus the browser's. */
  readonly clockOffsetMillis: number;
  /** The hops of each event, oldest first. The event that began last is the last one. */
  readonly hopsOf: Map<string, NumberedHop[]>;
  /** Webhook answers whose event is not known: refused and failed ones, and those on their way. */
  readonly webhooks: NumberedHop[];
  /** Hops without an event: the caretaker's, deaths of idle processes, refusals. */
  readonly others: NumberedHop[];
};

/** A model before the first entry. */
export function emptyModel(): Model {
  const map = <Value>() => new Map<string, Value>();
  return {
    "phone-chat": map(),
    "phone-message": map(),
    "desk-chat": map(),
    "desk-message": map(),
    contact: map(),
    lead: map(),
    event: map(),
    queue: map(),
    switch: map(),
    commands: map(),
    run: undefined,
    isCaughtUp: false,
    clockOffsetMillis: 0,
    hopsOf: new Map(),
    webhooks: [],
    others: [],
  };
}

/**
 * The model after an entry. The maps and lists are changed in place, because a thousand messages come at
 * once; what is replaced is the model itself. A run with another id begins with an empty model.
 */
export function afterEntry(model: Model, entry: Entry, nowMillis: number): Model {
  switch (entry.kind) {
    case "run":
      return { ...emptyModel(), run: entry.run };
    case "caught-up":
      return { ...model, isCaughtUp: true };
    case "clock":
      return { ...model, clockOffsetMillis: entry.nowMillis - nowMillis };
    case "record":
      (model[entry.of] as Map<string, unknown>).set(entry.id, entry.value);
      return model;
    case "gone":
      model[entry.of].delete(entry.id);
      return model;
    case "hop":
      keepHop(model, { ...entry.hop, number: entry.number });
      return model;
  }
}

function keepHop(model: Model, hop: NumberedHop): void {
  if (hop.kind === "webhook") return keepWebhook(model, hop);
  if (hop.eventId === undefined) {
    model.others.push(hop);
    if (model.others.length > mostEvents) model.others.shift();
    return;
  }
  const known = model.hopsOf.get(hop.eventId);
  if (known === undefined) model.hopsOf.set(hop.eventId, [hop]);
  else known.push(hop);
  if (model.hopsOf.size <= mostEvents) return;
  const ids = [...model.hopsOf.keys()];
  // The proof needs the mark of a late event for as long as its message is shown.
  const forgotten = ids.find((id) => !model.hopsOf.get(id)?.some(isMark)) ?? ids[0] ?? "";
  model.hopsOf.delete(forgotten);
}

function isMark(hop: Hop): boolean {
  if (hop.kind !== "fact") return false;
  return hop.fields["late"] !== undefined || /^Hook(CameLate|Spooled)$/.test(hop.fact);
}

/** A webhook's answer belongs to the event of the fact that its function logged before. */
function keepWebhook(model: Model, hop: NumberedHop & { readonly kind: "webhook" }): void {
  const recent = [...model.hopsOf.values()].slice(-300).toReversed();
  const own = recent.find((hops) =>
    hops.some((each) => each.kind === "fact" && each.requestId === hop.requestId),
  );
  if (own !== undefined) return void own.push({ ...hop, eventId: own[0]?.eventId });
  model.webhooks.push(hop);
  if (model.webhooks.length > mostEvents) model.webhooks.shift();
}
