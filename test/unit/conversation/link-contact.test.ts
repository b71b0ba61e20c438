import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CrmContacts } from "../../../lambdas/model/crm.ts";
import { MemoryContactMarks } from "../../support/memory/stores.ts";
import { aClock } from "../../support/clock.ts";
import { aContactBook } from "../../support/contact-book.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aLinkableChat } from "../../support/linkable-chat.ts";

const id = "tg-700-42";
const down = () => new TransientFailure("amoCRM answered 502");
const noAnswer = () => new TransientFailure("no answer: timeout", { ambiguous: true });

describe("linking a chat to its contact", () => {
  test("creates one contact for a new customer and links it", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({}, contacts);

    await chat.link();

    expect(contacts.calls).toEqual([`create Anna Petrova ${id}`, "link 9001 amojo-chat"]);
    expect(await chat.stored()).toMatchObject({ contactId: 9001, contactLinked: true });
  });

  test("links the mapping's contact and creates none", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({ contactId: 5 }, contacts);

    await chat.link();

    expect(contacts.calls).toEqual(["link 5 amojo-chat"]);
  });

  test("makes no main-API call once the contact is linked", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({}, contacts);

    await chat.link();
    contacts.calls.length = 0;
    await chat.link();

    expect(contacts.calls).toEqual([]);
  });

  test("makes no call and stores nothing without an API token", async () => {
    const contacts = aFakeContacts({ available: false });
    const chat = await aLinkableChat({}, contacts);

    await chat.link();

    expect(contacts.calls).toEqual([]);
    expect(await chat.stored()).toEqual({ conversationId: id, amojoChatId: "amojo-chat" });
  });
});

describe("a contact whose creation got no answer", () => {
  test("is searched for from a minute before the start, and linked when it exists", async () => {
    const contacts = aFakeContacts({ creates: [noAnswer()], finds: [[77]] });
    const chat = await aLinkableChat({}, contacts);
    const startedAtMillis = chat.clock.now();

    await expect(chat.link()).rejects.toThrow("no answer");
    chat.clock.advance(10_000);
    await chat.link();

    expect(contacts.calls.slice(1)).toEqual([
      `find Anna Petrova since ${startedAtMillis - 60_000}`,
      "link 77 amojo-chat",
    ]);
    expect(await chat.stored()).toMatchObject({ contactId: 77, contactLinked: true });
  });

  test("is created when it does not exist", async () => {
    const contacts = aFakeContacts({ creates: [noAnswer(), 9002] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link()).rejects.toThrow("no answer");
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactId: 9002, contactLinked: true });
    expect(chat.logger.lines).toEqual([]);
  });

  test("is created again with a log line when two exist, one of which must be another customer's", async () => {
    const contacts = aFakeContacts({ creates: [noAnswer(), 9002], finds: [[77, 78]] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link()).rejects.toThrow("no answer");
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactId: 9002, contactLinked: true });
    expect(chat.logger.lines).toEqual([
      { level: "warn", fact: "ContactMadeAgain", fields: { conversationId: id } },
    ]);
  });

  test("is created again when names had no mark yet", async () => {
    const contacts = aFakeContacts({ creates: [9002], finds: [[77]] });
    const chat = await aLinkableChat({ contactStartedAtMillis: 1 }, contacts);

    await chat.link();

    expect(contacts.calls).toEqual([`create Anna Petrova ${id}`, "link 9002 amojo-chat"]);
  });
});

