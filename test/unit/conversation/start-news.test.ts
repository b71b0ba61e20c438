import { describe, expect, test } from "@jest/globals";
import {
  addNote,
  askForNotes,
  openStart,
  startNews,
} from "../../../lambdas/conversation/start-news.ts";
import { encodeDeepLink } from "../../../lambdas/conversation/deep-link.ts";
import { invitationFor } from "../../../lambdas/conversation/invitation.ts";
import { AttemptConversations } from "../../../lambdas/delivery/attempt-conversations.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { fixedSecret } from "../../../lambdas/model/runtime.ts";
import type { EventQueue } from "../../../lambdas/model/runtime.ts";
import type { StartLink } from "../../../lambdas/conversation/start-link.ts";
import { aCustomerEvent, anEntry, someSettings } from "../../support/events.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aFakeTasks } from "../../support/fake-tasks.ts";
import { MemoryConversationStore, MemoryDeepLinks } from "../../support/memory/stores.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { sharedMemory } from "../../support/shared-memory.ts";

const conversationId = "tg-700-42";
const nowMillis = 1_700_000_000_000;
const now = () => nowMillis;
const keys = { current: "key" };
const known: Conversation = { conversationId };
const settings = someSettings({ callsMainApi: true, sources: ["ig_spring"] });
const spring = { kind: "ours", source: "instagram", campaign: "spring" } as const;
const noteOf = (text: string, tags: readonly string[] = []) =>
  JSON.stringify({ id: "e1", text, tags });
const aSpring = JSON.stringify({ source: "instagram", campaign: "spring" });

describe("what a conversation remembers of a start", () => {
  test.each<{ name: string; start: StartLink; before?: Partial<Conversation>; news: object }>([
    {
      name: "a link of ours: its origin, a note and tags",
      start: spring,
      news: {
        origin: aSpring,
        leadNotes: [noteOf("Came from: instagram / spring", ["instagram", "spring"])],
      },
    },
    {
      name: "a second link: only a note, because the first origin wins",
      start: { ...spring, source: "poster", campaign: "" },
      before: { origin: aSpring },
      news: { leadNotes: [noteOf("Came from: poster", ["poster"])] },
    },
    {
      name: "a link that names a contact: the contact too",
      start: { ...spring, contactId: 7 },
      news: expect.objectContaining({ contactId: 7 }) as object,
    },
    {
      name: "a payload of another program: a note",
      start: { kind: "not-ours", payload: "promo_7" },
      news: { leadNotes: [noteOf("start: promo_7")] },
    },
    {
      name: "a payload that the settings list as a source: its origin too",
      start: { kind: "not-ours", payload: "ig_spring" },
      news: {
        origin: JSON.stringify({ source: "ig_spring", campaign: "" }),
        leadNotes: [noteOf("start: ig_spring")],
      },
    },
    {
      name: "a forged link: nothing",
      start: { kind: "refused", why: "forged" },
      news: {},
    },
    {
      name: "a repeated attempt: nothing more",
      start: { kind: "not-ours", payload: "promo_7" },
      before: { leadNotes: [noteOf("start: promo_7")] },
      news: {},
    },
  ])("$name", ({ start, before = {}, news }) => {
    expect(startNews(start, "e1", { ...known, ...before }, settings)).toEqual(news);
  });

  test("no more than ten notes, the newest ones", () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      JSON.stringify({ id: `e0${index}`, text: "start: a", tags: [] }),
    );
    const start = { kind: "not-ours", payload: "promo_7" } as const;

    const { leadNotes = [] } = startNews(start, "e1", { ...known, leadNotes: many }, settings);

    expect(leadNotes).toEqual([...many.slice(1), noteOf("start: promo_7")]);
  });

  test("a payload of the team's bot is the bot's alone", () => {
    const withBot = { ...settings, hasBot: true };

    expect(startNews({ kind: "not-ours", payload: "promo_7" }, "e1", known, withBot)).toEqual({});
  });
});

/** A chat in which a customer opens links. */
async function aChat(before: Partial<Conversation> = {}) {
  const conversations = new MemoryConversationStore();
  if (Object.keys(before).length > 0) await conversations.update(conversationId, before);
  const links = new MemoryDeepLinks();
  const toAmocrm = aFakeQueue();
  const logger = aRecordingLogger();
  const deps = { keys: fixedSecret(keys), links, now, settings, toAmocrm, logger };
  const attempt = () => new AttemptConversations(conversations);
  return {
    links,
    toAmocrm,
    logger,
    attempt,
    stored: () => conversations.find(conversationId),
    start: (startPayload: string) =>
      openStart(aCustomerEvent({ command: "start", startPayload }), "e1", attempt(), deps),
  };
}
const linkTo = (contactId: number) =>
  encodeDeepLink(
    { source: "crm", campaign: "", contactId, expiresAtMillis: nowMillis + 3_600_000 },
    keys,
  );

describe("opening a link", () => {
  test("of a contact gives that contact to a chat without one", async () => {
    const chat = await aChat();

    await chat.start(linkTo(7));

    expect(await chat.stored()).toMatchObject({ contactId: 7 });
  });

  test("of a contact never moves a chat, and both contacts get a note", async () => {
    const chat = await aChat({ contactId: 3, contactLinked: true });

    await chat.start(linkTo(7));

    expect(await chat.stored()).toMatchObject({ contactId: 3 });
    expect((await chat.stored())?.leadNotes).toHaveLength(1);
    const [event] = chat.toAmocrm.envelopes.map(
      ({ body }) => JSON.parse(Buffer.from(body as string, "base64").toString()) as object,
    );
    expect(event).toMatchObject({ kind: "note", contactId: 7 });
  });

  test("of a contact does not move a chat whose contact amoCRM made itself", async () => {
    const chat = await aChat({ amojoChatId: "amojo-chat", createdAtMillis: nowMillis - 1000 });

    await chat.start(linkTo(7));

    expect(await chat.stored()).not.toHaveProperty("contactId");
  });

  test("with another signature is counted, and remembers nothing", async () => {
    const chat = await aChat();
    const forged = encodeDeepLink({ source: "a", campaign: "b" }, { current: "another key" });

    await chat.start(forged);

    expect(chat.logger.lines).toMatchObject([
      { fact: "StartLinkRefused", fields: { why: "forged" } },
    ]);
    expect(await chat.stored()).toBeUndefined();
  });
});

