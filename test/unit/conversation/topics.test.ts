import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  answeredInOtherTopic,
  topicNews,
  whereNow,
  whereToAnswer,
  withoutTopic,
} from "../../../lambdas/conversation/topics.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { Where } from "../../../lambdas/model/message.ts";
import { aCustomerEvent } from "../../support/events.ts";

const conversationId = "tg-700-42";
/** A customer's action: a message with that id, or a button press, which has none. */
type Act = { readonly id?: number; readonly topicId?: string };
const eventOf = ({ id, topicId }: Act) =>
  aCustomerEvent({
    msgid: `${conversationId}-${id === undefined ? "cb-7" : id}`,
    ...(topicId === undefined ? {} : { where: { topicId } }),
  });
const after = (acts: readonly Act[], topics?: readonly string[]) => {
  const first = topics === undefined ? {} : { topics };
  return acts.reduce<{ topics?: readonly string[] }>(
    (known, act) => ({ ...known, ...topicNews(known, eventOf(act)) }),
    first,
  );
};
const known = (acts: readonly Act[]) => ({ conversationId, ...after(acts) });

describe("the customer's topic", () => {
  test.each<{ name: string; acts: readonly Act[]; now: object }>([
    { name: "is absent in a chat without topics", acts: [{ id: 1 }, { id: 2 }], now: {} },
    {
      name: "is that of their message",
      acts: [{ id: 1, topicId: "77" }],
      now: { topicId: "77" },
    },
    {
      name: "is that of their last message",
      acts: [
        { id: 1, topicId: "77" },
        { id: 2, topicId: "78" },
      ],
      now: { topicId: "78" },
    },
    {
      name: "is absent after a message outside of topics",
      acts: [{ id: 1, topicId: "77" }, { id: 2 }],
      now: {},
    },
    {
      name: "does not change when an earlier message is edited or comes late",
      acts: [{ id: 1 }, { id: 5, topicId: "78" }, { id: 3, topicId: "77" }],
      now: { topicId: "78" },
    },
    {
      name: "is that of their button press",
      acts: [{ id: 1, topicId: "77" }, { id: 2, topicId: "78" }, { topicId: "77" }],
      now: { topicId: "77" },
    },
    {
      name: "does not change after a press without a topic",
      acts: [{ id: 1, topicId: "77" }, {}],
      now: { topicId: "77" },
    },
    {
      name: "is that of a message after a press",
      acts: [{ id: 1, topicId: "77" }, { topicId: "78" }, { id: 3, topicId: "77" }],
      now: { topicId: "77" },
    },
  ])("$name", ({ acts, now }) => {
    expect(whereNow(known(acts))).toEqual(now);
  });

  test("is written only when it changes", () => {
    const stayed = after([{ id: 1, topicId: "77" }]);

    expect(topicNews(stayed, eventOf({ id: 2, topicId: "77" }))).toEqual({});
    expect(topicNews(stayed, eventOf({ topicId: "77" }))).toEqual({});
    expect(topicNews({}, eventOf({ id: 2 }))).toEqual({});
  });

  test("is stored in a bounded list, for any number of topics", () => {
    const topicId = fc.option(fc.constantFrom("77", "78", "79"), { nil: undefined });
    const act = fc.record({ id: fc.option(fc.nat(99), { nil: undefined }), topicId });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { topics = [] } = after(acts as readonly Act[]);
        const ids = topics
          .filter((topic) => !topic.includes("="))
          .map((topic) => Number(topic.split(":")[0]));

        expect(topics.length).toBeLessThanOrEqual(20);
        expect(ids.slice(0, -1)).toEqual(ids.slice(0, -1).toSorted((one, two) => one - two));
      }),
    );
  });
});

describe("an operator's answer", () => {
  const moved = known([
    { id: 10, topicId: "77" },
    { id: 20, topicId: "78" },
    { id: 30 },
    { id: 40, topicId: "77" },
  ]);

  test.each([
    {
      name: "without a quoted message, to the customer's current topic",
      quoted: undefined,
      where: { topicId: "77" },
    },
    { name: "to the topic of its first message", quoted: "10", where: { topicId: "77" } },
    { name: "to the topic of a later message", quoted: "19", where: { topicId: "77" } },
    { name: "to another topic of the quoted message", quoted: "25", where: { topicId: "78" } },
    { name: "outside of topics, like the quoted message", quoted: "35", where: {} },
    {
      name: "outside of topics, when the quoted message is older than the list",
      quoted: "9",
      where: {},
    },
  ])("goes $name", ({ quoted, where }) => {
    expect(whereToAnswer(moved, quoted)).toEqual(where);
  });

  test("to a message that came late goes to its topic, and answers to other messages do not", () => {
    const late = { ...moved, ...topicNews(moved, eventOf({ id: 22, topicId: "99" })) };

    expect(whereToAnswer(late, "22")).toEqual({ topicId: "99" });
    expect([whereToAnswer(late, "21"), whereToAnswer(late, "23"), whereNow(late)]).toEqual([
      { topicId: "78" },
      { topicId: "78" },
      { topicId: "77" },
    ]);
  });

  test("to an edited message goes to the message's topic, and nothing is written", () => {
    expect(topicNews(moved, eventOf({ id: 25, topicId: "78" }))).toEqual({});
    expect(topicNews(moved, eventOf({ id: 35 }))).toEqual({});
  });

  const answered = (id: string, where: Where, before: Conversation = moved): Conversation => ({
    ...before,
    ...answeredInOtherTopic(before, id, where),
  });

  test("to the bridge's own answer goes to its topic, wherever the customer is", () => {
    const aside = answered("42", {}, answered("41", { topicId: "78" }));

    expect(whereToAnswer(aside, "41")).toEqual({ topicId: "78" });
    expect(whereToAnswer(aside, "42")).toEqual({});
    expect([whereToAnswer(aside, "43"), whereToAnswer(aside, "25"), whereNow(aside)]).toEqual([
      { topicId: "77" },
      { topicId: "78" },
      { topicId: "77" },
    ]);
    const msgid = `${conversationId}-50`;
    const later = { ...aside, ...topicNews(aside, { conversationId, msgid }) };
    expect([whereToAnswer(later, "41"), whereNow(later)]).toEqual([{ topicId: "78" }, {}]);
  });

  test("is remembered only when it went to another existing topic, and for a limited time", () => {
    expect(answeredInOtherTopic(moved, "41", { topicId: "77" })).toEqual({});
    expect(answeredInOtherTopic(moved, "41", { topicId: "99" })).toEqual({});
    expect(answeredInOtherTopic(undefined, "41", {})).toEqual({});
    const ids = Array.from({ length: 100 }, (_, index) => String(100 + index));
    const many = ids.reduce<Conversation>(
      (before, id) => answered(id, { topicId: "78" }, before),
      moved,
    );
    expect(many.topics).toHaveLength(10 + (moved.topics ?? []).length);
    expect(whereToAnswer(many, "199")).toEqual({ topicId: "78" });
  });

  test("does not go to a deleted topic", () => {
    const left = { conversationId, topics: withoutTopic(moved.topics, "77") };

    expect([whereNow(left), whereToAnswer(left, "10"), whereToAnswer(left, "25")]).toEqual([
      {},
      {},
      { topicId: "78" },
    ]);
  });
});
