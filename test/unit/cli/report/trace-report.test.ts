import { describe, expect, test } from "@jest/globals";
import { stepIds } from "../../../../lambdas/model/ledger.ts";
import { stepTexts } from "../../../../cli/report/texts.ts";
import { chatReport, messageReport } from "../../../../cli/report/trace-report.ts";
import { readerIn } from "../../../../cli/report/write-report.ts";
import { readName } from "../../../../cli/commands/trace.ts";
import { trace, traceChat } from "../../../../cli/trace/trace.ts";
import { sentTexts } from "../../../support/events.ts";
import { anEnvelope } from "../fake-sources.ts";
import { aStage } from "../support.ts";
import {
  eventId,
  expiresAt,
  nowMillis,
  secretText,
  sent,
  sources,
  uuid,
} from "../trace/fake-sources.ts";

const conversation = "tg-1000000001-42";
const parked = {
  id: "tg:1000000001:7",
  state: "parked",
  direction: "to-amocrm",
  reason: "gave-up",
  attempts: 3,
  redrive: 2,
  receivedAtMillis: nowMillis - 1000,
  endedAtMillis: nowMillis,
  message: JSON.stringify(
    anEnvelope({
      id: "tg:1000000001:7",
      group: conversation,
      receivedAtMillis: nowMillis - 1000,
      late: "redriven",
      body: Buffer.from(JSON.stringify({ message: { text: secretText } })).toString("base64"),
    }),
  ),
};
const waiting = {
  id: eventId,
  state: "waiting",
  direction: "to-telegram",
  reason: "Telegram answered 429",
  attempts: 2,
  ambiguous: 1,
  notBeforeMillis: nowMillis + 30_000,
  expiresAt,
};
const spooled = { ...parked, id: "spool:tg:1000000001:7", state: "spooled" };

type Items = Parameters<typeof sources>[0];

const told = async (name: string, items: Items, language = "en") => {
  const found = await trace(readName(name), sources(items));
  if (found === undefined) throw new Error("nothing was found");
  const { title, sections } = messageReport(name, found, aStage(), readerIn(language));
  const [{ items: lines = [], next = "" } = {}] = sections;
  return {
    title,
    next,
    lines: lines.map(({ place, sentence }) => `${place}: ${sentence}`),
    raw: lines,
  };
};

