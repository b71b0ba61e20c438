import { describe, expect, test } from "@jest/globals";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { workingHoursOf } from "../../../lambdas/model/conversation.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aWaitingChat, conversationId } from "../../support/waiting-chat.ts";

const unanswered = { afterWorkingMinutes: 15, as: "task", tellsCustomer: false } as const;
const morning = "2026-12-01T08:00:00Z";
const at = (time: string) => Date.parse(`2026-12-01T${time}Z`);
const begun = { conversationId, sinceMillis: at("08:00:00") };
const always = Number.MAX_SAFE_INTEGER;
const answers = (chat: ReturnType<typeof aWaitingChat>) =>
  chat.logger.lines.filter(({ fact }) => fact === "CustomerAnswered");

describe("a customer waits for an answer", () => {
  test("from their first message on, and it is due after the minutes of the setting", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning });

    await chat.customer();
    chat.at("2026-12-01T08:05:00Z");
    await chat.customer("Anybody?");

    expect((await chat.conversation())?.waitingSinceMillis).toBe(begun.sinceMillis);
    expect(await chat.waits.due(at("08:14:59"), 9)).toEqual([]);
    expect(await chat.waits.due(at("08:15:00"), 9)).toEqual([begun]);
    // One write at the beginning, and none for the second message.
    expect(chat.writes).toEqual(["waitingSinceMillis"]);
  });

  test("until an operator answers, and the bridge measures how long it took", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning });

    await chat.customer();
    chat.at("2026-12-01T08:07:30Z");
    await chat.operator();
    await chat.operator("Are you still there?");

    expect(await chat.waits.due(always, 9)).toEqual([]);
    expect(chat.writes).toEqual(["waitingSinceMillis", "waitingSinceMillis", "answeredAtMillis"]);
    expect(answers(chat)).toMatchObject([{ fields: { answerSeconds: 450 } }]);
  });

  test("and waits anew from the first message after an answer", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning });

    await chat.customer();
    chat.at("2026-12-01T08:01:00Z");
    await chat.operator();
    chat.at("2026-12-01T08:02:00Z");
    await chat.customer("And then?");

    expect(await chat.waits.due(always, 9)).toEqual([
      { conversationId, sinceMillis: at("08:02:00") },
    ]);
  });

  test("in working minutes, both for the due time and for the time of the answer", async () => {
    const hours = ["09:00-18:00"];
    const workingHours = workingHoursOf({
      timeZone: "Europe/Moscow",
      week: { tue: hours, wed: hours },
      notice: false,
    });
    const chat = aWaitingChat({ unanswered, workingHours, startsAt: "2026-12-01T14:50:00Z" });

    await chat.customer();
    expect(await chat.waits.due(Date.parse("2026-12-02T06:04:59Z"), 9)).toEqual([]);
    expect(await chat.waits.due(Date.parse("2026-12-02T06:05:00Z"), 9)).toHaveLength(1);
    chat.at("2026-12-02T06:10:00Z");
    await chat.operator();

    expect(answers(chat)).toMatchObject([{ fields: { answerSeconds: 20 * 60 } }]);
  });

  test.each([
    { what: "an edit", changes: { kind: "edit" } },
    { what: "a start, which makes no notification", changes: { command: "start" } },
    { what: "a message of an administrator", changes: { isOutgoing: true } },
  ] as const)("but not after $what", async ({ changes }) => {
    const chat = aWaitingChat({ unanswered, startsAt: morning });

    await chat.customer("Hello", changes);

    expect(await chat.waits.due(always, 9)).toEqual([]);
    expect(chat.writes).not.toContain("waitingSinceMillis");
  });

  test("but nothing is written where the stage has not set it", async () => {
    const chat = aWaitingChat({ startsAt: morning });

    await chat.customer();
    await chat.operator();

    expect(await chat.waits.due(always, 9)).toEqual([]);
    expect(chat.writes).toEqual([]);
    expect(answers(chat)).toEqual([]);
  });

  test("a message that an operator wrote before the wait does not end it", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning });

    await chat.customer();
    await chat.operator("Written long before", { sentAtMillis: at("07:59:59") });

    expect(await chat.waits.due(always, 9)).toEqual([begun]);
  });
});

describe("an event comes again", () => {
  test("after its attempt has shown it and died, and an operator has answered: no one waits", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning, dies: "show-message" });

    await expect(chat.customer("Hello", {}, "one")).rejects.toThrow("the sandbox is gone");
    chat.at("2026-12-01T08:00:20Z");
    await chat.operator();
    chat.afterLease();
    await chat.customer("Hello", { sentAtSeconds: at("08:00:00") / 1000 }, "one");

    expect((await chat.conversation())?.waitingSinceMillis).toBe(0);
    expect(await chat.waits.due(always, 9)).toEqual([]);
  });

  test("that operators have not seen, after their answer to an earlier one: the customer waits", async () => {
    const down = new TransientFailure("amoCRM answered 500");
    const crm = aFakeCrm({ sends: [down, "amojo-1"] });
    const chat = aWaitingChat({ unanswered, startsAt: morning, crm });
    const sentAtSeconds = at("08:00:00") / 1000;

    await chat.customer("Hello", { sentAtSeconds }, "one");
    chat.at("2026-12-01T08:00:20Z");
    await chat.operator("About yesterday");
    chat.bench.clock.advance(60_000);
    await chat.customer("Hello", { sentAtSeconds }, "one");

    expect(await chat.waits.due(always, 9)).toEqual([begun]);
  });
});

describe("where a bot answers first", () => {
  const bot = {
    answer: async (update: Uint8Array) => ({
      requests: [],
      callsOperator: Buffer.from(update).includes("person"),
    }),
  };

  test("a customer waits from the call of an operator on, not while the bot answers", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning, bot });

    await chat.customer("Hello");
    expect(await chat.waits.due(always, 9)).toEqual([]);
    await chat.customer("/operator", { command: "operator" });

    expect(await chat.waits.due(always, 9)).toEqual([begun]);
  });

  test("a wait ends with its talk, and the next call of an operator begins another one", async () => {
    const chat = aWaitingChat({ unanswered, startsAt: morning, bot });

    await chat.customer("/operator", { command: "operator" });
    await chat.customer("/end", { command: "end" });
    chat.at("2026-12-01T09:00:00Z");
    await chat.unanswered(begun.sinceMillis);
    await chat.customer("/operator", { command: "operator" });
    chat.at("2026-12-01T09:01:00Z");
    await chat.operator();

    expect(chat.logger.facts()).not.toContain("CustomerUnanswered");
    expect(answers(chat)).toMatchObject([{ fields: { answerSeconds: 60 } }]);
  });
});
