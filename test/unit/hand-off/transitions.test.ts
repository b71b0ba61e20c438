import { describe, expect, test } from "@jest/globals";
import { stepOf, transitions } from "../../../lambdas/hand-off/states.ts";
import type { HandOff, HandOffEvent } from "../../../lambdas/model/conversation.ts";

const states = Object.keys(transitions) as HandOff[];
const events = Object.keys(transitions.bot) as HandOffEvent[];
const everything = states.flatMap((state) => events.map((event) => ({ state, event })));

/** The whole table as people read it: the next state and the requested work for each event. */
const table: Readonly<Record<string, string>> = {
  "bot · customer writes": "bot: ask the bot",
  "bot · customer calls an operator": "waiting: open",
  "bot · customer ends": "bot: say that nothing is open",
  "bot · operator answers": "operator: pass on",
  "bot · operator ends": "bot: say that nothing is open",
  "bot · a day of silence": "bot: say that nothing is open",
  "waiting · customer writes": "waiting: pass on",
  "waiting · customer calls an operator": "waiting: pass on",
  "waiting · customer ends": "closed: close",
  "waiting · operator answers": "operator: pass on",
  "waiting · operator ends": "closed: close",
  "waiting · a day of silence": "closed: close",
  "operator · customer writes": "operator: pass on",
  "operator · customer calls an operator": "operator: pass on",
  "operator · customer ends": "closed: close",
  "operator · operator answers": "operator: pass on",
  "operator · operator ends": "closed: close",
  "operator · a day of silence": "closed: close",
  "closed · customer writes": "bot: ask the bot",
  "closed · customer calls an operator": "waiting: open",
  "closed · customer ends": "closed: say that nothing is open",
  "closed · operator answers": "operator: pass on",
  "closed · operator ends": "closed: say that nothing is open",
  "closed · a day of silence": "closed: say that nothing is open",
};

describe("a conversation between bot and operators", () => {
  test.each(everything)("that is '$state', when: $event", ({ state, event }) => {
    const step = stepOf(state, event);

    expect(`${step.state}: ${step.does}`).toBe(table[`${state} · ${event}`]);
  });

  test.each(events)("that is unknown is the bot's at: %s", (event) => {
    expect(stepOf(undefined, event)).toEqual(stepOf("bot", event));
  });

  test.each(everything)(
    "closes once, however often an event repeats: '$state', $event",
    ({ state, event }) => {
      const once = stepOf(state, event);
      const twice = stepOf(once.state, event);

      expect(twice.state).toBe(once.state);
      expect(once.does === "close" && twice.does === "close").toBe(false);
      expect(once.does === "open" && twice.does === "open").toBe(false);
    },
  );
});
