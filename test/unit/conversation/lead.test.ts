import { describe, expect, test } from "@jest/globals";
import { ensureLead, isLeadDue, makeLateLead } from "../../../lambdas/conversation/lead.ts";
import type { LeadDependencies } from "../../../lambdas/conversation/make-lead.ts";
import { AttemptConversations } from "../../../lambdas/delivery/attempt-conversations.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { LeadPlan } from "../../../lambdas/model/crm.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aLeadBook } from "../../support/lead-book.ts";
import { MemoryConversationStore, MemoryLeadLocks } from "../../support/memory/stores.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { sharedMemory } from "../../support/shared-memory.ts";

const id = "tg-700-42";
const customer = { name: "Anna Petrova" };
const hourMillis = 3_600_000;
const aPlan: LeadPlan = {
  responsible: [],
  tags: [],
  sources: [],
  leadName: "Telegram: {name}",
  checkLeadAfterMillis: 12 * hourMillis,
};
const noAnswer = () => new TransientFailure("no answer: timeout", { ambiguous: true });
const status = (code: number) =>
  new TransientFailure(`amoCRM answered ${code}`, {
    source: { vendor: "amocrm", kind: "server-error", status: code },
  });

type Fault = { readonly when: "before" | "after"; readonly call: string; readonly error: Error };

/** A chat with a linked contact, and an account with no leads. Each fault happens once, in order. */
async function aLinkedChat({
  known = {},
  plan = aPlan,
  faults = [],
  lagMillis = 0,
  owners = [undefined],
  links = [undefined],
  slowness,
}: {
  known?: Partial<Conversation>;
  plan?: LeadPlan;
  faults?: readonly Fault[];
  lagMillis?: number;
  owners?: readonly [number | undefined];
  links?: NonNullable<Parameters<typeof aFakeContacts>[0]>["links"];
  /** Calls of that name take so long. */
  slowness?: { readonly call: string; readonly millis: number };
} = {}) {
  const clock = aClock();
  const left = [...faults];
  const fault = (when: Fault["when"], call: string) => {
    if (slowness !== undefined && when === "before" && call.startsWith(slowness.call)) {
      clock.advance(slowness.millis);
    }
    const index = left.findIndex((one) => one.when === when && call.startsWith(one.call));
    if (index >= 0) throw left.splice(index, 1)[0]?.error ?? new Error("none");
  };
  const book = aLeadBook(clock.now, { fault, lagMillis });
  const conversations = new MemoryConversationStore();
  const linked = { amojoChatId: "amojo-chat", contactId: 9001, contactLinked: true };
  await conversations.update(id, { ...linked, ...known });
  const logger = aRecordingLogger();
  const toAmocrm = aFakeQueue();
  const contacts = aFakeContacts({ owners, ...(links === undefined ? {} : { links }) });
  const { now } = clock;
  const locks = new MemoryLeadLocks();
  const deps: LeadDependencies = {
    ...sharedMemory(now),
    plan,
    leads: book.crm,
    locks,
    contacts,
    toAmocrm,
    random: Math.random,
    now,
    logger,
  };
  const stored = async (conversationId = id) => {
    const conversation = await conversations.find(conversationId);
    return { conversationId, ...conversation, amojoChatId: "amojo-chat" };
  };
  return {
    clock,
    book,
    contacts,
    conversations,
    locks,
    logger,
    toAmocrm,
    stored,
    ensure: async (conversationId = id) =>
      ensureLead(
        await stored(conversationId),
        customer,
        new AttemptConversations(conversations),
        deps,
      ),
    late: () => makeLateLead(id, customer, new AttemptConversations(conversations), deps),
  };
}

