import { describe, expect, test } from "@jest/globals";
import { stepWith, turnOf } from "../../../lambdas/hand-off/hand-off.ts";
import type { Turn } from "../../../lambdas/hand-off/hand-off.ts";
import type { Conversation, HandOff } from "../../../lambdas/model/conversation.ts";
import type { StepName } from "../../../lambdas/model/ledger.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { aCustomerEvent, anEntry } from "../../support/events.ts";

const eventId = "tg:700:9";
const states = [undefined, "bot", "waiting", "operator", "closed"] as const;

/** The turn at a message in a conversation of that state, after these steps. */
const turnAt = (
  changes: Partial<CustomerEvent>,
  known: Partial<Conversation> | undefined,
  { done = [], isRedriven = false }: { done?: readonly StepName[]; isRedriven?: boolean } = {},
) =>
  turnOf(
    aCustomerEvent(changes),
    known === undefined ? undefined : { ...known, conversationId: "tg-700-42" },
    { eventId, acceptedAtMillis: 1_700_000_000_500, isRedriven },
    anEntry({ steps: done.map((step) => ({ step })) }),
  );
const inState = (handOff: HandOff | undefined) => (handOff === undefined ? undefined : { handOff });

const bots: Turn = { step: "ask the bot", asksBot: true, ifOperatorCalled: "open" };
const without = (step: Turn["step"]): Turn => ({ step, asksBot: false });

describe("the turn at a customer's message", () => {
  test.each<{ state: HandOff | undefined; writes: Turn; calls: Turn; ends: Turn }>([
    {
      state: undefined,
      writes: bots,
      calls: without("open"),
      ends: without("say that nothing is open"),
    },
    {
      state: "bot",
      writes: bots,
      calls: without("open"),
      ends: without("say that nothing is open"),
    },
    {
      state: "waiting",
      writes: without("pass on"),
      calls: without("pass on"),
      ends: without("close"),
    },
    {
      state: "operator",
      writes: without("pass on"),
      calls: without("pass on"),
      ends: without("close"),
    },
    {
      state: "closed",
      writes: bots,
      calls: without("open"),
      ends: without("say that nothing is open"),
    },
  ])("depends on the state: $state", ({ state, writes, calls, ends }) => {
    const known = inState(state);

    expect(turnAt({}, known)).toEqual(writes);
    expect(turnAt({ command: "start" }, known)).toEqual(writes);
    expect(turnAt({ command: "operator" }, known)).toEqual(calls);
    expect(turnAt({ command: "end" }, known)).toEqual(ends);
  });

  test.each([
    { state: "bot", turn: without("ask the bot") },
    { state: "operator", turn: without("pass on") },
  ] as const)("that is edited is no question to the bot: $state", ({ state, turn }) => {
    expect(turnAt({ kind: "edit" }, { handOff: state })).toEqual(turn);
  });

  test.each(states)("at a redriven message is the operators': %s", (state) => {
    for (const command of [undefined, "start", "operator", "end"] as const) {
      const changes = command === undefined ? {} : { command };
      expect(turnAt(changes, inState(state), { isRedriven: true })).toEqual(without("pass on"));
    }
  });

  test.each([
    { name: "has continued the talk", known: { handOff: "operator", pressedBy: "tg:700:10" } },
    { name: "has requested an operator", known: { handOff: "waiting", handOffBy: "tg:700:10" } },
  ] as const)("that ends a talk is passed on where a later press $name", ({ known }) => {
    expect(turnAt({ command: "end" }, known)).toEqual(without("pass on"));
    expect(turnAt({ command: "end" }, { ...known, pressedBy: "tg:700:8", handOffBy: "" })).toEqual(
      without("close"),
    );
  });

  test.each([
    { changes: {}, known: { handOff: "waiting", handOffFrom: "bot" }, turn: bots },
    {
      changes: { command: "operator" },
      known: { handOff: "waiting", handOffFrom: "closed" },
      turn: without("open"),
    },
    {
      changes: { command: "end" },
      known: { handOff: "closed", handOffFrom: "operator" },
      turn: without("close"),
    },
  ] as const)(
    "is the same when an attempt crashed right after it moved the talk: $known.handOff",
    ({ changes, known, turn }) => {
      expect(turnAt(changes, { ...known, handOffBy: eventId })).toEqual(turn);
    },
  );
});

describe("the turn at a message that an earlier attempt has started", () => {
  const goneOn: {
    first: StepName;
    changes?: Partial<CustomerEvent>;
    turn: Turn;
  }[] = [
    { first: "catch-up", turn: without("catch up") },
    { first: "open-talk", turn: { step: "open", asksBot: true } },
    { first: "open-talk", changes: { command: "operator" }, turn: without("open") },
    { first: "close-talk", changes: { command: "end" }, turn: without("close") },
    { first: "answer-as-bot", turn: { step: "ask the bot", asksBot: true } },
    { first: "link-phone", turn: { step: "ask the bot", asksBot: true } },
    { first: "remember-exchange", turn: { step: "ask the bot", asksBot: true } },
    {
      first: "answer-as-bot",
      changes: { command: "end" },
      turn: without("say that nothing is open"),
    },
    { first: "show-message", turn: without("pass on") },
    { first: "keep-file", turn: without("pass on") },
  ];

  test.each(goneOn)(
    "stays the same, whatever the state is now: $first, $turn.step",
    ({ first, changes = {}, turn }) => {
      for (const state of states) {
        for (const isRedriven of [false, true]) {
          expect(turnAt(changes, inState(state), { done: [first], isRedriven })).toEqual(turn);
        }
      }
    },
  );
});

describe("the next step when the bot's answer is known", () => {
  const answer = (callsOperator: boolean) => ({ requests: [], callsOperator });
  const after = (turn: Turn, callsOperator: boolean, unseenCount = 0, done: StepName[] = []) =>
    stepWith(
      answer(callsOperator),
      turn,
      { conversationId: "tg-700-42", unseenCount },
      anEntry({ steps: done.map((step) => ({ step })) }),
    );

  test.each([
    { name: "answers", callsOperator: false, step: "ask the bot" },
    { name: "requests an operator", callsOperator: true, step: "open" },
  ])("is to $step when the bot $name", ({ callsOperator, step }) => {
    expect(after(bots, callsOperator)).toBe(step);
  });

  test("is the started one although the bot requests an operator now", () => {
    expect(after({ step: "ask the bot", asksBot: true }, true)).toBe("ask the bot");
  });

  test.each([
    { name: "there were no earlier messages", unseenCount: 0, done: [], step: "pass on" },
    {
      name: "operators have not seen the earlier messages",
      unseenCount: 2,
      done: [],
      step: "catch up",
    },
    { name: "it is passed on already", unseenCount: 2, done: ["show-message"], step: "pass on" },
  ] as { name: string; unseenCount: number; done: StepName[]; step: string }[])(
    "is to $step to operators when $name",
    ({ unseenCount, done, step }) => {
      expect(after(without("pass on"), false, unseenCount, done)).toBe(step);
    },
  );
});
