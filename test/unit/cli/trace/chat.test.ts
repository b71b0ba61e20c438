import { describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../../cli/command.ts";
import { traceChat } from "../../../../cli/trace/trace.ts";
import { chatFactsOf, chatLinesOf } from "../../../../cli/trace/show.ts";
import type { TraceSources } from "../../../../cli/trace/sources.ts";
import { sentTexts } from "../../../support/events.ts";
import { anEnvelope } from "../fake-sources.ts";
import { aStage } from "../support.ts";
import { eventId, expiresAt, nowMillis, secretText, sent, sources, uuid } from "./fake-sources.ts";

const minuteMillis = 60_000;
const conversationId = "tg-1000000001-42";
/** Noon of the day before. */
const noonMillis = nowMillis - 720 * minuteMillis;
const window = {
  conversationId,
  fromMillis: noonMillis - 30 * minuteMillis,
  untilMillis: noonMillis + 30 * minuteMillis,
};
const list = async (from: TraceSources) => {
  const found = await traceChat(window, from, nowMillis);
  const text = chatLinesOf(found, aStage()).filter(Boolean).join("\n");
  const facts = chatFactsOf(found);
  expect(text + JSON.stringify(facts)).not.toContain(secretText);
  return { text, facts };
};
const waiting = {
  id: "tg:1000000001:7",
  state: "waiting",
  direction: "to-amocrm",
  notBeforeMillis: nowMillis + 5000,
  attempts: 9,
  reason: "amoCRM answered 503",
  expiresAt,
};

describe("the messages of a chat near a time", () => {
  test("are those of amoCRM's history, each with its event as far as it is known, in order", async () => {
    const customers = {
      id: "tg:1000000001:6",
      ...sent,
      direction: "to-amocrm",
      steps: [{ step: "show-message", id: "first" }],
    };
    const operators = { id: eventId, ...sent, steps: sentTexts("8") };
    const history = [
      { amocrmMessageId: "too-late", msgid: undefined, sentAtMillis: nowMillis },
      { amocrmMessageId: uuid, msgid: undefined, sentAtMillis: noonMillis + 2 },
      { amocrmMessageId: "second", msgid: `${conversationId}-6`, sentAtMillis: noonMillis + 1 },
      { amocrmMessageId: "first", msgid: `${conversationId}-5`, sentAtMillis: noonMillis },
      { amocrmMessageId: "too-early", msgid: undefined, sentAtMillis: window.fromMillis - 1 },
    ];
    const notes = [{ id: customers.id, activeAtMillis: noonMillis }];

    const { facts, text } = await list(sources([customers, operators], history, notes));

    expect(facts).toMatchObject({
      gap: null,
      messages: [
        {
          time: "2026-11-21T12:00:00.000Z",
          from: "Telegram",
          telegramMessage: "5",
          amocrmMessage: "first",
          event: { id: customers.id, state: "sent" },
        },
        { from: "Telegram", telegramMessage: "6", amocrmMessage: "second", event: null },
        { from: "amoCRM", amocrmMessage: uuid, event: { id: eventId, state: "sent" } },
      ],
    });
    expect(facts.messages).toHaveLength(3);
    expect(text).toMatch(/second +in amoCRM; its event is not known$/m);
    expect(text).toMatch(/one message in full: npx bridge trace tg:1000000001:6 --stage dev/);
  });

  test("have their event in every piece", async () => {
    const event = {
      id: "tg:1000000001:6",
      ...sent,
      direction: "to-amocrm",
      steps: ["p1", "p2"].map((id) => ({ step: "show-message", id })),
    };
    const history = ["p2", "p1"].map((amocrmMessageId, index) => ({
      amocrmMessageId,
      msgid: `${conversationId}-5${index === 0 ? ".2" : ""}`,
      sentAtMillis: noonMillis,
    }));
    const notes = [{ id: event.id, activeAtMillis: noonMillis }];

    const { facts } = await list(sources([event], history, notes));

    expect(facts.messages).toMatchObject([
      { event: { id: event.id } },
      { event: { id: event.id } },
    ]);
    expect(facts.messages).toHaveLength(2);
  });

  test("list a spooled message of an operator once", async () => {
    const body = Buffer.from(JSON.stringify({ text: secretText })).toString("base64");
    const message = JSON.stringify(
      anEnvelope({ id: eventId, group: conversationId, source: "amocrm", body }),
    );
    const spooled = {
      id: `spool:${eventId}`,
      state: "spooled",
      receivedAtMillis: noonMillis,
      message,
    };
    const history = [{ amocrmMessageId: uuid, msgid: undefined, sentAtMillis: noonMillis }];

    const { facts } = await list(sources([spooled], history));

    expect(facts.messages).toMatchObject([
      { from: "amoCRM", amocrmMessage: uuid, event: { id: eventId, state: "spooled" } },
    ]);
    expect(facts.messages).toHaveLength(1);
  });

  test("are known by the tables while amoCRM does not answer", async () => {
    const notes = [{ id: waiting.id, activeAtMillis: noonMillis }];
    const from: TraceSources = {
      ...sources([waiting], [], notes),
      async *history() {
        yield { amocrmMessageId: uuid, msgid: undefined, sentAtMillis: nowMillis, hook: "" };
        throw new CommandFailure(
          "amoCRM does not give the chat's history (amoCRM answered 503)",
          "x",
        );
      },
    };

    const { facts, text } = await list(from);

    expect(facts).toMatchObject({
      gap: "amoCRM does not give the chat's history (amoCRM answered 503)",
      messages: [{ timeIs: "attempted", event: { state: "waiting", attempts: 9 } }],
    });
    expect(text).toContain("waiting until 2026-11-22T00:00:05.000Z: amoCRM answered 503");
    expect(text).toContain("incomplete: amoCRM does not give");
  });

  test.each([
    { what: "still waits is listed", item: waiting, count: 1 },
    { what: "was sent is not", item: { ...waiting, state: "sent" }, count: 0 },
  ])("an event noted today that $what for yesterday", async ({ item, count }) => {
    const notes = [{ id: item.id, activeAtMillis: nowMillis - minuteMillis }];

    expect((await list(sources([item], [], notes))).facts.messages).toHaveLength(count);
  });

  test.each([
    { what: "of the chat and the time", group: conversationId, at: noonMillis, count: 1 },
    { what: "of another time", group: conversationId, at: nowMillis, count: 0 },
    { what: "of another chat", group: "tg-1000000001-43", at: noonMillis, count: 0 },
  ])("a parked event $what is listed $count times", async ({ group, at, count }) => {
    const body = Buffer.from(JSON.stringify({ text: secretText })).toString("base64");
    const message = JSON.stringify(anEnvelope({ id: "tg:1000000001:7", group, body }));
    const parked = { ...waiting, state: "parked", receivedAtMillis: at, message };

    expect((await list(sources([parked]))).facts.messages).toHaveLength(count);
  });

  test("are searched among the chat's latest thousand messages, and no further", async () => {
    let read = 0;
    const endless: TraceSources = {
      ...sources([]),
      async *history() {
        for (;;) {
          read += 1;
          yield { amocrmMessageId: "x", msgid: undefined, sentAtMillis: nowMillis, hook: "" };
        }
      },
    };

    expect((await list(endless)).facts.gap).toContain("latest 1000 messages");
    expect(read).toBe(1000);
  });
});
