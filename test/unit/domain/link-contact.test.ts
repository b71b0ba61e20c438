import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aLinkableChat } from "../../support/linkable-chat.ts";

const id = "tg-700-42";
const down = () => new TransientFailure("amoCRM answered 502");
const noAnswer = () => new TransientFailure("no answer: timeout", { ambiguous: true });

describe("giving a chat its contact", () => {
  test("a new customer becomes one contact, linked to the chat", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({}, contacts);

    await chat.link();

    expect(contacts.calls).toEqual([`create Anna Petrova ${id}`, "link 9001 amojo-chat"]);
    expect(await chat.stored()).toMatchObject({ contactId: 9001, contactLinked: true });
  });

  test("the contact of the mapping is linked and none is created", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({ contactId: 5 }, contacts);

    await chat.link();

    expect(contacts.calls).toEqual(["link 5 amojo-chat"]);
  });

  test("once linked, the main API is not called again", async () => {
    const contacts = aFakeContacts();
    const chat = await aLinkableChat({}, contacts);

    await chat.link();
    contacts.calls.length = 0;
    await chat.link();

    expect(contacts.calls).toEqual([]);
  });

  test("without an API token nothing is called and nothing is stored", async () => {
    const contacts = aFakeContacts({ available: false });
    const chat = await aLinkableChat({}, contacts);

    await chat.link();

    expect(contacts.calls).toEqual([]);
    expect(await chat.stored()).toEqual({ conversationId: id, amojoChatId: "amojo-chat" });
  });
});

describe("a contact whose creation got no answer", () => {
  test("is looked up, a minute back from the start, and linked when it is there", async () => {
    const contacts = aFakeContacts({ creates: [noAnswer()], finds: [77] });
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

  test("is created when it is not there", async () => {
    const contacts = aFakeContacts({ creates: [noAnswer(), 9002] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link()).rejects.toThrow("no answer");
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactId: 9002, contactLinked: true });
  });
});

describe("a linking that fails", () => {
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

  test("holds the customer's message for less than five minutes", async () => {
    const chat = await aLinkableChat({}, aFakeContacts({ links: [down()] }));

    await expect(chat.link()).rejects.toThrow("502");
    chat.clock.advance(5 * 60_000 - 1);
    await expect(chat.link()).rejects.toThrow("502");
    chat.clock.advance(1);
    await chat.link();

    expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true });
    expect(chat.logger.lines).toMatchObject([{ level: "error", fact: "ContactLeftToAmocrm" }]);
  });

  test("for good leaves the contact to amoCRM at once, and for ever", async () => {
    const contacts = aFakeContacts({ creates: [new PermanentFailure("refused-by-amocrm")] });
    const chat = await aLinkableChat({}, contacts);

    await chat.link();
    await chat.link();

    expect(contacts.calls).toHaveLength(1);
    expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true });
  });

  test("by an error of our own is not hidden", async () => {
    const chat = await aLinkableChat({}, aFakeContacts({ creates: [new TypeError("oops")] }));

    await expect(chat.link()).rejects.toThrow(TypeError);

    expect(await chat.stored()).not.toHaveProperty("contactLeftToAmocrm");
  });
});