describe("the report of a message", () => {
  test.each<{ what: string; name: string; items: Items; lines: string[] }>([
    {
      what: "an answer that was sent",
      name: uuid,
      items: [{ id: eventId, ...sent, steps: sentTexts("8", "9") }],
      lines: [
        "amoCRM's webhook: accepted it; the time is stored only for messages that wait or are parked",
        "sender: sent the text, in Telegram 8",
        "sender: sent the text, in Telegram 9",
        "ledger: sent",
        "operator: was told the outcome at once",
      ],
    },
    {
      what: "an answer that waits",
      name: uuid,
      items: [waiting],
      lines: [
        "amoCRM's webhook: accepted it; the time is stored only for messages that wait or are parked",
        "sender: 2 attempts failed, 1 of them got no answer",
        "ledger: waits for the next attempt at 2026-11-22 00:00:30: Telegram answered 429",
        "operator: has not been told the outcome yet",
      ],
    },
    {
      what: "a customer's message that a person sent again, and that was parked",
      name: parked.id,
      items: [parked],
      lines: [
        "Telegram's webhook: accepted it",
        "the bridge: it came late: a person sent it again",
        "sender: 3 attempts failed, 0 of them got no answer",
        "sender: a person sent it again, times: 2",
        "ledger: parked: The message could not be delivered to Telegram within 24 hours. (gave-up)",
      ],
    },
    {
      what: "a message in the spool",
      name: parked.id,
      items: [spooled],
      lines: [
        "Telegram's webhook: accepted it",
        "the bridge: it came late: the queue refused it, and the caretaker sent it on",
        "ledger: kept the message in the spool, because the queue did not take it",
      ],
    },
    {
      what: "a message that a person discarded",
      name: parked.id,
      items: [
        {
          ...parked,
          state: "ignored",
          reason: "discarded",
          message: "",
          attempts: 0,
          redrive: 0,
          expiresAt,
        },
      ],
      lines: ["Telegram's webhook: accepted it", "ledger: a person discarded it"],
    },
    {
      what: "an answer whose hook was lost",
      name: uuid,
      items: [{ id: `found:${eventId}` }, { id: eventId, ...sent, steps: sentTexts("8") }],
      lines: [
        "caretaker: it came late: its hook was lost, and the caretaker found it in amoCRM",
        "amoCRM's webhook: accepted it; the time is stored only for messages that wait or are parked",
        "sender: sent the text, in Telegram 8",
        "ledger: sent",
        "operator: was told the outcome at once",
      ],
    },
    {
      what: "an answer whose failure was reported by an event of its own",
      name: uuid,
      items: [
        {
          ...waiting,
          state: "parked",
          reason: "blocked",
          endedAtMillis: nowMillis,
          attempts: 0,
          ambiguous: 0,
        },
        {
          id: `status:${uuid}:-1`,
          state: "sent",
          direction: "to-amocrm",
          endedAtMillis: nowMillis,
          expiresAt,
        },
      ],
      lines: [
        "amoCRM's webhook: accepted it; the time is stored only for messages that wait or are parked",
        "ledger: parked: The customer has blocked the bot. The message was not delivered. (blocked)",
        "operator: was told “not delivered”, separately: sent",
      ],
    },
  ])("tells $what", async ({ name, items, lines }) => {
    expect((await told(name, items)).lines).toEqual(lines);
  });

  test("says what to do next, and has the times of what is stored", async () => {
    const { next, raw, title } = await told(parked.id, [parked]);

    expect(title).toBe("Message tg:1000000001:7");
    expect(next).toMatch(/^What to do: fix the reason, then npx bridge redrive --id/);
    expect(raw.map(({ atMillis }) => atMillis).filter(Number)).toEqual([
      nowMillis - 1000,
      nowMillis,
    ]);
  });

  test("speaks Russian", async () => {
    const { lines } = await told(uuid, [{ ...waiting, state: "parked", reason: "blocked" }], "ru");

    expect(lines.join("\n")).toContain("отложено: Клиент заблокировал бота.");
    expect(lines.join("\n")).toContain("вебхук amoCRM: принял его");
  });

  test("has none of people's text", async () => {
    for (const language of ["en", "ru"]) {
      const { raw, next } = await told(parked.id, [parked], language);
      expect(JSON.stringify(raw) + next).not.toContain(secretText);
    }
  });
});

test("the report of a chat has a part for each message, and says what is missing", async () => {
  const from = sources(
    [{ id: eventId, ...sent, steps: sentTexts("8") }],
    [
      { amocrmMessageId: uuid, msgid: undefined, sentAtMillis: nowMillis },
      { amocrmMessageId: "shown", msgid: `${conversation}-5`, sentAtMillis: nowMillis - 5000 },
    ],
  );
  const window = {
    conversationId: conversation,
    fromMillis: nowMillis - 60_000,
    untilMillis: nowMillis + 60_000,
  };
  const found = await traceChat(window, from, nowMillis);
  const report = chatReport(window, { ...found, gap: "amoCRM is down" }, aStage(), readerIn("en"));

  expect(report.title).toBe(`Chat ${conversation}, 2026-11-21 23:59:00 to 2026-11-22 00:01:00`);
  expect(report.gap).toBe("Incomplete: amoCRM is down.");
  expect(report.sections.map(({ heading }) => heading)).toEqual([
    "from Telegram, shown",
    `from amoCRM, ${uuid}`,
  ]);
  expect(report.sections[0]?.items?.map(({ sentence }) => sentence)).toEqual([
    "the customer wrote it; operators see it",
    expect.stringContaining("its event is not known"),
  ]);
});

test("every step that people can see has its sentence", () => {
  const silent = [
    "find-no-talk",
    "keep-profile",
    "remember-exchange",
    "forget-transcript",
    "remember-language",
    "remember-reachability",
    "check-order",
  ];
  expect([...Object.keys(stepTexts), ...silent].toSorted()).toEqual(
    Object.keys(stepIds).toSorted(),
  );
});
