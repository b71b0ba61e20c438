import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { AttemptConversations } from "../../../lambdas/delivery/attempt-conversations.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { ConversationStore } from "../../../lambdas/model/stores.ts";
import { aDeliveryBench, anEventWith } from "../../support/delivery-bench.ts";

const id = "tg-700-1";
const other = "tg-700-2";
const russian = { conversationId: id, language: "ru" } as const;

/** A table with one conversation. A stale read returns its first state. */
async function aTable() {
  const stored = new MemoryConversationStore();
  await stored.update(id, { language: "ru" });
  const reads: string[] = [];
  const failures: Error[] = [];
  const table: ConversationStore = {
    find: async (conversationId, { mayBeOld = false } = {}) => {
      reads.push(`${conversationId} ${mayBeOld ? "stale" : "now"}`);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return mayBeOld ? { ...russian, conversationId } : stored.find(conversationId);
    },
    update: (...change) => stored.update(...change),
  };
  return { stored, reads, failures, ofAttempt: new AttemptConversations(table), table };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a conversation in an attempt", () => {
  test("is read once, for any number of uses", async () => {
    const { reads, ofAttempt } = await aTable();

    const found = await Promise.all([ofAttempt.find(id), ofAttempt.find(id)]);
    found.push(await ofAttempt.find(id), await ofAttempt.find(id, { mayBeStale: true }));

    expect(found).toEqual([russian, russian, russian, russian]);
    expect(reads).toEqual([`${id} now`]);
  });

  test("is read once also when it does not exist", async () => {
    const { reads, ofAttempt } = await aTable();

    expect([await ofAttempt.find(other), await ofAttempt.find(other)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(reads).toEqual([`${other} now`]);
  });

  test("is separate from another conversation", async () => {
    const { reads, ofAttempt } = await aTable();
    await ofAttempt.find(id);

    expect(await ofAttempt.find(other)).toBeUndefined();
    expect(reads).toEqual([`${id} now`, `${other} now`]);
  });

  test("has the attempt's changes without another read, and the table has them, too", async () => {
    const { reads, ofAttempt, stored } = await aTable();
    await ofAttempt.find(id);

    await ofAttempt.update(id, { amojoChatId: "chat-1" });

    expect(await ofAttempt.find(id)).toEqual({ ...russian, amojoChatId: "chat-1" });
    expect(reads).toEqual([`${id} now`]);
    expect(await stored.find(id)).toEqual({ ...russian, amojoChatId: "chat-1" });
  });

  test("has the attempt's changes even during the read", async () => {
    const { ofAttempt, stored, table } = await aTable();
    const before = Promise.withResolvers<Conversation | undefined>();
    table.find = () => before.promise;
    const reading = ofAttempt.find(id);
    await ofAttempt.update(id, { language: "en" });
    before.resolve(russian);

    expect(await reading).toEqual(russian);
    expect(await ofAttempt.find(id)).toEqual(await stored.find(id));
  });

  test("does not change with other writers' changes until it is read again", async () => {
    const { reads, ofAttempt, stored } = await aTable();
    await ofAttempt.find(id);
    await stored.update(id, { language: "en" });

    expect(await ofAttempt.find(id)).toMatchObject({ language: "ru" });
    expect(await ofAttempt.findAgain(id)).toMatchObject({ language: "en" });
    expect(await ofAttempt.find(id)).toMatchObject({ language: "en" });
    expect(reads).toEqual([`${id} now`, `${id} now`]);
  });

  test("is the table's in the next attempt", async () => {
    const { ofAttempt, stored, table } = await aTable();
    await ofAttempt.find(id);
    await stored.update(id, { language: "en" });

    expect(await new AttemptConversations(table).find(id)).toMatchObject({ language: "en" });
  });

  test("is read again after a stale read when a step needs the current state, and only once", async () => {
    const { reads, ofAttempt, stored } = await aTable();
    await stored.update(id, { language: "en" });

    const stale = [
      await ofAttempt.find(id, { mayBeStale: true }),
      await ofAttempt.find(id, { mayBeStale: true }),
    ];
    const now = [await ofAttempt.find(id), await ofAttempt.find(id, { mayBeStale: true })];

    expect(stale).toMatchObject([{ language: "ru" }, { language: "ru" }]);
    expect(now).toMatchObject([{ language: "en" }, { language: "en" }]);
    expect(reads).toEqual([`${id} stale`, `${id} now`]);
  });

  test("is still stale after a stale read when the attempt has written to it", async () => {
    const { ofAttempt, stored } = await aTable();
    await stored.update(id, { language: "en" });
    await ofAttempt.find(id, { mayBeStale: true });

    await ofAttempt.update(id, { amojoChatId: "chat-1" });

    expect(await ofAttempt.find(id, { mayBeStale: true })).toMatchObject({ amojoChatId: "chat-1" });
    expect(await ofAttempt.find(id)).toMatchObject({ amojoChatId: "chat-1", language: "en" });
  });

  test("keeps its known state when a write fails", async () => {
    const { ofAttempt, table } = await aTable();
    await ofAttempt.find(id);
    table.update = () => Promise.reject(new Error("the table is down"));

    await expect(ofAttempt.update(id, { language: "en" })).rejects.toThrow("the table is down");

    expect(await ofAttempt.find(id)).toEqual(russian);
  });
});

describe("a conversation that cannot be read", () => {
  const down = () => new Error("the table is down");

  test("fails for its reader, and is read again at the next use", async () => {
    const { failures, reads, ofAttempt } = await aTable();
    failures.push(down());

    await expect(ofAttempt.find(id)).rejects.toThrow("the table is down");

    expect(await ofAttempt.find(id)).toEqual(russian);
    expect(reads).toHaveLength(2);
  });

  test("does not end the process when no code waits for it", async () => {
    const { ofAttempt, table } = await aTable();
    const find = table.find.bind(table);
    const failing = Promise.withResolvers<undefined>();
    table.find = () => failing.promise;

    void ofAttempt.find(id);
    void ofAttempt.find(other);
    await ofAttempt.update(id, { language: "en" });
    failing.reject(down());
    // An unhandled rejection would fail the whole suite.
    await settled();

    table.find = find;
    expect(await ofAttempt.find(id)).toMatchObject({ language: "en" });
  });

  test("has the attempt's changes in the next read", async () => {
    const { ofAttempt, stored, table } = await aTable();
    const find = table.find.bind(table);
    const failing = Promise.withResolvers<undefined>();
    table.find = () => failing.promise;
    const reading = ofAttempt.find(id);
    await ofAttempt.update(id, { language: "en" });
    table.find = find;
    failing.reject(down());

    await expect(reading).rejects.toThrow("the table is down");

    expect(await ofAttempt.find(id)).toEqual(await stored.find(id));
  });
});

describe("an attempt's reads and writes of its conversations", () => {
  const conversationId = fc.constantFrom(id, other);
  const changes = fc.record(
    {
      language: fc.constantFrom("ru", "en"),
      unseenCount: fc.nat(3),
      amojoChatId: fc.constant("c"),
    },
    { requiredKeys: [] },
  );
  const deeds = fc.oneof(
    fc.record({ does: fc.constant("find"), conversationId, mayBeStale: fc.boolean() }),
    fc.record({ does: fc.constant("findAgain"), conversationId }),
    fc.record({ does: fc.constant("update"), conversationId, changes }),
  );
  type Deed = {
    does: string;
    conversationId: string;
    mayBeStale?: boolean;
    changes?: Partial<Omit<Conversation, "conversationId">>;
  };
  const done = async (ofAttempt: AttemptConversations, deed: Deed): Promise<unknown> => {
    const { does, changes: written = {}, mayBeStale = false } = deed;
    if (does === "update") return ofAttempt.update(deed.conversationId, written);
    if (does === "findAgain") return ofAttempt.findAgain(deed.conversationId);
    return ofAttempt.find(deed.conversationId, { mayBeStale });
  };

  test.each(["one after the other", "at once"])(
    "leave it with the table's state when there is no other writer: %s",
    async (how) => {
      await fc.assert(
        fc.asyncProperty(fc.array<Deed>(deeds), async (all) => {
          const { ofAttempt, stored } = await aTable();
          const doing: Promise<unknown>[] = [];
          for (const deed of all) {
            doing.push(done(ofAttempt, deed));
            if (how === "one after the other") await doing.at(-1);
          }
          await Promise.all(doing);

          for (const each of [id, other]) {
            expect(await ofAttempt.find(each)).toEqual(await stored.find(each));
          }
        }),
      );
    },
  );
});

describe("an attempt", () => {
  const order: string[] = [];
  const aBench = (mayReadStale: boolean) => {
    order.length = 0;
    const bench = aDeliveryBench(anEventWith({ send: async () => "1" }), {
      conversations: {
        find: async (conversationId, { mayBeOld = false } = {}) => {
          order.push(`read ${conversationId}${mayBeOld ? " stale" : ""}`);
          return undefined;
        },
        update: async () => undefined,
      },
      ledger: (ledger) => ({
        claim: (request) => {
          order.push("claim");
          return ledger.claim(request);
        },
        commitSteps: (...args) => ledger.commitSteps(...args),
        finish: (...args) => ledger.finish(...args),
        release: (...args) => ledger.release(...args),
        park: (...args) => ledger.park(...args),
      }),
    });
    bench.deps.actions.mayReadStale = () => mayReadStale;
    return bench;
  };

  test.each([
    { mayReadStale: false, read: `read ${id}` },
    { mayReadStale: true, read: `read ${id} stale` },
  ])("starts the read before its event is claimed: $read", async ({ mayReadStale, read }) => {
    await aBench(mayReadStale).attempt({ group: id });

    expect(order).toEqual([read, "claim"]);
  });

  test("reads none for an event without a conversation", async () => {
    await aBench(false).attempt({ group: "unverified" });

    expect(order).toEqual(["claim"]);
  });

  test("continues when a read fails that no step needs", async () => {
    const bench = aDeliveryBench(anEventWith({ send: async () => "1" }), {
      conversations: {
        find: () => Promise.reject(new Error("the table is down")),
        update: async () => undefined,
      },
    });

    expect(await bench.attempt({ group: id })).toEqual({ kind: "done" });
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });
});