describe("notes that wait for the lead", () => {
  test("become events of their own, once", async () => {
    const chat = await aChat({ leadNotes: [noteOf("start: promo_7")], origin: aSpring });
    const deps = { toAmocrm: chat.toAmocrm, now };

    await askForNotes(conversationId, chat.attempt(), deps);
    await askForNotes(conversationId, chat.attempt(), deps);

    expect(chat.toAmocrm.envelopes).toMatchObject([
      { id: "note:e1", group: `note:${conversationId}` },
    ]);
    expect(await chat.stored()).toMatchObject({ leadNotes: [], origin: "" });
  });

  const aStep = { name: "add-note", conversationId, text: "start: promo_7", tags: ["a"] } as const;
  const context = (chat: Awaited<ReturnType<typeof aChat>>, attempts = 0) => ({
    entry: { ...anEntry(), attempts },
    deadlineMillis: Number.POSITIVE_INFINITY,
    conversations: chat.attempt(),
    isFirst: true,
  });

  test("go on the lead, with their tags", async () => {
    const chat = await aChat({ leadId: 91, contactId: 3 });
    const tasks = aFakeTasks();

    await addNote(aStep, context(chat), {
      tasks,
      contacts: aFakeContacts(),
      ...sharedMemory(now),
      now,
      logger: aRecordingLogger(),
    });

    expect(tasks.made).toMatchObject([{ entity: { type: "leads", id: 91 }, as: "note" }]);
    expect(tasks.tags).toEqual(["leads 91: a"]);
  });

  test("are written also when amoCRM refuses the tags", async () => {
    const chat = await aChat({ leadId: 91 });
    const refusal = new PermanentFailure("refused-by-amocrm");
    const tasks = aFakeTasks({ addTags: () => Promise.reject(refusal) });
    const { logger } = chat;
    const deps = { tasks, contacts: aFakeContacts(), ...sharedMemory(now), now, logger };

    await addNote(aStep, context(chat), deps);

    expect(tasks.made).toHaveLength(1);
    expect(logger.facts()).toEqual(["TagsRefused"]);
  });

  test("of a start that comes meanwhile stay for the next time", async () => {
    const chat = await aChat({ leadNotes: [noteOf("start: promo_7")] });
    const later = JSON.stringify({ id: "e2", text: "start: promo_8", tags: [] });
    const toAmocrm: EventQueue = {
      async put(event) {
        await chat.toAmocrm.put(event);
        await chat.attempt().update(conversationId, {
          leadNotes: [noteOf("start: promo_7"), later],
          origin: aSpring,
        });
      },
    };

    await askForNotes(conversationId, chat.attempt(), { toAmocrm, now });

    expect(await chat.stored()).toMatchObject({ leadNotes: [later], origin: aSpring });
  });

  test("are not written twice after a lost answer", async () => {
    const chat = await aChat({ leadId: 91 });
    const tasks = aFakeTasks();
    const deps = {
      tasks,
      contacts: aFakeContacts(),
      ...sharedMemory(now),
      now,
      logger: aRecordingLogger(),
    };
    await addNote(aStep, context(chat), deps);

    expect(await addNote(aStep, context(chat, 1), deps)).toEqual({ outcome: "unchanged" });
    expect(tasks.made).toHaveLength(1);
  });

  test("wait while the chat has no contact", async () => {
    const chat = await aChat({ amojoChatId: "amojo-chat" });
    const deps = {
      tasks: aFakeTasks(),
      contacts: aFakeContacts(),
      ...sharedMemory(now),
      now,
      logger: aRecordingLogger(),
    };

    await expect(addNote(aStep, context(chat), deps)).rejects.toThrow(TransientFailure);
  });
});

describe("the invitation for an operator who writes first", () => {
  const address = "https://t.me/shop_bot";
  const invite = async (
    contacts: ReturnType<typeof aFakeContacts>,
    amojoChatId: string | undefined,
  ) => {
    const links = new MemoryDeepLinks();
    const deps = { keys: fixedSecret(keys), links, contacts, ...sharedMemory(now), now };
    return invitationFor(amojoChatId, { ...deps, botAddress: async () => address });
  };

  test("names the contact of the chat", async () => {
    const invitation = await invite(aFakeContacts({ owners: [7] }), "amojo-chat");
    const chat = await aChat();

    await chat.start(invitation?.replace(`${address}?start=`, "") ?? "");

    expect(await chat.stored()).toMatchObject({ contactId: 7 });
  });

  test.each([
    { name: "the chat is not known", chat: undefined, contacts: aFakeContacts() },
    { name: "the chat has no contact", chat: "amojo-chat", contacts: aFakeContacts() },
    {
      name: "there is no token",
      chat: "amojo-chat",
      contacts: aFakeContacts({ available: false }),
    },
    {
      name: "the main API fails",
      chat: "amojo-chat",
      contacts: aFakeContacts({ owners: [new TransientFailure("amoCRM answered 503")] }),
    },
  ])("is the plain address when $name", async ({ chat, contacts }) => {
    expect(await invite(contacts, chat)).toBe(address);
  });
});
