import { describe, expect, test } from "@jest/globals";
import { keepProfile, withProfile, writeProfile } from "../../../lambdas/conversation/profile.ts";
import { AttemptConversations } from "../../../lambdas/delivery/attempt-conversations.ts";
import { stepAfter } from "../../../lambdas/delivery/attempt.ts";
import type { Decision } from "../../../lambdas/delivery/attempt.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aCustomerEvent, anEntry } from "../../support/events.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeTasks } from "../../support/fake-tasks.ts";
import { aDigest } from "../../support/echo-digest.ts";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { sharedMemory } from "../../support/shared-memory.ts";

const conversationId = "tg-700-42";
const nowMillis = 1_700_000_000_000;
const dayMillis = 24 * 3_600_000;
const now = () => nowMillis;
const profile = { username: "anna", languageCode: "en" } as const;

describe("the step that keeps a profile", () => {
  const decision: Decision = { kind: "steps", steps: [{ name: "catch-up" }] };
  const event = aCustomerEvent({ profile });
  const stepsOf = (
    known: Partial<Conversation> | undefined,
    changes: object = {},
    callsMainApi = true,
  ) => {
    const conversation = known && { conversationId, ...known };
    const decided = withProfile(
      decision,
      { ...event, ...changes },
      conversation,
      { callsMainApi },
      nowMillis,
    );
    if (decided.kind !== "steps") return [];
    const second = stepAfter(decided, [{ step: "catch-up" }]);
    return [stepAfter(decided, [])?.name, second?.name].filter((name) => name !== undefined);
  };

  test.each([
    { name: "comes after the message of a new customer", steps: stepsOf(undefined), is: true },
    {
      name: "comes a day after the last comparison",
      steps: stepsOf({ profileCheckedAtMillis: nowMillis - dayMillis }),
      is: true,
    },
    {
      name: "does not come within the day",
      steps: stepsOf({ profileCheckedAtMillis: nowMillis - dayMillis + 1 }),
      is: false,
    },
    {
      name: "does not come for an administrator's message",
      steps: stepsOf({}, { isOutgoing: true }),
      is: false,
    },
    {
      name: "does not come where the bridge does not call the main API",
      steps: stepsOf({}, {}, false),
      is: false,
    },
  ])("$name", ({ steps, is }) => {
    expect(steps).toEqual(is ? ["catch-up", "keep-profile"] : ["catch-up"]);
  });
});

test("a later attempt that leaves the step out has nothing else to do twice or to skip", () => {
  const shownAndNoticed: Decision = {
    kind: "steps",
    steps: [{ name: "catch-up" }, { name: "find-no-talk" }],
  };
  const event = aCustomerEvent({ profile });
  const checkedNow = { conversationId, profileCheckedAtMillis: nowMillis };
  const settings = { callsMainApi: true };
  const first = withProfile(shownAndNoticed, event, undefined, settings, nowMillis);
  const later = withProfile(shownAndNoticed, event, checkedNow, settings, nowMillis);
  const done = [{ step: "catch-up" }, { step: "find-no-talk" }] as const;

  if (first.kind !== "steps" || later.kind !== "steps") throw new Error("no steps");
  expect(stepAfter(first, done)?.name).toBe("keep-profile");
  expect(stepAfter(later, [...done, { step: "keep-profile" }])).toBeUndefined();
});

const linked = { contactId: 9001, contactLinked: true, amojoChatId: "amojo-chat" };
async function aChat(before: Partial<Conversation>, contacts = aFakeContacts()) {
  const conversations = new MemoryConversationStore();
  await conversations.update(conversationId, before);
  const tasks = aFakeTasks();
  const toAmocrm = aFakeQueue();
  const deps = { contacts, tasks, toAmocrm, digest: aDigest, ...sharedMemory(now), now };
  const facts = { conversationId, userId: "42", profile } as const;
  const context = () => ({
    entry: anEntry(),
    deadlineMillis: Number.POSITIVE_INFINITY,
    conversations: new AttemptConversations(conversations),
    isFirst: true,
  });
  return {
    contacts,
    tasks,
    toAmocrm,
    stored: () => conversations.find(conversationId),
    update: (changes: Partial<Conversation>) => conversations.update(conversationId, changes),
    keep: () => keepProfile({ name: "keep-profile", ...facts }, context(), deps),
    write: () => writeProfile({ name: "write-profile", ...facts }, context(), deps),
  };
}

describe("keeping a profile", () => {
  test("asks for its write by an event of its own, so that no message waits for it", async () => {
    const chat = await aChat(linked);

    await chat.keep();

    expect(chat.toAmocrm.envelopes).toMatchObject([{ group: `profile:${conversationId}` }]);
    expect(chat.contacts.calls).toEqual([]);
    expect(await chat.stored()).toMatchObject({ profileCheckedAtMillis: nowMillis });
  });

  test("asks for nothing when the contact has it", async () => {
    const chat = await aChat(linked);
    await chat.write();

    expect(await chat.keep()).toEqual({ outcome: "unchanged" });
    expect(chat.toAmocrm.envelopes).toEqual([]);
  });

  test("asks again when the chat has got another contact", async () => {
    const chat = await aChat(linked);
    await chat.write();
    await chat.update({ contactId: 9002 });

    await chat.keep();

    expect(chat.toAmocrm.envelopes).toHaveLength(1);
  });

  test("asks for nothing while amoCRM's own contact is not known", async () => {
    const chat = await aChat({ amojoChatId: "amojo-chat", contactLeftToAmocrm: true });

    await chat.keep();

    expect(chat.toAmocrm.envelopes).toEqual([]);
  });
});

describe("writing a profile", () => {
  test("fills the contact's fields", async () => {
    const chat = await aChat(linked);

    await chat.write();

    expect(chat.contacts.calls).toEqual(["profile anna of 9001"]);
  });

  test("makes a note on the lead in an account without the fields", async () => {
    const chat = await aChat({ ...linked, leadId: 91 }, aFakeContacts({ hasFields: false }));

    await chat.write();

    expect(chat.tasks.made).toEqual([
      {
        entity: { type: "leads", id: 91 },
        as: "note",
        text: "Telegram: @anna · https://t.me/anna · id 42 · en",
      },
    ]);
  });

  test("does nothing without a token, and is asked for again later", async () => {
    const chat = await aChat(linked, aFakeContacts({ available: false }));

    expect(await chat.write()).toEqual({ outcome: "skipped" });
    await chat.keep();

    expect(chat.toAmocrm.envelopes).toHaveLength(1);
  });

  test.each([
    { error: new TransientFailure("amoCRM answered 503"), looksAgain: false },
    { error: new PermanentFailure("refused-by-amocrm"), looksAgain: true },
  ])("looks at the contact again after a refusal: $error.message", async (row) => {
    const contacts = aFakeContacts();
    contacts.writeProfile = () => Promise.reject(row.error);
    const chat = await aChat({ ...linked, leadCheckedAtMillis: nowMillis }, contacts);

    await expect(chat.write()).rejects.toThrow(row.error.message);

    expect(await chat.stored()).toMatchObject({
      leadCheckedAtMillis: row.looksAgain ? 0 : nowMillis,
    });
  });
});
