import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aContactBook } from "../../support/contact-book.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aLinkableChat } from "../../support/linkable-chat.ts";

const id = "tg-700-42";
const phone = "+79161234567";
const down = () => new TransientFailure("amoCRM answered 502");
const refused = () => new PermanentFailure("refused-by-amocrm");
const linked = { contactId: 5, contactLinked: true };

describe("a shared number", () => {
  test.each([
    {
      name: "of a known contact links that contact to a chat without one",
      known: {},
      script: { phones: [7] as const },
      calls: [`find ${phone}`, "link 7 amojo-chat"],
      stored: { contactId: 7, contactLinked: true },
    },
    {
      name: "of no contact creates one contact with it",
      known: {},
      script: {},
      calls: [`find ${phone}`, `create Anna Petrova ${id} ${phone}`, "link 9001 amojo-chat"],
      stored: { contactId: 9001, contactLinked: true },
    },
    {
      name: "of no contact is added to the chat's contact",
      known: linked,
      script: {},
      calls: [`find ${phone}`, `add ${phone} to 5`],
      stored: linked,
    },
    {
      name: "of another contact replaces the chat's contact, and none is created",
      known: linked,
      script: { phones: [7] as const },
      calls: [`find ${phone}`, "link 7 amojo-chat"],
      stored: { contactId: 7, contactLinked: true },
    },
    {
      name: "of the chat's own contact changes nothing",
      known: linked,
      script: { phones: [5] as const },
      calls: [`find ${phone}`],
      stored: linked,
    },
    {
      name: "is added to the contact that amoCRM created itself",
      known: { contactLeftToAmocrm: true },
      script: { owners: [31] as const },
      calls: [`find ${phone}`, "owner of amojo-chat", `add ${phone} to 31`, "link 31 amojo-chat"],
      stored: { contactId: 31, contactLinked: true },
    },
    {
      name: "creates a contact when amoCRM has created none",
      known: { contactLeftToAmocrm: true },
      script: {},
      calls: [
        `find ${phone}`,
        "owner of amojo-chat",
        `create Anna Petrova ${id} ${phone}`,
        "link 9001 amojo-chat",
      ],
      stored: { contactId: 9001, contactLinked: true },
    },
  ])("$name", async ({ known, script, calls, stored }) => {
    const contacts = aFakeContacts(script);
    const chat = await aLinkableChat(known, contacts);

    const hasPhone = await chat.link(phone);

    expect(hasPhone).toBe(true);
    expect(contacts.calls).toEqual(calls);
    expect(await chat.stored()).toMatchObject(stored);
    expect(JSON.stringify(await chat.stored())).not.toContain(phone.slice(1));
  });

  test("is left to amoCRM without an API token: no call is made", async () => {
    const contacts = aFakeContacts({ available: false });
    const chat = await aLinkableChat({}, contacts);

    expect(await chat.link(phone)).toBe(false);
    expect(contacts.calls).toEqual([]);
  });
});