describe("two customers with one name", () => {
  /** The result of the first creation for each. */
  const fates = ["answered", "answer lost", "request lost"] as const;
  const rows = fates.flatMap((anna) => fates.map((other) => ({ anna, other })));

  test.each(rows)(
    "at the same time get a contact each ($anna, $other), never each other's",
    async ({ anna, other }) => {
      const book = aContactBook();
      const fallible = (fate: (typeof fates)[number], owners: Map<number, string>) => {
        let isFirst = true;
        const create: CrmContacts["create"] = async (contact) => {
          const isLost = isFirst && fate !== "answered";
          isFirst = false;
          if (isLost && fate === "request lost") throw noAnswer();
          const made = await book.create(contact);
          owners.set(made, contact.requestId);
          if (isLost) throw noAnswer();
          return made;
        };
        return { ...book, create };
      };
      const owners = new Map<number, string>();
      const shared = { clock: aClock(), contactMarks: new MemoryContactMarks() };
      const ids = ["tg-700-1", "tg-700-2"];
      const chats = await Promise.all(
        [anna, other].map((fate, index) =>
          aLinkableChat({ conversationId: ids[index] ?? "" }, fallible(fate, owners), shared),
        ),
      );

      await Promise.allSettled(chats.map((chat) => chat.link()));
      shared.clock.advance(30_000);
      for (const chat of chats) await chat.link();

      for (const [index, chat] of chats.entries()) {
        const { contactId = 0, contactLinked } = (await chat.stored()) ?? {};
        expect([contactLinked, owners.get(contactId)]).toEqual([true, ids[index]]);
      }
    },
  );

  test("get separate contacts when one comes between the search by name and the search for others", async () => {
    const contactMarks = new MemoryContactMarks();
    const clock = aClock();
    const contacts = aFakeContacts({ creates: [noAnswer(), 9002] });
    const findRecent: CrmContacts["findRecent"] = async () => {
      await contactMarks.mark("Anna Petrova", "tg-700-7", clock.now());
      return [77];
    };
    const chat = await aLinkableChat({}, { ...contacts, findRecent }, { clock, contactMarks });

    await expect(chat.link()).rejects.toThrow("no answer");
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactId: 9002 });
  });

  test("at different times get their own contacts: the later search finds the right one", async () => {
    const shared = { clock: aClock(), contactMarks: new MemoryContactMarks() };
    const first = await aLinkableChat({ conversationId: "tg-700-7" }, aFakeContacts(), shared);
    await first.link();
    shared.clock.advance(10 * 60_000 + 1);
    const contacts = aFakeContacts({ creates: [noAnswer()], finds: [[77]] });
    const later = await aLinkableChat({}, contacts, shared);

    await expect(later.link()).rejects.toThrow("no answer");
    await later.link();

    expect(await later.stored()).toMatchObject({ contactId: 77 });
  });
});

describe("a failed linking", () => {
  test("does not create the contact again", async () => {
    const contacts = aFakeContacts({ links: [down(), undefined] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link()).rejects.toThrow("502");
    await chat.link();

    expect(contacts.calls).toEqual([
      `create Anna Petrova ${id}`,
      "link 9001 amojo-chat",
      "link 9001 amojo-chat",
    ]);
  });

  test("blocks the customer's message for less than five minutes", async () => {
    const chat = await aLinkableChat({}, aFakeContacts({ links: [down()] }));

    await expect(chat.link()).rejects.toThrow("502");
    chat.clock.advance(5 * 60_000 - 1);
    await expect(chat.link()).rejects.toThrow("502");
    chat.clock.advance(1);
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true });
    expect(chat.logger.lines).toMatchObject([{ level: "error", fact: "ContactLeftToAmocrm" }]);
  });

  test("leaves the contact to amoCRM at once and permanently after a permanent failure", async () => {
    const contacts = aFakeContacts({ creates: [new PermanentFailure("refused-by-amocrm")] });
    const chat = await aLinkableChat({}, contacts);

    await chat.link();
    await chat.link();

    expect(contacts.calls).toHaveLength(1);
    expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true });
  });

  test("does not hide an internal error", async () => {
    const chat = await aLinkableChat({}, aFakeContacts({ creates: [new TypeError("oops")] }));

    await expect(chat.link()).rejects.toThrow(TypeError);

    expect(await chat.stored()).not.toHaveProperty("contactLeftToAmocrm");
  });
});
