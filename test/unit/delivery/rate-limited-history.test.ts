import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { rateLimitedHistory } from "../../../lambdas/delivery/rate-limits.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";

const chat = { amojoChatId: "amojo-chat", conversationId: "tg-700-42" };

const aHistory = async (stored: { crmPausedUntilMillis?: number } = {}, failure?: Error) => {
  const clock = aClock();
  const [reads, asked]: [string[], unknown[]] = [[], []];
  class Counting extends MemoryConversationStore {
    override async find(conversationId: string) {
      reads.push(conversationId);
      return super.find(conversationId);
    }
  }
  const conversations = new Counting();
  await conversations.update(chat.conversationId, stored);
  const page = async (...args: readonly unknown[]) => {
    asked.push(args);
    if (failure !== undefined) throw failure;
    return [];
  };
  const history = rateLimitedHistory({ page }, { conversations, now: clock.now });
  return { clock, reads, asked, history, conversations };
};

describe("a chat's history", () => {
  test("is not read during amoCRM's wait, in any chat", async () => {
    const { clock, history, asked, conversations } = await aHistory();
    const crmPausedUntilMillis = clock.now() + 9000;
    await conversations.update(chat.conversationId, { crmPausedUntilMillis });

    await expect(history.page(chat, 0)).rejects.toMatchObject({ retryAfterSeconds: 9 });
    expect(asked).toEqual([]);

    clock.advance(9000);
    expect(await history.page(chat, 0)).toEqual([]);
  });

  test("is read without another read of the conversation that the caller has just read", async () => {
    const { clock, history, reads, asked } = await aHistory();

    await history.page({ ...chat, pausedUntilMillis: 0 }, 0);
    const pausedUntilMillis = clock.now() + 1;
    const paused = history.page({ ...chat, pausedUntilMillis }, 0);

    await expect(paused).rejects.toThrow(TransientFailure);
    expect([reads, asked.length]).toEqual([[], 1]);
  });

  test("that amoCRM rate-limits is recorded as rate-limited", async () => {
    const limit = new TransientFailure("amoCRM answered 429", {
      retryAfterSeconds: 7,
      isLimit: true,
    });
    const { clock, history, conversations } = await aHistory({}, limit);

    await expect(history.page(chat, 0)).rejects.toBe(limit);

    expect(await conversations.find(chat.conversationId)).toMatchObject({
      crmPausedUntilMillis: clock.now() + 7000,
    });
  });
});