describe("the lead of a customer", () => {
  test("is made once, with the plan of the team, and remembered", async () => {
    const plan = { ...aPlan, pipelineId: 7, statusId: 70, responsible: [5], tags: ["telegram"] };
    const chat = await aLinkedChat({ plan });

    await chat.ensure();

    expect(chat.book.leads).toMatchObject([
      {
        name: "Telegram: Anna Petrova",
        contactId: 9001,
        pipelineId: 7,
        statusId: 70,
        responsibleUserId: 5,
        tags: ["telegram"],
      },
    ]);
    expect(await chat.stored()).toMatchObject({
      leadId: 501,
      leadCheckedAtMillis: chat.clock.now(),
    });
  });

  test("is not made when the contact has an open one", async () => {
    const chat = await aLinkedChat();
    await chat.ensure();
    await chat.conversations.update("tg-700-43", { contactId: 9001, contactLinked: true });

    await chat.ensure("tg-700-43");

    expect(chat.book.leads).toHaveLength(1);
    expect(await chat.stored("tg-700-43")).toMatchObject({ leadId: 501 });
  });

  test("is made anew when the earlier one is closed, and the plan's users take turns", async () => {
    const chat = await aLinkedChat({ plan: { ...aPlan, responsible: [5, 6] } });
    for (let round = 0; round < 3; round += 1) {
      await chat.ensure();
      for (const lead of chat.book.leads) lead.isOpen = false;
      chat.clock.advance(24 * hourMillis);
    }

    expect(chat.book.leads.map((lead) => lead.responsibleUserId)).toEqual([5, 6, 5]);
  });

  test("is taken along when a shared number leads to another contact", async () => {
    const chat = await aLinkedChat();
    await chat.ensure();
    chat.book.contacts.set(77, "Anna of the office");
    await chat.conversations.update(id, { contactId: 77, leadCheckedAtMillis: 0 });

    await chat.ensure();

    expect(chat.book.leads).toMatchObject([{ id: 501, contactId: 77 }]);
  });

  test("goes to the contact that replaced a merged one", async () => {
    const chat = await aLinkedChat({ owners: [77] });
    chat.book.contacts.delete(9001);
    chat.book.contacts.set(77, "Anna of the office");

    await chat.ensure();

    expect(chat.book.leads).toMatchObject([{ contactId: 77 }]);
    expect(await chat.stored()).toMatchObject({ contactId: 77, contactLinked: true });
    expect(chat.contacts.calls).toEqual(["owner of amojo-chat"]);
  });

  test("goes to a new contact when a person deleted the contact", async () => {
    const chat = await aLinkedChat({ owners: [undefined], known: { contactId: 13 } });

    await chat.ensure();

    expect(chat.contacts.calls).toEqual([
      "owner of amojo-chat",
      `create Anna Petrova ${id}`,
      "link 9001 amojo-chat",
    ]);
    expect(chat.book.leads).toMatchObject([{ contactId: 9001 }]);
  });
});

test("a contact that the bridge has just made, and that amoCRM does not show yet, is not made again", async () => {
  const chat = await aLinkedChat({
    known: { contactId: 13, contactStartedAtMillis: 1_700_000_000_000 },
  });

  await expect(chat.ensure()).rejects.toMatchObject({ retryAfterSeconds: 5 });

  expect(chat.contacts.calls).toEqual(["owner of amojo-chat"]);
});

test("a renewed contact that amoCRM does not show is not made once more in the attempt", async () => {
  const chat = await aLinkedChat({ known: { contactId: 13 } });
  chat.book.contacts.clear();

  await expect(chat.ensure()).rejects.toMatchObject({ retryAfterSeconds: 5 });

  expect(chat.contacts.calls.filter((call) => call.startsWith("create"))).toHaveLength(1);
});

test("a renewed contact whose link fails is linked by the next attempt", async () => {
  const chat = await aLinkedChat({ known: { contactId: 13 }, links: [noAnswer(), undefined] });

  await expect(chat.ensure()).rejects.toThrow("no answer");

  expect(await chat.stored()).toMatchObject({ contactId: 9001, contactLinked: false });
});

test("the talk's own lead counts, also behind many newer ones", async () => {
  const chat = await aLinkedChat({ known: { leadId: 501 } });
  for (let count = 0; count < 40; count += 1) {
    await chat.book.crm.create({ name: "old", contactId: 9001, tags: [] }, async () => undefined);
  }
  for (const lead of chat.book.leads.slice(1)) lead.isOpen = false;

  await chat.ensure();

  expect(chat.book.leads).toHaveLength(40);
  expect(chat.book.calls.at(-1)).toBe("lead 501");
});

test("a look at many leads ends with its lease, and the message's patience begins", async () => {
  const chat = await aLinkedChat({
    slowness: { call: "lead", millis: 9000 },
  });
  for (let count = 0; count < 25; count += 1) {
    await chat.book.crm.create({ name: "old", contactId: 9001, tags: [] }, async () => undefined);
  }
  for (const lead of chat.book.leads) lead.isOpen = false;

  await expect(chat.ensure()).rejects.toThrow("the main API is slow");

  expect((await chat.stored()).leadTroubleSinceMillis).toBeGreaterThan(0);
});

