import { describe, expect, test } from "@jest/globals";
import type { Hop } from "../../../local/hops/hop.ts";
import { besideMessages, eventLines, wayOf } from "../../../local/page/app/way/events.ts";
import { delaysOf, columnsOf, summaryOf } from "../../../local/page/app/way/delays.ts";
import { stateInWords, toldOf } from "../../../local/page/app/way/told.ts";
import { factSentences } from "../../../local/page/app/way/sentences.ts";
import type { EventRow } from "../../../local/page/stream.ts";
import { aModel, answer, call, fact, row, startMillis, written } from "./page-model.ts";

const english = { language: "en", timeOf: (millis: number) => `${millis - startMillis}` } as const;
const russian = { ...english, language: "ru" } as const;
const place = { functionStem: "delivery-sender", atMillis: startMillis } as const;
const received = (eventId: string, receive: number, later = 0): Hop => ({
  ...place,
  kind: "received",
  queue: "to-amocrm",
  receive,
  eventId,
  atMillis: startMillis + later,
});
const died = (eventId: string | undefined, backAtMillis: number): Hop => ({
  ...place,
  kind: "died",
  eventId,
  backAtMillis,
});
const webhook = (requestId: string, status: number): Hop => ({
  ...place,
  functionStem: "telegram-webhook",
  kind: "webhook",
  requestId,
  status,
  tookMillis: 7,
});

const asked = (requestId: string, hop: Hop) => ({ ...hop, requestId }) as Hop;
const warned = (hop: Hop) => ({ ...hop, level: "WARN" }) as Hop;

describe("the list of events", () => {
  test("has the newest first, at most as many as asked, and the chosen one", () => {
    const hops = ["tg:1:1", "tg:1:2", "tg:1:3"].map((id) => fact(id, "UpdateAccepted"));
    const model = aModel([], hops);

    expect(eventLines(model, 2, undefined).map(({ id }) => id)).toEqual(["tg:1:3", "tg:1:2"]);
    expect(eventLines(model, 1, "tg:1:1").map(({ id }) => id)).toEqual(["tg:1:1", "tg:1:3"]);
  });

  test("names the customer of either side's message, and its direction", () => {
    const chat = {
      id: 42,
      customer: { id: 42, first_name: "Anna" },
      state: "active",
      topics: [],
    } as const;
    const digest = "0".repeat(64);
    const model = aModel(
      [{ of: "phone-chat", id: "42", value: chat }, written(1), answer("a", { eventId: digest })],
      [fact("tg:1:1", "UpdateAccepted"), fact(digest, "HookAccepted")],
    );

    expect(eventLines(model, 9, undefined)).toMatchObject([
      { id: digest, direction: "to-telegram", customer: "Anna" },
      { id: "tg:1:1", direction: "to-amocrm", customer: "Anna" },
    ]);
  });

  test.each<{ what: string; state: EventRow["state"]; hops: Hop[]; next: number | undefined }>([
    { what: "a waiting event", state: "waiting", hops: [received("tg:1:1", 1)], next: 5 },
    {
      what: "an attempt in progress",
      state: "sending",
      hops: [received("tg:1:1", 1)],
      next: undefined,
    },
    {
      what: "an attempt that died",
      state: "sending",
      hops: [received("tg:1:1", 1), died("tg:1:1", 9)],
      next: 9,
    },
    {
      what: "the attempt after it",
      state: "sending",
      hops: [received("tg:1:1", 1), died("tg:1:1", 9), received("tg:1:1", 2)],
      next: undefined,
    },
    { what: "a sent event", state: "sent", hops: [received("tg:1:1", 1)], next: undefined },
  ])("knows the next attempt of $what", ({ state, hops, next }) => {
    const model = aModel([row("tg:1:1", { state, notBeforeMillis: 5 })], hops);

    expect(eventLines(model, 1, undefined)[0]?.nextMillis).toBe(next);
  });
});

const accepted = asked("r", fact("tg:1:1", "UpdateAccepted", {}, startMillis + 30));

test.each<{ what: string; hops: Hop[]; sentences: string[] }>([
  {
    what: "with the webhook first, although it logs and answers after the sender began",
    hops: [received("tg:1:1", 1, 20), accepted, webhook("r", 200)],
    sentences: ["accepted the message in 7 ms", "took it from the queue to-amocrm"],
  },
  {
    what: "with the fact of the webhook while its answer is not known",
    hops: [accepted],
    sentences: ["put the message into the queue to amoCRM"],
  },
  {
    what: "with the spool, which the answer does not name",
    hops: [asked("r", fact("tg:1:1", "HookAccepted", { accepted: "spooled" })), webhook("r", 200)],
    sentences: [
      "accepted the message in 7 ms",
      "kept the message in the spool, because the queue did not take it",
    ],
  },
  {
    what: "without what says only that all is well",
    hops: [fact("tg:1:1", "MediaServed")],
    sentences: [],
  },
])("the way of an event is in the order of time, $what", ({ hops, sentences }) => {
  const reason = "amoCRM answered 503";
  const waiting = {
    state: "waiting",
    attempts: 1,
    reason,
    notBeforeMillis: startMillis + 9,
  } as const;
  const told = wayOf(aModel([row("tg:1:1", waiting)], hops), "tg:1:1", english);

  expect(told.map(({ sentence }) => sentence)).toEqual([
    ...sentences,
    "waits for the next attempt at 9: amoCRM answered 503",
  ]);
});

