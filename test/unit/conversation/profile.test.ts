import { describe, expect, test } from "@jest/globals";
import { keepProfile, withProfile } from "../../../lambdas/conversation/profile.ts";
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
import { aRecordingLogger } from "../../support/recording-logger.ts";
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

describe("keeping a profile", () => {
  const linked = { contactId: 9001, contactLinked: true, amojoChatId: "amojo-chat" };
  async function aChat(before: Partial<Conversation>, contacts = aFakeContacts()) {
    const conversations = new MemoryConversationStore();
    await conversations.update(conversationId, before);
    const tasks = aFakeTasks();
    const logger = aRecordingLogger();
    const deps = { contacts, tasks, digest: aDigest, ...sharedMemory(now), now, logger };
    const step = { name: "keep-profile", conversationId, userId: "42", profile } as const;
    return {
      contacts,
      tasks,
      logger,
      stored: () => conversations.find(conversationId),
      keep: () =>
        keepProfile(
          step,
          {
            entry: anEntry(),
            deadlineMillis: Number.POSITIVE_INFINITY,
            conversations: new AttemptConversations(conversations),
            isFirst: true,
          },
          deps,
        ),
    };
  }

  test("writes it once, and again only when it changes", async () => {
    const chat = await aChat(linked);

    await chat.keep();
    expect(await chat.keep()).toEqual({ outcome: "unchanged" });

    expect(chat.contacts.calls).toEqual(["profile anna of 9001"]);
    expect(await chat.stored()).toMatchObject({ profileCheckedAtMillis: nowMillis });
  });

  test("writes a note on the lead in an account without the fields", async () => {
    const chat = await aChat({ ...linked, leadId: 91 }, aFakeContacts({ hasFields: false }));

    await chat.keep();

    expect(chat.tasks.made).toEqual([
      {
        entity: { type: "leads", id: 91 },
        as: "note",
        text: "Telegram: @anna · https://t.me/anna · id 42 · en",
      },
    ]);
  });

  test("does nothing for a chat whose contact amoCRM made itself", async () => {
    const chat = await aChat({ amojoChatId: "amojo-chat", contactLeftToAmocrm: true });

    expect(await chat.keep()).toEqual({ outcome: "skipped" });
    expect(chat.contacts.calls).toEqual([]);
  });

  test.each([
    { error: new TransientFailure("amoCRM answered 503"), looksAgain: false },
    { error: new PermanentFailure("refused-by-amocrm"), looksAgain: true },
  ])("tries again an hour after a failure: $error.message", async ({ error, looksAgain }) => {
    const contacts = aFakeContacts();
    contacts.writeProfile = () => Promise.reject(error);
    const chat = await aChat({ ...linked, leadCheckedAtMillis: nowMillis }, contacts);

    await expect(chat.keep()).rejects.toThrow(error.message);

    expect(await chat.stored()).toMatchObject({
      profileCheckedAtMillis: nowMillis - dayMillis + 3_600_000,
      leadCheckedAtMillis: looksAgain ? 0 : nowMillis,
    });
    expect(chat.logger.facts()).toEqual(["ProfileNotKept"]);
  });
});