describe("a request for a lead whose answer is lost", () => {
  const lost = { when: "after", call: "create", error: noAnswer() } as const;

  test("is settled by the contact's leads, at once when they show it", async () => {
    const chat = await aLinkedChat({ faults: [lost] });

    await expect(chat.ensure()).rejects.toThrow("no answer");
    await chat.ensure();

    expect(chat.book.leads).toHaveLength(1);
    expect(await chat.stored()).toMatchObject({ leadId: 501 });
  });

  test.each([
    { name: "the request was lost", fault: { ...lost, when: "before" } as const },
    {
      name: "amoCRM answered 502",
      fault: { when: "before", call: "create", error: status(502) } as const,
    },
  ])("is repeated after 30 s when no lead shows: $name", async ({ fault }) => {
    const chat = await aLinkedChat({ faults: [fault] });

    await expect(chat.ensure()).rejects.toThrow(/no answer|502/);
    chat.clock.advance(29_000);
    await expect(chat.ensure()).rejects.toMatchObject({ retryAfterSeconds: 1 });
    expect(chat.book.calls.filter((call) => call === "create")).toHaveLength(1);
    chat.clock.advance(1000);
    await chat.ensure();

    expect(chat.book.leads).toHaveLength(1);
  });

  test("makes at most one more lead where amoCRM shows a new lead late", async () => {
    const chat = await aLinkedChat({ faults: [lost], lagMillis: 45_000 });

    await expect(chat.ensure()).rejects.toThrow("no answer");
    chat.clock.advance(30_000);
    await chat.ensure();
    chat.clock.advance(1000);
    await chat.conversations.update("tg-700-43", { contactId: 9001, contactLinked: true });
    await chat.ensure("tg-700-43");

    expect(chat.book.leads).toHaveLength(2);
  });

  test("is repeated only half an hour later when the answer was lost twice", async () => {
    const before = { ...lost, when: "before" } as const;
    const chat = await aLinkedChat({ faults: [before, before] });

    await expect(chat.ensure()).rejects.toThrow("no answer");
    chat.clock.advance(30_000);
    await expect(chat.ensure()).rejects.toThrow("no answer");
    chat.clock.advance(60_000);

    await expect(chat.ensure()).rejects.toMatchObject({ message: "a lost answer may be a lead" });
  });

  test("is not lost when amoCRM has refused it", async () => {
    const refused = new TransientFailure("amoCRM answered 429", {
      isLimit: true,
      retryAfterSeconds: 1,
    });
    const chat = await aLinkedChat({
      faults: [{ when: "before", call: "create", error: refused }],
    });

    await expect(chat.ensure()).rejects.toMatchObject({ isLimit: false });
    chat.clock.advance(1000);
    await chat.ensure();

    expect(chat.book.leads).toHaveLength(1);
  });
});

describe("the lock of a contact", () => {
  test("holds another chat of the contact until the lead is made", async () => {
    const chat = await aLinkedChat();
    const { now } = chat.clock;
    const untilMillis = now() + 60_000;
    await chat.locks.claim(9001, "another", { nowMillis: now(), untilMillis });

    await expect(chat.ensure()).rejects.toMatchObject({ retryAfterSeconds: 60 });
    expect(chat.book.calls).toEqual([]);
    chat.clock.advance(60_001);
    await chat.ensure();

    expect(chat.book.leads).toHaveLength(1);
  });

  test("is free again after a failure", async () => {
    const chat = await aLinkedChat({
      faults: [{ when: "before", call: "contact", error: status(503) }],
    });

    await expect(chat.ensure()).rejects.toThrow("503");
    await chat.ensure();

    expect(chat.book.leads).toHaveLength(1);
  });
});

