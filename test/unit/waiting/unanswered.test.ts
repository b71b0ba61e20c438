import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { workingHoursOf } from "../../../lambdas/model/conversation.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeTasks } from "../../support/fake-tasks.ts";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { aWaitingChat } from "../../support/waiting-chat.ts";

const rule = { afterWorkingMinutes: 15, as: "task", tellsCustomer: false } as const;
const sinceMillis = Date.parse("2026-12-01T08:00:00Z");
const startsAt = "2026-12-01T08:15:30Z";
const known = { waitingSinceMillis: sinceMillis, contactId: 31 };
const words = "The customer has had no answer in Telegram since 2026-12-01 08:00 UTC.";
const line = "Thank you for waiting. Operators have your message and will answer you here.";
const lead = { type: "leads", id: 91 } as const;
const contact = { type: "contacts", id: 31 } as const;

describe("nobody has answered in time", () => {
  test.each([
    { of: "the lead", changes: { leadId: 91 }, entity: lead },
    { of: "the contact, when no lead is known", changes: {}, entity: contact },
  ])("the responsible user gets a task on $of", async ({ changes, entity }) => {
    const tasks = aFakeTasks();
    const chat = aWaitingChat({
      unanswered: rule,
      tasks,
      startsAt,
      known: { ...known, ...changes },
    });

    await chat.unanswered(sinceMillis);

    expect(tasks.made).toEqual([{ entity, as: "task", text: words, userId: 7 }]);
    expect(chat.sentTexts()).toEqual([]);
    expect(chat.logger.facts()).toEqual(["CustomerUnanswered"]);
  });

  test("a note says it in the zone of the working hours, where the stage wants notes", async () => {
    const tasks = aFakeTasks();
    const workingHours = workingHoursOf({ timeZone: "Europe/Moscow", week: { tue: [] } });
    const unanswered = { ...rule, as: "note" } as const;
    const chat = aWaitingChat({ unanswered, workingHours, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);

    const text = "The customer has had no answer in Telegram since 2026-12-01 11:00 Europe/Moscow.";
    expect(tasks.made).toEqual([{ entity: contact, as: "note", text }]);
  });

  test("the customer gets one line where the stage wants it, and the request does it once", async () => {
    const tasks = aFakeTasks();
    const unanswered = { ...rule, tellsCustomer: true };
    const chat = aWaitingChat({ unanswered, tasks, startsAt, known: { ...known, language: "en" } });

    await chat.unanswered(sinceMillis);
    await chat.unanswered(sinceMillis);

    expect(chat.sentTexts()).toEqual([line]);
    expect(tasks.made).toHaveLength(1);
  });

  test.each([
    { what: "an operator has answered", state: { waitingSinceMillis: 0 } },
    { what: "another wait has begun", state: { waitingSinceMillis: sinceMillis + 60_000 } },
  ])("but nothing happens when $what meanwhile", async ({ state }) => {
    const tasks = aFakeTasks();
    const unanswered = { ...rule, tellsCustomer: true };
    const chat = aWaitingChat({ unanswered, tasks, startsAt, known: { ...known, ...state } });

    await chat.unanswered(sinceMillis);

    expect([tasks.made, chat.sentTexts(), chat.logger.facts()]).toEqual([[], [], []]);
  });

  test.each([
    { what: "the lead is gone: the contact gets it", gone: [91], entity: contact },
    {
      what: "the contact is merged too: the chat's own contact gets it",
      gone: [91, 31],
      entity: { type: "contacts", id: 44 },
    },
  ])("$what", async ({ gone, entity }) => {
    const tasks = aFakeTasks({
      find: async ({ id }) => (gone.includes(id) ? undefined : { responsibleUserId: 7 }),
    });
    const contacts = aFakeContacts({ owners: [44] });
    const chat = aWaitingChat({
      unanswered: rule,
      tasks,
      contacts,
      startsAt,
      known: { ...known, leadId: 91 },
    });

    await chat.unanswered(sinceMillis);

    expect(tasks.made).toMatchObject([{ entity }]);
  });

  test("a responsible user who cannot get a task: amoCRM chooses another one", async () => {
    const made = aFakeTasks();
    const tasks = {
      ...made,
      addTask: async (...asked: Parameters<typeof made.addTask>) => {
        const [, { responsibleUserId }] = asked;
        if (responsibleUserId !== undefined) throw new PermanentFailure("refused-by-amocrm");
        await made.addTask(...asked);
      },
    };
    const chat = aWaitingChat({ unanswered: rule, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);

    expect(made.made).toEqual([{ entity: contact, as: "task", text: words }]);
  });

  test("without a token, or without a card, the metric and the line remain", async () => {
    const tasks = aFakeTasks({ isAvailable: async () => false });
    const unanswered = { ...rule, tellsCustomer: true };
    const chat = aWaitingChat({ unanswered, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);

    expect(tasks.made).toEqual([]);
    expect(chat.sentTexts()).toEqual([line]);
    expect(chat.logger.facts()).toContain("CustomerUnanswered");
  });
});

describe("the main API is in trouble", () => {
  const request = `unanswered:tg-700-42:${sinceMillis}`;

  test("a lost answer of amoCRM makes no second task", async () => {
    const made = aFakeTasks();
    let calls = 0;
    const tasks = {
      ...made,
      addTask: async (...asked: Parameters<typeof made.addTask>) => {
        calls += 1;
        await made.addTask(...asked);
        if (calls === 1) throw new TransientFailure("no answer", { ambiguous: true });
      },
    };
    const unanswered = { ...rule, tellsCustomer: true };
    const chat = aWaitingChat({ unanswered, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);
    chat.bench.clock.advance(60_000);
    await chat.unanswered(sinceMillis);

    expect(made.made).toHaveLength(1);
    expect(calls).toBe(1);
    expect(chat.sentTexts()).toEqual([line]);
    expect(chat.logger.facts().filter((fact) => fact === "CustomerUnanswered")).toHaveLength(1);
    expect(chat.bench.ledger.entry(request)?.state).toBe("sent");
  });

  test("an answer ends the attempts", async () => {
    const tasks = aFakeTasks({
      addTask: () => Promise.reject(new TransientFailure("amoCRM answered 500")),
    });
    const chat = aWaitingChat({ unanswered: rule, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);
    await chat.operator();
    chat.bench.clock.advance(60_000);
    await chat.unanswered(sinceMillis);

    expect(chat.bench.ledger.entry(request)?.state).toBe("ignored");
  });

  test("a rate limit pauses the main API for all, and not the chats", async () => {
    const pauses = createPauses(new MemoryPauseStore(), () => Date.parse(startsAt));
    const limit = new TransientFailure("429", { isLimit: true, retryAfterSeconds: 30 });
    const tasks = aFakeTasks({ find: () => Promise.reject(limit) });
    const chat = aWaitingChat({ unanswered: rule, tasks, pauses, startsAt, known });

    await chat.unanswered(sinceMillis);

    expect(await pauses.untilMillis("main-api")).toBe(Date.parse(startsAt) + 30_000);
    expect(await chat.bench.deps.stores.pauses.untilMillis("to-amocrm")).toBe(0);
  });

  test("a refusal ends the request, and parks nothing", async () => {
    const tasks = aFakeTasks({
      addTask: () => Promise.reject(new PermanentFailure("refused-by-amocrm")),
    });
    const chat = aWaitingChat({ unanswered: rule, tasks, startsAt, known });

    await chat.unanswered(sinceMillis);

    expect(chat.bench.ledger.entry(request)?.state).toBe("sent");
  });
});
