import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore, MemoryEchoMemory } from "../../support/memory/stores.ts";
import { createEchoGuard } from "../../../lambdas/customer-to-operator/echo.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CrmHistory } from "../../../lambdas/model/crm.ts";
import { aClock } from "../../support/clock.ts";
import { aDigest } from "../../support/echo-digest.ts";
import { anOperatorEvent } from "../../support/events.ts";
import { aFakeHistory, aHistoryMessage } from "../../support/fake-history.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";

const chat = "tg-700-42";
const waits = { name: "TransientFailure", retryAfterSeconds: 2, isLimit: false, ambiguous: false };

/** A guard, with hooks as another sandbox would handle them. */
const aGuard = (history: CrmHistory = aFakeHistory({})) => {
  const conversations = new MemoryConversationStore();
  const memory = new MemoryEchoMemory();
  const clock = aClock();
  const guard = createEchoGuard({
    memory,
    history,
    now: clock.now,
    digest: aDigest,
  });
  return {
    clock,
    conversations,
    memory,
    importing: async (show: () => Promise<string>) =>
      (
        await guard.importing(chat, "Hello!", async () => ({ id: await show() }), {
          conversations: anAttemptAt(conversations),
        })
      ).id,
    hook: async (amocrmMessageId: string, text = "How can we help?") =>
      guard.isEcho(
        anOperatorEvent({ amocrmMessageId, content: { type: "text", text } }),
        await conversations.find(chat),
      ),
  };
};

describe("a hook in a chat to which the bot has sent a message", () => {
  test("waits while the import's id is unknown, and is then recognised as an echo or not", async () => {
    const { hook, importing } = aGuard();
    const shown = Promise.withResolvers<string>();
    const called = Promise.withResolvers<void>();

    const imported = importing(() => {
      called.resolve();
      return shown.promise;
    });
    await called.promise;
    await expect(hook("ours")).rejects.toMatchObject(waits);
    await expect(hook("the operator's")).rejects.toMatchObject(waits);
    shown.resolve("ours");

    expect(await imported).toBe("ours");
    expect([await hook("ours"), await hook("the operator's")]).toEqual([true, false]);
  });

  test("finds the mark that is written before the amoCRM call: the hook may be faster than the answer", async () => {
    const { hook, importing } = aGuard();
    const seen: unknown[] = [];

    await importing(async () => {
      seen.push(await hook("ours").catch((error: unknown) => error));
      return "ours";
    });

    expect(seen).toMatchObject([waits]);
  });

  test("is recognised as an echo for a day", async () => {
    const { clock, hook, importing } = aGuard();
    await importing(async () => "ours");

    clock.advance(86_400_000);

    expect(await hook("ours")).toBe(true);
  });

  test("waits for three minutes after a failed import, which may have been carried out", async () => {
    const { clock, hook, importing } = aGuard();
    const noAnswer = new TransientFailure("no answer: timeout", { ambiguous: true });

    await expect(importing(() => Promise.reject(noAnswer))).rejects.toBe(noAnswer);
    clock.advance(180_000 - 1);
    await expect(hook("m1")).rejects.toMatchObject(waits);
    clock.advance(1);

    expect(await hook("m1")).toBe(false);
  });

  test("does not wait once the second attempt of the import has succeeded", async () => {
    const { clock, hook, importing } = aGuard();
    await importing(() => Promise.reject(new TransientFailure("500"))).catch(() => undefined);
    clock.advance(10_000);

    await importing(async () => "ours");

    expect([await hook("ours"), await hook("m1")]).toEqual([true, false]);
  });

  test("is not an echo when amoCRM does not return the import's id", async () => {
    const { hook, memory, importing } = aGuard();

    await importing(async () => "");

    expect([await hook("m1"), await memory.has("")]).toEqual([false, false]);
  });
});

describe("a hook in a chat to which the bot has sent no message", () => {
  test("is the operator's, without a read of the memory", async () => {
    const { hook, memory } = aGuard();
    await memory.remember("m1");

    expect(await hook("m1")).toBe(false);
  });
});

describe("an import with an unknown outcome", () => {
  test("is recognised later by its msgid in the history", async () => {
    const history = aFakeHistory({
      "amojo-chat": [
        aHistoryMessage("ours", 1, { msgid: "tg-700-42-7" }),
        aHistoryMessage("the operator's", 2),
      ],
    });
    const { clock, conversations, hook, importing } = aGuard(history);
    await conversations.update(chat, { amojoChatId: "amojo-chat" });
    await importing(() => Promise.reject(new TransientFailure("no answer"))).catch(() => undefined);

    const soon = [await hook("ours"), await hook("the operator's")];
    clock.advance(3_600_000);

    expect(soon).toEqual([true, false]);
    expect([await hook("ours"), await hook("the operator's")]).toEqual([true, false]);
  });

  test("is recognised by its text when the history is unreadable for longer than the wait", async () => {
    const { clock, hook, importing } = aGuard();
    await importing(() => Promise.reject(new TransientFailure("no answer"))).catch(() => undefined);

    clock.advance(180_000);

    expect([await hook("m1", "Hello!"), await hook("m2", "Hello?")]).toEqual([true, false]);
  });

  test("stays remembered when the import of another text fails, too", async () => {
    const { hook, conversations, memory, clock } = aGuard();
    const guard = createEchoGuard({
      memory,
      history: aFakeHistory({}),
      now: clock.now,
      digest: aDigest,
    });
    for (const words of ["Hello!", "Good bye!"]) {
      const show = () => Promise.reject(new TransientFailure("502"));
      const failing = guard.importing(chat, words, show, {
        conversations: anAttemptAt(conversations),
      });
      await failing.catch(() => undefined);
    }
    clock.advance(180_000);

    expect([await hook("m1", "Hello!"), await hook("m2", "Good bye!")]).toEqual([true, true]);
  });

  test("stays remembered when a later import succeeds", async () => {
    const { clock, hook, importing } = aGuard();
    await importing(() => Promise.reject(new TransientFailure("no answer"))).catch(() => undefined);
    await importing(async () => "ours");

    expect([await hook("m1", "Hello!"), await hook("m2", "Hello?")]).toEqual([true, false]);
    clock.advance(86_400_000);

    expect(await hook("m3", "Hello!")).toBe(false);
  });
});
