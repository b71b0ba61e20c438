import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aLinkableChat } from "../../support/linkable-chat.ts";

const limited = (retryAfterSeconds: number) =>
  new TransientFailure("amoCRM answered 429", { isLimit: true, retryAfterSeconds });
const blocked = () =>
  new TransientFailure("amoCRM blocks this address", {
    isLimit: true,
    retryAfterSeconds: 900,
    needsPerson: true,
  });
const down = () => new TransientFailure("amoCRM answered 502");
const seconds = 1000;

/** Two chats of two sandboxes that share a clock and the stored pauses. */
const twoChats = async (error: Error) => {
  const shared = { clock: aClock(), pauseStore: new MemoryPauseStore() };
  const recorded = await aLinkableChat({}, aFakeContacts({ creates: [error, 9001] }), shared);
  const other = await aLinkableChat({ conversationId: "tg-700-7" }, aFakeContacts(), shared);
  return { ...shared, recorded, other };
};

describe("a main API that asks for a pause", () => {
  test("of ten minutes blocks the customer's message for five at most", async () => {
    const { recorded } = await twoChats(limited(600));

    await expect(recorded.link()).rejects.toMatchObject({ retryAfterSeconds: 300 });
    recorded.clock.advance(100 * seconds);
    await expect(recorded.link()).rejects.toMatchObject({ retryAfterSeconds: 200 });
  });

  test("of a shorter time gets it", async () => {
    const { recorded } = await twoChats(limited(30));

    await expect(recorded.link()).rejects.toMatchObject({ retryAfterSeconds: 30 });
  });

  test.each([
    { name: "too many calls", error: limited(600), pausedSeconds: 600 },
    { name: "a block of the address", error: blocked(), pausedSeconds: 900 },
  ])("because of $name gets a pause from all chats at once", async ({ error, pausedSeconds }) => {
    const { recorded, other, clock } = await twoChats(error);

    await expect(recorded.link()).rejects.toThrow(TransientFailure);
    const untilMillis = await other.pauses.untilMillis("main-api");
    await expect(other.link()).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
    });

    expect(untilMillis).toBe(clock.now() + pausedSeconds * seconds);
    expect(other.contacts.calls).toEqual([]);
  });

  test("gets no call from the same chat during the pause either", async () => {
    const { recorded } = await twoChats(limited(60));

    await expect(recorded.link()).rejects.toThrow("429");
    recorded.clock.advance(60 * seconds - 1);
    await expect(recorded.link()).rejects.toThrow("left alone");
    const whilePaused = recorded.contacts.calls.length;
    recorded.clock.advance(1);
    await recorded.link();

    expect(whilePaused).toBe(1);
    expect(await recorded.stored()).toMatchObject({ contactLinked: true });
  });

  test("of more than five minutes costs the contact, not the message", async () => {
    const { recorded, other } = await twoChats(blocked());
    await expect(recorded.link()).rejects.toThrow("blocks");
    await expect(other.link()).rejects.toThrow("left alone");

    recorded.clock.advance(300 * seconds);
    await recorded.link();
    await other.link();

    for (const chat of [recorded, other]) {
      expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true });
    }
    expect([recorded.contacts.calls.length, other.contacts.calls.length]).toEqual([1, 0]);
  });

  test("does not get a longer pause from chats that find it paused", async () => {
    const { recorded, other, clock } = await twoChats(limited(60));
    await expect(recorded.link()).rejects.toThrow("429");
    const untilMillis = await recorded.pauses.untilMillis("main-api");

    clock.advance(30 * seconds);
    await expect(other.link()).rejects.toMatchObject({ retryAfterSeconds: 30 });

    expect(await other.pauses.untilMillis("main-api")).toBe(untilMillis);
  });

  test("does not limit the senders, because its limit is not the Chats API's", async () => {
    const { recorded } = await twoChats(limited(30));

    await expect(recorded.link()).rejects.toMatchObject({ isLimit: false });
  });
});

test("is not paused because of a mere failure", async () => {
  const { recorded, other } = await twoChats(down());

  await expect(recorded.link()).rejects.toThrow("502");
  await other.link();

  expect(await other.stored()).toMatchObject({ contactLinked: true });
});
