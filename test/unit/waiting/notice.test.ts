import { describe, expect, test } from "@jest/globals";
import { workingHoursOf } from "../../../lambdas/model/conversation.ts";
import { aWaitingChat } from "../../support/waiting-chat.ts";

const day = ["09:00-18:00"];
const workingHours = workingHoursOf({
  timeZone: "Europe/Moscow",
  week: { mon: day, tue: day, wed: day, thu: day, fri: day },
});
const evening = "2026-12-04T17:00:00Z";
const notice =
  "Your message has been received. Operators are not at work now. Their next working time: Monday, December 7 at 9:00 AM GMT+3.";
const inRussian =
  "Ваше сообщение получено. Сейчас операторы не работают. Начало работы: понедельник, 7 декабря в 09:00 GMT+3.";
const closedOf = (text: string) => text.includes("not at work");

describe("a customer writes outside working hours", () => {
  test("and gets one notice with the next opening time, which operators see as the bot's words", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening });

    await chat.customer("Hello");
    await chat.customer("Anybody?");

    expect(chat.sentTexts()).toEqual([notice]);
    expect(chat.shown()).toEqual(["customer: Hello", `bot: ${notice}`, "customer: Anybody?"]);
  });

  test("in the customer's language", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening });

    await chat.customer("Привет", { customer: { id: "tg-42", name: "Анна", language: "ru" } });

    expect(chat.sentTexts()).toEqual([inRussian]);
  });

  test("and again in the next closed period", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening });

    await chat.customer();
    chat.at("2026-12-07T10:00:00Z");
    await chat.customer();
    chat.at("2026-12-07T20:00:00Z");
    await chat.customer();

    const opens = chat.sentTexts().map((text) => text.replace(/.*time: (\w+),.*/, "$1"));
    expect(opens).toEqual(["Monday", "Tuesday"]);
  });

  test.each([
    { what: "an edit", changes: { kind: "edit" } },
    { what: "a start, which makes no notification", changes: { command: "start" } },
    { what: "a message of an administrator", changes: { isOutgoing: true } },
  ] as const)("but gets none after $what", async ({ changes }) => {
    const chat = aWaitingChat({ workingHours, startsAt: evening });

    await chat.customer("Hello", changes);

    expect(chat.sentTexts().filter(closedOf)).toEqual([]);
    expect(chat.writes).not.toContain("closedNoticeUntilMillis");
  });

  test.each([
    { when: "within working hours", startsAt: "2026-12-04T09:00:00Z", workingHours },
    { when: "where the stage has no hours", startsAt: evening, workingHours: undefined },
    {
      when: "where the stage wants no notice",
      startsAt: evening,
      workingHours: { ...workingHours, givesNotice: false },
    },
  ])("but gets none $when", async ({ startsAt, workingHours: hours }) => {
    const chat = aWaitingChat({ workingHours: hours, startsAt });

    await chat.customer();

    expect(chat.sentTexts()).toEqual([]);
    expect(chat.writes).not.toContain("closedNoticeUntilMillis");
  });
});

describe("an attempt dies", () => {
  test("after it has sent the notice: the next attempt does not send it again", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening, dies: "say" });

    await expect(chat.customer("Hello", {}, "one")).rejects.toThrow("the sandbox is gone");
    expect((await chat.conversation())?.closedNoticeUntilMillis).toBe(
      Date.parse("2026-12-07T06:00:00Z"),
    );
    chat.afterLease();
    await chat.customer("Hello", {}, "one");

    expect(chat.sentTexts()).toEqual([notice]);
    expect(chat.bench.ledger.entry("one")?.state).toBe("sent");
  });

  test("after it has shown the notice: operators get it once more under the same id", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening, dies: "show-bot-message" });

    await expect(chat.customer("Hello", {}, "one")).rejects.toThrow("the sandbox is gone");
    chat.afterLease();
    await chat.customer("Hello", {}, "one");

    expect(chat.sentTexts()).toEqual([notice]);
    expect(chat.shown()).toEqual(["customer: Hello", `bot: ${notice}`, `bot: ${notice}`]);
  });
});

describe("where a bot answers first", () => {
  const bot = {
    answer: async (update: Uint8Array) => ({
      requests: [],
      callsOperator: Buffer.from(update).includes("person"),
    }),
  };

  test("the notice comes with the call of an operator, and with messages to operators", async () => {
    const chat = aWaitingChat({ workingHours, startsAt: evening, bot });

    await chat.customer("Hello");
    expect(chat.sentTexts()).toEqual([]);
    await chat.customer("A person, please", { command: "operator" });
    await chat.customer("Anybody?");

    expect(chat.sentTexts()).toEqual([
      "An operator has been called and will answer you in this chat.",
      notice,
    ]);
  });

  test("a message in a talk with operators gets it too, and the end of the talk does not", async () => {
    const chat = aWaitingChat({
      workingHours,
      startsAt: evening,
      bot,
      known: { handOff: "operator" },
    });

    await chat.customer("/end", { command: "end" });
    expect(chat.sentTexts().filter(closedOf)).toEqual([]);
    await chat.operator("One more thing");
    await chat.customer("Thanks");

    expect(chat.sentTexts().filter(closedOf)).toEqual([notice]);
  });
});
