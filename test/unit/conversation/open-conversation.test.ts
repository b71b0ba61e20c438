import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { anOpener } from "../../support/open-conversation.ts";

const nowMillis = 1_700_000_000_000;
describe("opening a conversation", () => {
  test("creates the chat, then links the contact", async () => {
    const { crm, contacts, conversations, open } = anOpener();

    const { amojoChatId } = await open(aCustomerEvent());

    expect(amojoChatId).toBe("amojo-chat");
    expect(crm.calls).toMatchObject([{ method: "openChat", conversationId: "tg-700-42" }]);
    expect(contacts.calls).toEqual(["create Anna Petrova tg-700-42", "link 9001 amojo-chat"]);
    expect(await conversations.find("tg-700-42")).toMatchObject({
      amojoChatId: "amojo-chat",
      amojoUserId: "amojo-user",
      contactId: 9001,
    });
  });

  test.each([
    { name: "the customer's message", sentAtSeconds: 1_699_999_000, since: 1_699_999_000_000 },
    {
      name: "the current time, when Telegram's clock is ahead",
      sentAtSeconds: 1_700_000_009,
      since: nowMillis,
    },
    {
      name: "the current time, for a press without a time",
      sentAtSeconds: undefined,
      since: nowMillis,
    },
  ])("starts at $name, because the chat cannot be older", async ({ sentAtSeconds, since }) => {
    const { conversations, open } = anOpener();

    await open(aCustomerEvent({ sentAtSeconds }));

    expect((await conversations.find("tg-700-42"))?.createdAtMillis).toBe(since);
  });

  test("stores all new facts in one write, before it requests the picture", async () => {
    const written: unknown[] = [];
    class Recording extends MemoryConversationStore {
      override async update(...change: Parameters<MemoryConversationStore["update"]>) {
        written.push(change[1]);
        return super.update(...change);
      }
    }
    const conversations = new Recording();
    const { open } = anOpener({ conversations, avatarOf: async () => void written.push("asked") });
    const blocked = { reachability: "blocked", reachabilityAtMillis: 0 } as const;
    const linked = { amojoChatId: "amojo-chat", contactLinked: true, ...blocked };
    await conversations.update("tg-700-42", linked);

    await open(aCustomerEvent({ sentAtSeconds: 1_699_999_999 }));
    await open(aCustomerEvent());

    expect(written.slice(1)).toEqual([
      expect.objectContaining({
        reachability: "reachable",
        avatarLookedAtMillis: 1_700_000_000_000,
      }),
      "asked",
      "asked",
    ]);
  });

  test.each([
    { name: "operators always answer", hasBot: false, ago: undefined, touched: undefined },
    { name: "a bot answers first", hasBot: true, ago: undefined, touched: nowMillis },
    { name: "a bot answers, ten minutes later", hasBot: true, ago: 600_000, touched: nowMillis },
    {
      name: "a bot answers, less than ten minutes later",
      hasBot: true,
      ago: 599_999,
      touched: nowMillis - 599_999,
    },
  ])(
    "stores the time of the last activity when $name: $touched",
    async ({ hasBot, ago, touched }) => {
      const { conversations, open } = anOpener({ hasBot });
      const spoken = ago === undefined ? {} : { lastActivityAtMillis: nowMillis - ago };
      await conversations.update("tg-700-42", { amojoChatId: "amojo-chat", ...spoken });

      await open(aCustomerEvent());

      expect((await conversations.find("tg-700-42"))?.lastActivityAtMillis).toBe(touched);
    },
  );

  test("happens once: the next message finds it open", async () => {
    const { crm, contacts, open } = anOpener();

    await open(aCustomerEvent());
    const again = await open(aCustomerEvent({ msgid: "tg-700-42-6" }));

    expect(again.amojoChatId).toBe("amojo-chat");
    expect([crm.calls.length, contacts.calls.length]).toEqual([1, 2]);
  });

  test("for an unknown person makes no main-API call", async () => {
    const { contacts, open } = anOpener({ contacts: aFakeContacts({ available: false }) });

    await open(aCustomerEvent());

    expect(contacts.calls).toEqual([]);
  });

  test.each([
    { handOff: "waiting", lastMessageAtMillis: undefined, later: 1_700_000_000_000 },
    { handOff: "operator", lastMessageAtMillis: 1_699_999_999_000, later: 1_700_000_000_000 },
    { handOff: "operator", lastMessageAtMillis: 1_699_999_999_001, later: 1_699_999_999_001 },
    { handOff: "bot", lastMessageAtMillis: undefined, later: undefined },
    { handOff: "closed", lastMessageAtMillis: 5, later: 5 },
    { handOff: undefined, lastMessageAtMillis: undefined, later: undefined },
  ] as const)(
    "stores the second of the last message to operators: $handOff, $spokeAtMillis, $later",
    async ({ handOff, lastMessageAtMillis, later }) => {
      const { conversations, open } = anOpener();
      const known = {
        ...(handOff && { handOff }),
        ...(lastMessageAtMillis && { lastMessageAtMillis }),
      };
      await conversations.update("tg-700-42", { amojoChatId: "amojo-chat", ...known });

      await open(aCustomerEvent());

      expect((await conversations.find("tg-700-42"))?.lastMessageAtMillis).toBe(later);
    },
  );

  test.each([
    { name: "after", sentAtSeconds: 1_699_999_999, reachability: "reachable" },
    { name: "before", sentAtSeconds: 1_699_999_990, reachability: "blocked" },
  ])(
    "for a customer who wrote $name the block stores $reach",
    async ({ sentAtSeconds, reachability }) => {
      const { conversations, open } = anOpener();
      const blocked = { reachability: "blocked", reachabilityAtMillis: 1_699_999_995_000 } as const;
      await conversations.update("tg-700-42", { amojoChatId: "amojo-chat", ...blocked });

      await open(aCustomerEvent({ sentAtSeconds }));

      expect(await conversations.find("tg-700-42")).toMatchObject({ reachability });
    },
  );

  test("is repeated before anything else is sent when it got no answer", async () => {
    const chats = [
      new TransientFailure("no answer: timeout", { ambiguous: true }),
      { amojoChatId: "amojo-chat", amojoUserId: undefined },
    ] as const;
    const { crm, contacts, open } = anOpener({ crm: aFakeCrm({ chats }) });

    await expect(open(aCustomerEvent())).rejects.toThrow("no answer");
    const before = contacts.calls.length;
    await open(aCustomerEvent());

    expect([before, crm.calls.length]).toEqual([0, 2]);
  });

  test("stores the chat even when linking its contact fails", async () => {
    const contacts = aFakeContacts({ links: [new TransientFailure("502"), undefined] });
    const { crm, open } = anOpener({ contacts });

    await expect(open(aCustomerEvent())).rejects.toThrow("502");
    await open(aCustomerEvent());

    expect(crm.calls).toHaveLength(1);
  });
});