describe("a shared number after a crash of the attempt", () => {
  const steps = [
    { at: "the search", script: { phones: [down(), undefined] as const }, known: {}, made: 1 },
    { at: "the creation", script: { creates: [down(), 9001] as const }, known: {}, made: 2 },
    { at: "the link", script: { links: [down(), undefined] as const }, known: {}, made: 1 },
    { at: "the addition", script: { adds: [down(), undefined] as const }, known: linked, made: 0 },
  ];

  test.each(steps)("at $at is linked by the next attempt", async ({ script, known, made }) => {
    const contacts = aFakeContacts(script);
    const chat = await aLinkableChat(known, contacts);

    await expect(chat.link(phone)).rejects.toThrow("502");
    expect(await chat.link(phone)).toBe(true);

    expect(contacts.calls.filter((call) => call.startsWith("create"))).toHaveLength(made);
    expect(await chat.stored()).toMatchObject({ contactLinked: true });
  });

  test("is found by its number after a contact was created, and no second one is created", async () => {
    const contacts = aFakeContacts({ links: [down(), undefined], phones: [undefined, 9001] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link(phone)).rejects.toThrow("502");
    await chat.link(phone);

    expect(contacts.calls.slice(-2)).toEqual([`find ${phone}`, "link 9001 amojo-chat"]);
  });

  test("is searched for by number and by name when the answer to the creation was lost", async () => {
    const lost = new TransientFailure("no answer: timeout", { ambiguous: true });
    const contacts = aFakeContacts({ creates: [lost], finds: [[9001]] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link(phone)).rejects.toThrow("no answer");
    await chat.link(phone);

    expect(contacts.calls.slice(2)).toEqual([
      `find ${phone}`,
      expect.stringMatching(/^find Anna Petrova since/),
      `add ${phone} to 9001`,
      "link 9001 amojo-chat",
    ]);
  });
});

describe("a main API that does not accept the number", () => {
  test("blocks the message for less than five minutes, and the chat keeps its contact", async () => {
    const chat = await aLinkableChat(linked, aFakeContacts({ phones: [down()] }));

    await expect(chat.link(phone)).rejects.toThrow("502");
    chat.clock.advance(5 * 60_000 - 1);
    await expect(chat.link(phone)).rejects.toThrow("502");
    chat.clock.advance(1);

    expect(await chat.link(phone)).toBe(false);
    expect(await chat.stored()).toMatchObject(linked);
    expect(await chat.stored()).not.toHaveProperty("contactLeftToAmocrm");
    expect(chat.logger.lines).toMatchObject([{ level: "error", fact: "PhoneNotLinked" }]);
    expect(JSON.stringify(chat.logger.lines)).not.toContain(phone.slice(1));
  });

  test("is called for the full time again when the number is shared on another day", async () => {
    const contacts = aFakeContacts({ phones: [down(), 5, down(), 5] });
    const chat = await aLinkableChat(linked, contacts);

    await expect(chat.link(phone)).rejects.toThrow("502");
    await chat.link(phone);
    chat.clock.advance(86_400_000);
    await expect(chat.link(phone)).rejects.toThrow("502");

    expect(await chat.link(phone)).toBe(true);
  });

  test("releases the message at once after a permanent failure", async () => {
    const chat = await aLinkableChat(linked, aFakeContacts({ adds: [refused()] }));

    expect(await chat.link(phone)).toBe(false);
    expect(chat.logger.lines).toMatchObject([{ level: "error", fact: "PhoneNotLinked" }]);
  });
});

describe("a crash at any step of linking a number", () => {
  const starts = [
    { name: "a chat without a contact", known: {}, book: [] },
    {
      name: "a chat with its own",
      known: linked,
      book: [{ id: 5, name: "Anna Petrova", phones: [] }],
    },
    {
      name: "a chat with its own, and a known contact",
      known: linked,
      book: [
        { id: 5, name: "Anna Petrova", phones: [] },
        { id: 7, name: "Anna of the shop", phones: [phone] },
      ],
    },
    {
      name: "a chat with a contact that was created and not linked",
      known: { contactId: 5, contactStartedAtMillis: 1 },
      book: [{ id: 5, name: "Anna Petrova", phones: [] }],
    },
  ];

  test.each(starts)(
    "in $name ends with one contact that has the number",
    async ({ known, book }) => {
      const linking = async (diesAt: number) => {
        let left = diesAt;
        const contacts = aContactBook(() => {
          left -= 1;
          if (left === 0) throw new TypeError("died");
        });
        contacts.contacts.push(...book.map((one) => ({ ...one, phones: [...one.phones] })));
        if ("contactLinked" in known) contacts.links.set("amojo-chat", 5);
        const chat = await aLinkableChat(known, contacts);
        const isDead = await chat.link(phone).then(
          () => false,
          () => true,
        );
        left = Infinity;
        await chat.link(phone);
        await chat.link(phone);
        const owners = contacts.contacts.filter(({ phones }) => phones.includes(phone));
        return { isDead, owners, count: contacts.contacts.length, chat, links: contacts.links };
      };
      for (let diesAt = 1; ; diesAt += 1) {
        const { isDead, owners, count, chat, links } = await linking(diesAt);
        const [owner] = owners;

        expect(owners).toMatchObject([{ phones: [phone] }]);
        expect(count).toBe(Math.max(1, book.length));
        expect(links.get("amojo-chat")).toBe(owner?.id);
        expect(await chat.stored()).toMatchObject({ contactId: owner?.id, contactLinked: true });
        if (!isDead) break;
      }
    },
  );
});