describe("a message whose lead cannot be made", () => {
  const down = { when: "before", call: "contact", error: status(503) } as const;

  test("goes on after five minutes, and an event of its own asks for the lead", async () => {
    const chat = await aLinkedChat({ faults: [down, down, down] });

    await expect(chat.ensure()).rejects.toThrow("503");
    chat.clock.advance(299_000);
    await expect(chat.ensure()).rejects.toThrow("503");
    chat.clock.advance(1000);
    await chat.ensure();

    expect(chat.logger.facts()).toEqual(["LeadPostponed"]);
    expect(chat.toAmocrm.envelopes).toMatchObject([{ group: `lead:${id}`, source: "bridge" }]);
    expect(await chat.stored()).toMatchObject({
      leadCheckedAtMillis: chat.clock.now(),
      leadTroubleSinceMillis: 0,
    });
  });

  test("goes on at once when amoCRM refuses", async () => {
    const chat = await aLinkedChat({
      faults: [
        { when: "before", call: "create", error: new PermanentFailure("refused-by-amocrm") },
      ],
    });

    await chat.ensure();

    expect(chat.logger.facts()).toEqual(["LeadPostponed"]);
    expect(chat.toAmocrm.envelopes).toHaveLength(1);
  });

  test("does not wait again for five minutes, while the late lead is on its way", async () => {
    const chat = await aLinkedChat({ plan: { ...aPlan, checkLeadAfterMillis: 0 }, faults: [down] });
    await chat.conversations.update(id, { leadTroubleSinceMillis: chat.clock.now() - 300_000 });

    await chat.ensure();

    const isDue = async () =>
      isLeadDue(await chat.stored(), { checkLeadAfterMillis: 0 }, chat.clock.now());
    expect(await isDue()).toBe(false);
    chat.clock.advance(300_000);
    expect(await isDue()).toBe(true);
  });

  test("waits only for the rest of the five minutes when its contact has been late", async () => {
    const chat = await aLinkedChat({ faults: [down] });
    const { now } = chat.clock;
    await chat.conversations.update(id, { contactTroubleSinceMillis: now() - 300_000 });

    await chat.ensure();

    expect(chat.logger.facts()).toEqual(["LeadPostponed"]);
  });

  test("goes on after five minutes also when the token's secret cannot be read", async () => {
    const chat = await aLinkedChat({ known: { leadTroubleSinceMillis: 1_700_000_000_000 } });
    chat.book.crm.isAvailable = () => Promise.reject(new TransientFailure("no secret"));
    chat.clock.advance(300_000);

    await chat.ensure();

    expect(chat.logger.facts()).toEqual(["LeadPostponed"]);
  });

  test("does not wait for the lead after it has waited for the contact", async () => {
    const chat = await aLinkedChat({
      known: { contactLinked: false, contactLeftToAmocrm: true },
    });

    await chat.ensure();

    expect(chat.book.calls).toEqual([]);
    expect(chat.toAmocrm.envelopes).toHaveLength(1);
  });
});

describe("the late lead", () => {
  test("is made for the contact that amoCRM has made", async () => {
    const chat = await aLinkedChat({
      known: { contactLinked: false, contactLeftToAmocrm: true },
      owners: [9001],
    });

    await chat.late();

    expect(chat.book.leads).toMatchObject([{ contactId: 9001 }]);
    expect(await chat.stored()).toMatchObject({
      contactId: 9001,
      contactLinked: true,
      contactLeftToAmocrm: false,
      leadId: 501,
    });
  });

  test("is not made when amoCRM has made one itself", async () => {
    const chat = await aLinkedChat();
    await chat.book.crm.create(
      { name: "unsorted", contactId: 9001, tags: [] },
      async () => undefined,
    );

    await chat.late();

    expect(chat.book.leads).toHaveLength(1);
  });
});

describe("the next look at a contact's leads", () => {
  const nowMillis = 1_700_000_000_000;
  test.each([
    { name: "without any look", known: {}, isDue: true },
    { name: "a minute after the look", known: { looked: 60_000 }, isDue: false },
    { name: "twelve hours after it, in silence", known: { looked: 12 * hourMillis }, isDue: true },
    {
      name: "twelve hours after it, while people write",
      known: { looked: 12 * hourMillis, spoke: hourMillis },
      isDue: false,
    },
    {
      name: "a day after it, while people write",
      known: { looked: 24 * hourMillis, spoke: hourMillis },
      isDue: true,
    },
  ])("is due $name: $isDue", ({ known: { looked, spoke }, isDue }: DueRow) => {
    const known = {
      conversationId: id,
      ...(looked === undefined ? {} : { leadCheckedAtMillis: nowMillis - looked }),
      ...(spoke === undefined ? {} : { lastActivityAtMillis: nowMillis - spoke }),
    };

    expect(isLeadDue(known, aPlan, nowMillis)).toBe(isDue);
  });

  type DueRow = {
    readonly name: string;
    readonly known: { readonly looked?: number; readonly spoke?: number };
    readonly isDue: boolean;
  };
});
