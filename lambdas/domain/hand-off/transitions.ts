import type { HandOff, HandOffEvent } from "../../model/hand-off.ts";

/** What an event asks for, in the state in which it finds a conversation. */
export type HandOffStep = {
  readonly state: HandOff;
  /** `open`: the transcript goes to amoCRM, then the request; `close`: the customer is told. */
  readonly does: "ask the bot" | "pass on" | "open" | "close" | "say that nothing is open";
};

const bot = { state: "bot", does: "ask the bot" } as const;
const opened = { state: "waiting", does: "open" } as const;
const closed = { state: "closed", does: "close" } as const;
const still = (state: HandOff) => ({ state, does: "pass on" }) as const;
const nothingIn = (state: HandOff) => ({ state, does: "say that nothing is open" }) as const;

/** Every state meets every event: a table without gaps, which is also the test's. */
export const transitions: Readonly<Record<HandOff, Readonly<Record<HandOffEvent, HandOffStep>>>> = {
  bot: {
    "customer writes": bot,
    "customer calls an operator": opened,
    "customer ends": nothingIn("bot"),
    "operator answers": still("operator"),
    "operator ends": nothingIn("bot"),
    "a day of silence": nothingIn("bot"),
  },
  waiting: {
    "customer writes": still("waiting"),
    "customer calls an operator": still("waiting"),
    "customer ends": closed,
    "operator answers": still("operator"),
    "operator ends": closed,
    "a day of silence": closed,
  },
  operator: {
    "customer writes": still("operator"),
    "customer calls an operator": still("operator"),
    "customer ends": closed,
    "operator answers": still("operator"),
    "operator ends": closed,
    "a day of silence": closed,
  },
  closed: {
    "customer writes": bot,
    "customer calls an operator": opened,
    "customer ends": nothingIn("closed"),
    "operator answers": still("operator"),
    "operator ends": nothingIn("closed"),
    "a day of silence": nothingIn("closed"),
  },
};

/** The step of a conversation; one of which nothing is known yet is the bot's. */
export function stepOf(state: HandOff | undefined, event: HandOffEvent): HandOffStep {
  return transitions[state ?? "bot"][event];
}
