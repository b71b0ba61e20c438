import * as z from "zod";
import { parseJson } from "../http.ts";
import type { SimulatedAmocrmCall } from "../simulators/amocrm/types.ts";
import type { SimulatedTelegramCall } from "../simulators/telegram/bot.ts";

/**
 * One thing that happened on the way of a message. `eventId` names the message's event, as the ledger does,
 * where the place knows it. A hop has no text and no name of a person.
 */
export type Hop = { readonly atMillis: number; readonly eventId?: string | undefined } & (
  WebhookHop | ReceivedHop | DiedHop | CallHop | FactHop | LineHop
);

/** Gets each hop when it happens. */
export type Observe = (hop: Hop) => void;

/** A webhook answered a vendor. The fact that the function logs under `requestId` has the event's id. */
type WebhookHop = {
  readonly kind: "webhook";
  readonly functionStem: string;
  readonly requestId: string;
  readonly status: number;
  readonly tookMillis: number;
};

/** A function took an event from a queue, for the `receive`th time. */
type ReceivedHop = {
  readonly kind: "received";
  readonly functionStem: string;
  readonly queue: string;
  readonly receive: number;
};

/** The process ended before it answered. The queue gives the event to another one at `backAtMillis`. */
type DiedHop = {
  readonly kind: "died";
  readonly functionStem: string;
  readonly backAtMillis: number;
};

/** A function called a vendor. Status 0: it got no answer. `tookMillis` includes the vendor's work. */
export type CallHop = {
  readonly kind: "call";
  readonly functionStem: string;
  readonly vendor: "telegram" | "amocrm";
  /** `sendMessage`, or a method and a path such as `POST /api/v4/leads`. */
  readonly call: string;
  readonly status: number;
  readonly reason?: string | undefined;
  readonly tookMillis: number;
};

/** A function logged a decision. */
export type FactHop = {
  readonly kind: "fact";
  readonly functionStem: string;
  readonly level?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fact: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** Another line of the run's log. */
type LineHop = {
  readonly kind: "line";
  readonly functionStem: string;
  readonly text: string;
};

const fact = z.looseObject({ fact: z.string(), eventId: z.optional(z.string()) });
const wrapped = z.object({
  level: z.optional(z.string()),
  requestId: z.optional(z.string()),
  message: fact,
});

/** The hop in a line of the run's log. Undefined for a line that only carries metrics. */
export function hopOfLine(line: string, atMillis: number): Hop | undefined {
  const [, functionStem = "host", text = line] = /^([a-z-]+): (.*)$/s.exec(line) ?? [];
  const value = text.startsWith("{") ? parseJson(text) : undefined;
  // A line with a metric has no wrapper and no level.
  const { data: inWrapper } = wrapped.safeParse(value);
  const logged = inWrapper?.message ?? fact.safeParse(value).data;
  if (logged === undefined) {
    return text.includes('"_aws"') ? undefined : { kind: "line", atMillis, functionStem, text };
  }
  const { fact: name, eventId, _aws: _metric, ...fields } = logged;
  const { level, requestId } = inWrapper ?? {};
  return { kind: "fact", atMillis, functionStem, level, requestId, fact: name, eventId, fields };
}

/** The hop of a call of Telegram's Bot API. */
export function hopOfTelegramCall(call: SimulatedTelegramCall): Hop {
  const { caller: functionStem, method, status, eventId, atMillis, tookMillis } = call;
  const vendor = "telegram" as const;
  return {
    kind: "call",
    vendor,
    functionStem,
    call: method,
    status,
    eventId,
    atMillis,
    tookMillis,
  };
}

/** The hop of a call of one of amoCRM's two APIs. */
export function hopOfAmocrmCall(made: SimulatedAmocrmCall): Hop {
  const { caller: functionStem, method, status, reason, eventId, atMillis, tookMillis } = made;
  const path = made.path.replace(/^\/v2\/origin\/custom\/[^/]+/, "") || "new_message";
  const call = `${method} ${path}`;
  const vendor = "amocrm" as const;
  return {
    kind: "call",
    vendor,
    functionStem,
    call,
    status,
    reason,
    eventId,
    atMillis,
    tookMillis,
  };
}
