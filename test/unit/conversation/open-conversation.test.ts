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
  test("begins with making the chat, then links the contact", async () => {
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
    { name: "now, when Telegram's clock is ahead", sentAtSeconds: 1_700_000_009, since: nowMillis },
    { name: "now, after a press without a time", sentAtSeconds: undefined, since: nowMillis },
  ])("begins with $name, since the chat cannot be older", async ({ sentAtSeconds, since }) => {
    const { conversations, open } = anOpener();

    await open(aCustomerEvent({ sentAtSeconds }));

    expect((await conversations.find("tg-700-42"))?.createdAtMillis).toBe(since);
  });

  test("notes all that is new in one write, before the picture is asked for", async () => {
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
    { name: "operators answer always", hasBot: false, ago: undefined, touched: undefined },
    { name: "a bot answers first", hasBot: true, ago: undefined, touched: nowMillis },
    { name: "a bot does, ten minutes later", hasBot: true, ago: 600_000, touched: nowMillis },
    { name: "a bot does, sooner", hasBot: true, ago: 599_999, touched: nowMillis - 599_999 },
  ])("where $name notes that somebody spoke: $touched", async ({ hasBot, ago, touched }) => {
    const { conversations, open } = anOpener({ hasBot });
    const spoken = ago === undefined ? {} : { lastActivityAtMillis: nowMillis - ago };
    await conversations.update("tg-700-42", { amojoChatId: "amojo-chat", ...spoken });

    await open(aCustomerEvent());

    expect((await conversations.find("tg-700-42"))?.lastActivityAtMillis).toBe(touched);
  });

  test("is done once: the next message finds it open", async () => {
    const { crm, contacts, open } = anOpener();

    await open(aCustomerEvent());
    const again = await open(aCustomerEvent({ msgid: "tg-700-42-6" }));

    expect(again.amojoChatId).toBe("amojo-chat");
    expect([crm.calls.length, contacts.calls.length]).toEqual([1, 2]);
  });

  test("of a stranger makes no main-API call", async () => {
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
    "notes to the second when somebody spoke to operators: $handOff, $spokeAtMillis, $later",
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
    "of one who wrote $name the block has them $reach",
    async ({ sentAtSeconds, reachability }) => {
      const { conversations, open } = anOpener();
      const blocked = { reachability: "blocked", reachabilityAtMillis: 1_699_999_995_000 } as const;
      await conversations.update("tg-700-42", { amojoChatId: "amojo-chat", ...blocked });

      await open(aCustomerEvent({ sentAtSeconds }));

      expect(await conversations.find("tg-700-42")).toMatchObject({ reachability });
    },
  );

  test("that got no answer is repeated before anything else is sent", async () => {
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

  test("knows the chat also when linking its contact fails", async () => {
    const contacts = aFakeContacts({ links: [new TransientFailure("502"), undefined] });
    const { crm, open } = anOpener({ contacts });

    await expect(open(aCustomerEvent())).rejects.toThrow("502");
    await open(aCustomerEvent());

    expect(crm.calls).toHaveLength(1);
  });
});

describe("a look at the conversation", () => {
  const settled = { amojoChatId: "amojo-chat", contactId: 9, contactLinked: true };
  /** What a replica that lags says, and what stands in the table; which of the two was asked for. */
  const aLaggingStore = (old: Partial<Conversation> | undefined, now: Partial<Conversation>) => {
    const looks: string[] = [];
    class Lagging extends MemoryConversationStore {
      override async find(conversationId: string, look: { mayBeOld?: boolean } = {}) {
        looks.push(look.mayBeOld === true ? "old" : "now");
        if (look.mayBeOld !== true) return super.find(conversationId);
        return old === undefined ? undefined : { ...old, conversationId };
      }
    }
    const conversations = new Lagging();
    return { conversations, looks, stored: conversations.update("tg-700-42", now) };
  };

  test.each<{
    name: string;
    old: Partial<Conversation> | undefined;
    looks: string[];
    event?: Parameters<typeof aCustomerEvent>[0];
    available?: boolean;
    hasBot?: boolean;
  }>([
    { name: "where all is settled", old: settled, looks: ["old"] },
    {
      name: "where no token is there to link by",
      old: { amojoChatId: "c" },
      looks: ["old"],
      available: false,
    },
    {
      name: "where the contact was left to amoCRM",
      old: { ...settled, contactLinked: false, contactLeftToAmocrm: true },
      looks: ["old"],
    },
    { name: "of a chat that was just made", old: undefined, looks: ["old", "now"] },
    { name: "of a contact that was just linked", old: { amojoChatId: "c" }, looks: ["old", "now"] },
    {
      name: "of a customer who is gone",
      old: { ...settled, reachability: "blocked" },
      looks: ["old", "now"],
    },
    {
      name: "of a talk that was handed over",
      old: { ...settled, handOff: "waiting" },
      looks: ["old", "now"],
    },
    {
      name: "with a number to link by",
      old: settled,
      looks: ["now"],
      event: { ownPhone: "+15550100" },
    },
    { name: "where a bot answers first", old: settled, looks: ["now"], hasBot: true },
  ])("$name is $looks", async ({ old, looks, event, available = true, hasBot }) => {
    const store = aLaggingStore(old, settled);
    await store.stored;
    const contacts = aFakeContacts({ available });
    const { conversations } = store;
    const { crm, open } = anOpener({ conversations, contacts, hasBot: hasBot === true });

    await open(aCustomerEvent(event));

    expect(store.looks).toEqual(looks);
    // Nothing is made twice because a replica lags.
    expect(crm.calls).toEqual([]);
    expect(contacts.calls.filter((call) => call.startsWith("create"))).toEqual([]);
  });
});