test("beside the messages are refused requests once, deaths, and what the caretaker found", () => {
  const refused = warned(asked("a", fact(undefined, "SecretTokenRefused")));
  const model = aModel(
    [],
    [
      refused,
      webhook("a", 401),
      webhook("b", 503),
      webhook("c", 200),
      died(undefined, 0),
      warned(fact(undefined, "SandboxMeasured")),
      fact(undefined, "LeadMade", { leadId: 7 }),
      warned(fact(undefined, "LostHooksFound", { found: 2 })),
    ],
  );

  expect(besideMessages(model, 9).map((hop) => toldOf(hop, english).sentence)).toEqual([
    "found 2 messages whose hooks were lost, and queued them",
    "the process ended before it answered; the queue gives the message out again at -1780000000000",
    "answered 503 in 7 ms",
    "refused a request with a wrong secret token",
  ]);
});

test.each<{ hop: Hop; en: string; ru: string; tone: string }>([
  {
    hop: webhook("a", 200),
    en: "accepted the message in 7 ms",
    ru: "принял сообщение за 7 мс",
    tone: "plain",
  },
  { hop: webhook("a", 401), en: "answered 401 in 7 ms", ru: "ответил 401 за 7 мс", tone: "warn" },
  {
    hop: received("a", 3),
    en: "took it from the queue to-amocrm, time number 3",
    ru: "взял из очереди to-amocrm, раз номер 3",
    tone: "warn",
  },
  {
    hop: call("a", "sendMessage", 429),
    en: "Telegram sendMessage: 429 after 5 ms (too many calls)",
    ru: "Telegram sendMessage: 429 за 5 мс (слишком много запросов)",
    tone: "warn",
  },
  {
    hop: call("a", "sendMessage", 0),
    en: "Telegram sendMessage: no answer, 5 ms",
    ru: "Telegram sendMessage: нет ответа, 5 мс",
    tone: "bad",
  },
  {
    hop: { ...call("a", "POST /m/delivery_status", 200), vendor: "amocrm" } as Hop,
    en: "amoCRM delivery state: 200 after 5 ms",
    ru: "amoCRM статус доставки: 200 за 5 мс",
    tone: "plain",
  },
  {
    hop: fact("a", "DeliverySent", { latencyMillis: 1234 }),
    en: "done, 1.23 s after the webhook took it",
    ru: "готово через 1,23 с после вебхука",
    tone: "good",
  },
  {
    hop: fact("a", "DeliveryParked", { reason: "blocked" }),
    en: "parked, a person decides: The customer has blocked the bot. The message was not delivered. (blocked)",
    ru: "отложил, решает человек: Клиент заблокировал бота. Сообщение не доставлено. (blocked)",
    tone: "plain",
  },
  {
    hop: fact("a", "LateEvent", { late: "reconciled" }),
    en: "came late: its hook was lost, and the caretaker found it in amoCRM",
    ru: "пришло с опозданием: его вебхук потерялся, смотритель нашёл его в amoCRM",
    tone: "plain",
  },
  {
    hop: fact("a", "NewFact", { count: 2 }),
    en: "NewFact count=2",
    ru: "NewFact count=2",
    tone: "plain",
  },
])("a hop is told as: $en", ({ hop, en, ru, tone }) => {
  expect(toldOf(hop, english)).toMatchObject({ sentence: en, tone });
  expect(toldOf(hop, russian).sentence).toBe(ru);
});

test("every place of a sentence is there in both languages", () => {
  const marksOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted();
  for (const { en, ru } of Object.values(factSentences)) expect(marksOf(ru)).toEqual(marksOf(en));
});

test("an accepted event that no sender has taken waits in its queue", () => {
  const waiting = { state: "waiting", attempts: 0 } as const;
  expect(stateInWords(waiting, english)).toEqual({ sentence: "waits in its queue", tone: "plain" });
});

test("delays are the sender's, or since the webhook for a late event; the newest ones are kept", () => {
  const sent = (id: string, fields: object, later: number) =>
    fact(id, "DeliverySent", { direction: "to-amocrm", ...fields }, startMillis + later);
  const model = aModel(
    [],
    [
      sent("tg:1:3", { latencyMillis: 2000, direction: "to-telegram" }, 3000),
      fact("tg:1:1", "UpdateAccepted"),
      sent("tg:1:1", { late: "redriven" }, 1500),
      sent("status:1", {}, 1600),
      sent("tg:1:2", { latencyMillis: 500 }, 2000),
    ],
  );
  const delays = delaysOf(model, 9);

  expect(delays.map(({ seconds }) => seconds)).toEqual([1.5, 0.5, 2]);
  expect(delaysOf(model, 1).map(({ seconds }) => seconds)).toEqual([2]);
  expect(columnsOf(delays).slice(1)).toEqual([
    [1.5, 0.5, null],
    [null, null, 2],
  ]);
  expect(summaryOf(delays)).toEqual({ count: 3, half: 1.5, most: 2 });
  expect(summaryOf([])).toBeUndefined();
});
