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
/** What a customer did: a message of that id, or a press of a button, which has none. */
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

describe("where a customer is", () => {
  test.each<{ name: string; acts: readonly Act[]; now: object }>([
    { name: "in a chat without topics: nowhere", acts: [{ id: 1 }, { id: 2 }], now: {} },
    {
      name: "in the topic of their message",
      acts: [{ id: 1, topicId: "77" }],
      now: { topicId: "77" },
    },
    {
      name: "in the topic of the last",
      acts: [
        { id: 1, topicId: "77" },
        { id: 2, topicId: "78" },
      ],
      now: { topicId: "78" },
    },
    { name: "outside of topics again", acts: [{ id: 1, topicId: "77" }, { id: 2 }], now: {} },
    {
      name: "where they are, though an earlier message was edited or came late",
      acts: [{ id: 1 }, { id: 5, topicId: "78" }, { id: 3, topicId: "77" }],
      now: { topicId: "78" },
    },
    {
      name: "where they press a button",
      acts: [{ id: 1, topicId: "77" }, { id: 2, topicId: "78" }, { topicId: "77" }],
      now: { topicId: "77" },
    },
    {
      name: "where they were, after a press of which no topic is told",
      acts: [{ id: 1, topicId: "77" }, {}],
      now: { topicId: "77" },
    },
    {
      name: "where they write after a press",
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

  test("is kept in a bounded list, whatever they do", () => {
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

describe("an answer", () => {
  const moved = known([
    { id: 10, topicId: "77" },
    { id: 20, topicId: "78" },
    { id: 30 },
    { id: 40, topicId: "77" },
  ]);

  test.each([
    { name: "to nothing, where the customer is now", quoted: undefined, where: { topicId: "77" } },
    { name: "to the first of a topic", quoted: "10", where: { topicId: "77" } },
    { name: "to a later one of it", quoted: "19", where: { topicId: "77" } },
    { name: "to one of another topic", quoted: "25", where: { topicId: "78" } },
    { name: "to one outside of topics", quoted: "35", where: {} },
    { name: "to one before all that is known", quoted: "9", where: {} },
  ])("goes $name", ({ quoted, where }) => {
    expect(whereToAnswer(moved, quoted)).toEqual(where);
  });

  test("to a message that came late goes to its topic, and to no other message there", () => {
    const late = { ...moved, ...topicNews(moved, eventOf({ id: 22, topicId: "99" })) };

    expect(whereToAnswer(late, "22")).toEqual({ topicId: "99" });
    expect([whereToAnswer(late, "21"), whereToAnswer(late, "23"), whereNow(late)]).toEqual([
      { topicId: "78" },
      { topicId: "78" },
      { topicId: "77" },
    ]);
  });

  test("to an edited message stays where it was, and nothing is written", () => {
    expect(topicNews(moved, eventOf({ id: 25, topicId: "78" }))).toEqual({});
    expect(topicNews(moved, eventOf({ id: 35 }))).toEqual({});
  });

  const answered = (id: string, where: Where, before: Conversation = moved): Conversation => ({
    ...before,
    ...answeredInOtherTopic(before, id, where),
  });

  test("to an answer of ours goes where that went, wherever the customer was", () => {
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

  test("is remembered only where it went aside, to a topic that is there, and not for ever", () => {
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

  test("no longer goes to a topic that is gone", () => {
    const left = { conversationId, topics: withoutTopic(moved.topics, "77") };

    expect([whereNow(left), whereToAnswer(left, "10"), whereToAnswer(left, "25")]).toEqual([
      {},
      {},
      { topicId: "78" },
    ]);
  });
});