describe("a read of the conversation", () => {
  const settled = { amojoChatId: "amojo-chat", contactId: 9, contactLinked: true };
  /** The stale replica's state, the table's state, and which of the two was read. */
  const aLaggingStore = (old: Partial<Conversation> | undefined, now: Partial<Conversation>) => {
    const reads: string[] = [];
    class Lagging extends MemoryConversationStore {
      override async find(conversationId: string, options: { mayBeOld?: boolean } = {}) {
        reads.push(options.mayBeOld === true ? "old" : "now");
        if (options.mayBeOld !== true) return super.find(conversationId);
        return old === undefined ? undefined : { ...old, conversationId };
      }
    }
    const conversations = new Lagging();
    return { conversations, reads, stored: conversations.update("tg-700-42", now) };
  };

  test.each<{
    name: string;
    old: Partial<Conversation> | undefined;
    reads: string[];
    event?: Parameters<typeof aCustomerEvent>[0];
    available?: boolean;
    hasBot?: boolean;
  }>([
    { name: "when all is settled", old: settled, reads: ["old"] },
    {
      name: "when there is no token for linking",
      old: { amojoChatId: "c" },
      reads: ["old"],
      available: false,
    },
    {
      name: "when the contact was left to amoCRM",
      old: { ...settled, contactLinked: false, contactLeftToAmocrm: true },
      reads: ["old"],
    },
    { name: "of a chat that was just created", old: undefined, reads: ["old", "now"] },
    { name: "of a contact that was just linked", old: { amojoChatId: "c" }, reads: ["old", "now"] },
    {
      name: "of a customer who blocked the bot",
      old: { ...settled, reachability: "blocked" },
      reads: ["old", "now"],
    },
    {
      name: "of a talk with operators",
      old: { ...settled, handOff: "waiting" },
      reads: ["old", "now"],
    },
    {
      name: "with a number to link",
      old: settled,
      reads: ["now"],
      event: { ownPhone: "+15550100" },
    },
    { name: "when a bot answers first", old: settled, reads: ["now"], hasBot: true },
  ])("$name is $reads", async ({ old, reads, event, available = true, hasBot }) => {
    const store = aLaggingStore(old, settled);
    await store.stored;
    const contacts = aFakeContacts({ available });
    const { conversations } = store;
    const { crm, open } = anOpener({ conversations, contacts, hasBot: hasBot === true });

    await open(aCustomerEvent(event));

    expect(store.reads).toEqual(reads);
    // A stale replica does not cause a second creation.
    expect(crm.calls).toEqual([]);
    expect(contacts.calls.filter((call) => call.startsWith("create"))).toEqual([]);
  });
});
