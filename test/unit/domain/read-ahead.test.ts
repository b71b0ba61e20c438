import { beforeEach, describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../../lambdas/adapters/memory/memory-conversation-store.ts";
import { createReadAhead } from "../../../lambdas/domain/read-ahead.ts";
import type { ConversationsAhead } from "../../../lambdas/domain/read-ahead.ts";
import type { Attempt } from "../../../lambdas/domain/delivery.ts";
import { aClock } from "../../support/clock.ts";
import { aDeliveryBench, aJobOf } from "../../support/delivery-bench.ts";

const id = "tg-700-1";
let clock: ReturnType<typeof aClock>;
let stored: MemoryConversationStore;
let asked: string[];
let failure: Error | undefined;
let conversations: ConversationsAhead;
beforeEach(async () => {
  clock = aClock();
  stored = new MemoryConversationStore();
  asked = [];
  failure = undefined;
  await stored.update(id, { language: "ru" });
  const table = {
    find(conversationId: string) {
      asked.push(conversationId);
      return failure === undefined ? stored.find(conversationId) : Promise.reject(failure);
    },
    update: (...change: Parameters<typeof stored.update>) => stored.update(...change),
  };
  conversations = createReadAhead(table, clock.now);
});

describe("a conversation that was read ahead", () => {
  test("is not asked for again by the first look at it, and is by the second", async () => {
    conversations.readAhead(id);

    expect(asked).toEqual([id]);
    expect(await conversations.find(id)).toMatchObject({ language: "ru" });
    expect(asked).toEqual([id]);
    await conversations.find(id);
    expect(asked).toEqual([id, id]);
  });

  test("says nothing of another one", async () => {
    conversations.readAhead(id);

    expect(await conversations.find("tg-700-2")).toBeUndefined();
    expect(asked).toEqual([id, "tg-700-2"]);
  });

  test("is asked for anew once a second has passed", async () => {
    conversations.readAhead(id);
    await stored.update(id, { language: "en" });
    clock.advance(1001);

    expect(await conversations.find(id)).toMatchObject({ language: "en" });
  });

  test("is asked for anew after a change of it", async () => {
    conversations.readAhead(id);
    await conversations.update(id, { language: "en" });

    expect(await conversations.find(id)).toMatchObject({ language: "en" });
  });

  test("as it was a moment ago is for those only who are content with that", async () => {
    conversations.readAhead(id, { mayBeOld: true });
    await conversations.find(id);
    expect(asked).toEqual([id, id]);

    await conversations.find(id, { mayBeOld: true });
    expect(asked).toEqual([id, id]);
  });

  test("as it is now is for everybody", async () => {
    conversations.readAhead(id);
    await conversations.find(id, { mayBeOld: true });

    expect(asked).toEqual([id]);
  });

  test("is that of the latest attempt", async () => {
    conversations.readAhead(id);
    await stored.update(id, { language: "en" });
    conversations.readAhead(id);

    expect(await conversations.find(id)).toMatchObject({ language: "en" });
    expect(asked).toEqual([id, id]);
  });

  test("fails for who looks at it, and for nobody else", async () => {
    failure = new Error("the table is down");
    conversations.readAhead(id);
    await new Promise((resolve) => setImmediate(resolve));

    await expect(conversations.find(id)).rejects.toThrow("the table is down");
  });
});

test("an attempt begins to read before it is said whether its event may be claimed", async () => {
  const order: string[] = [];
  const bench = aDeliveryBench(aJobOf({ send: async () => "1" }), {
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
  Object.assign(bench.deps, { readAhead: ({ group }: Attempt) => order.push(group) });

  await bench.attempt({ group: id });

  expect(order).toEqual([id, "claim"]);
});
