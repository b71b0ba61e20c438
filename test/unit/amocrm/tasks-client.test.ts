import { afterEach, describe, expect, test } from "@jest/globals";
import { mainApiTalks } from "../../../lambdas/amocrm/main-api/talks.ts";
import { mainApiTasks } from "../../../lambdas/amocrm/main-api/tasks.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const aClient = async (answers: readonly [VendorAnswer, ...VendorAnswer[]]) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  const options = { origin, token: aFakeSecret({ token: "ey.J" }), now: () => 1_700_000_000_000 };
  return { tasks: mainApiTasks(options), talks: mainApiTalks(options), requests };
};
const lead = { type: "leads", id: 91 } as const;
const contact = { type: "contacts", id: 31 } as const;
const nothing = { status: 204 };

describe("the responsible user", () => {
  test.each([
    {
      name: "is the entity's own",
      answer: { body: { id: 91, responsible_user_id: 504 } },
      user: 504,
    },
    {
      name: "is none for 0",
      answer: { body: { id: 91, responsible_user_id: 0 } },
      user: undefined,
    },
    { name: "is none when missing", answer: { body: { id: 91 } }, user: undefined },
  ])("$name", async ({ answer, user }) => {
    const { tasks, requests } = await aClient([answer]);

    expect(await tasks.find(lead)).toEqual({ responsibleUserId: user });
    expect(requests.map(({ path }) => path)).toEqual(["/api/v4/leads/91"]);
  });

  test("is unknown for an entity that amoCRM does not have", async () => {
    const { tasks } = await aClient([nothing]);

    expect(await tasks.find(contact)).toBeUndefined();
  });
});

describe("a task and a note", () => {
  test("a task names its entity, its user and its time in seconds", async () => {
    const { tasks, requests } = await aClient([{ body: { _embedded: { tasks: [{ id: 1 }] } } }]);

    await tasks.addTask(lead, {
      text: "Answer",
      untilMillis: 1_700_000_900_999,
      responsibleUserId: 504,
    });

    expect(requests[0]).toMatchObject({ method: "POST", path: "/api/v4/tasks" });
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual([
      {
        text: "Answer",
        complete_till: 1_700_000_900,
        entity_type: "leads",
        entity_id: 91,
        responsible_user_id: 504,
      },
    ]);
  });

  test("a note goes to its entity", async () => {
    const { tasks, requests } = await aClient([{ body: { _embedded: { notes: [{ id: 1 }] } } }]);

    await tasks.addNote(contact, "No answer");

    expect(requests[0]).toMatchObject({ method: "POST", path: "/api/v4/contacts/31/notes" });
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual([
      { note_type: "common", params: { text: "No answer" } },
    ]);
  });

  const ofTasks = {
    body: {
      _embedded: {
        tasks: [
          { id: 1, text: "x" },
          { id: 2, text: "Mine" },
        ],
      },
    },
  };
  const ofNotes = {
    body: {
      _embedded: {
        notes: [
          { id: 1, params: [] },
          { id: 2, params: { text: "Mine" } },
        ],
      },
    },
  };
  test.each([
    { as: "task", answer: ofTasks, path: "/api/v4/tasks" },
    { as: "note", answer: ofNotes, path: "/api/v4/leads/91/notes" },
  ] as const)("a $as with this text is found among the newest", async ({ as, answer, path }) => {
    const { tasks, requests } = await aClient([answer, answer, nothing]);

    expect(await tasks.has(lead, as, "Mine")).toBe(true);
    expect(await tasks.has(lead, as, "Other")).toBe(false);
    expect(await tasks.has(lead, as, "Mine")).toBe(false);
    const asked = new URL(requests[0]?.path ?? "", "http://x");
    expect(asked.pathname).toBe(path);
    expect(asked.searchParams.get("order[id]")).toBe("desc");
  });
});

describe("the end of a talk", () => {
  test.each([
    { answer: { status: 202 }, meaning: "accepted" },
    { answer: { status: 422, body: { title: "closed" } }, meaning: "closed already, or closing" },
  ])("is done when amoCRM answers $answer.status: $meaning", async ({ answer }) => {
    const { talks, requests } = await aClient([answer]);

    await talks.close(118, { isForced: false });

    expect(requests[0]).toMatchObject({ method: "POST", path: "/api/v4/talks/118/close" });
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ force_close: false });
  });

  test("fails with any other answer", async () => {
    const { talks } = await aClient([{ status: 400, body: {} }]);

    await expect(talks.close(118, { isForced: true })).rejects.toThrow("400");
  });
});
