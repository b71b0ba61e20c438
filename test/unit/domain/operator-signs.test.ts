import { describe, expect, test } from "@jest/globals";
import { operatorReaction, operatorTyping } from "../../../lambdas/domain/operator-signs.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { OperatorReaction } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

const nowSeconds = 1_700_000_000;
const conversationId = "tg-700-42";

const react = async (
  { type, ...changes }: Partial<OperatorReaction> & { type?: "taken back" } = {},
  messenger = aFakeMessenger(),
  telegramMessageOf = async (): Promise<string | undefined> => undefined,
  envelope = anEnvelope({ source: "amocrm" }),
) => {
  const deps = jobDependencies({ messenger, telegramMessageOf });
  const message = { msgid: "tg-700-42-9" };
  const work = operatorReaction(
    { kind: "reaction", conversationId, message, ...(type ? {} : { emoji: "👍" }), ...changes },
    envelope,
    deps,
  );
  const bench = aDeliveryBench({ work: async () => work });
  await bench.attempt();
  return { messenger, entry: bench.entry() };
};

describe("an operator's reaction", () => {
  test("is put to the customer's message, and taken back", async () => {
    const { messenger } = await react();
    const taken = await react({ type: "taken back" });

    expect(messenger.reacted).toEqual([["9", "👍"]]);
    expect(taken.messenger.reacted).toEqual([["9", undefined]]);
  });

  test("is put to an operator's message that the ledger knows", async () => {
    const { messenger } = await react(
      { message: { amocrmMessageId: "a" } },
      aFakeMessenger(),
      async () => "77",
    );

    expect(messenger.reacted).toEqual([["77", "👍"]]);
  });

  test("that Telegram does not take is said in a line under the message", async () => {
    const messenger = aFakeMessenger({ reactions: [new PermanentFailure("refused-by-telegram")] });

    await react({ emoji: "🦖" }, messenger);

    expect(messenger.sent).toEqual([{ chatId: "42", text: "🦖", options: { repliesTo: "9" } }]);
  });

  describe("whose hook came late", () => {
    const written = nowSeconds * 1000 - 11 * 60_000;
    const old = nowSeconds * 1000 - 35 * 86_400_000 - 1;

    test("says when it was put where it is said in a line", async () => {
      const { messenger } = await react({ message: {}, sentAtMillis: written });

      expect(messenger.sent).toMatchObject([{ text: "[written 22:02 UTC] 👍" }]);
    });

    test("is put to its message as ever", async () => {
      const { messenger } = await react({ sentAtMillis: written });

      expect([messenger.reacted, messenger.sent]).toEqual([[["9", "👍"]], []]);
    });

    test("by more than 35 days is parked, until a person redrives it", async () => {
      const parked = await react({ sentAtMillis: old });
      const redriven = anEnvelope({ source: "amocrm", late: "redriven", redrive: 1 });
      const sent = await react({ sentAtMillis: old }, undefined, undefined, redriven);

      expect(parked.messenger.reacted).toEqual([]);
      expect(parked.entry).toMatchObject({ state: "parked", reason: "too-old" });
      expect(sent.messenger.reacted).toEqual([["9", "👍"]]);
    });
  });

  test("to a message that nobody knows is said in a line of its own", async () => {
    const { messenger } = await react({ message: {} });

    expect(messenger.sent).toEqual([{ chatId: "42", text: "👍" }]);
  });

  test("to a customer who blocked the bot ends there: nobody can be told by a status", async () => {
    const messenger = aFakeMessenger({ reactions: [new PermanentFailure("blocked")] });

    const { entry } = await react({}, messenger);

    expect(entry).toMatchObject({ state: "sent" });
    expect(messenger.sent).toEqual([]);
  });

  test.each(["tg-999-42", "tg-700--42", "tg-700-042", `tg-700-${"4".repeat(5000)}`])(
    "in a chat that is none of this bot's with one person is ignored: %.20s",
    async (odd) => {
      const { entry } = await react({ conversationId: odd });

      expect(entry).toMatchObject({ state: "ignored" });
    },
  );
});

describe("an operator's typing", () => {
  const type = async (untilSeconds: number | undefined, messenger = aFakeMessenger()) => {
    const event = { kind: "typing", conversationId } as const;
    const work = operatorTyping(
      untilSeconds === undefined ? event : { ...event, untilSeconds },
      jobDependencies({ messenger }),
    );
    const bench = aDeliveryBench({ work: async () => work });
    const verdict = await bench.attempt();
    return { shown: messenger.touched(), verdict, entry: bench.entry() };
  };

  test.each([
    { name: "while it lasts", until: nowSeconds + 1, shown: 1 },
    { name: "not when it is over", until: nowSeconds, shown: 0 },
    { name: "not when nobody says how long it lasts", until: undefined, shown: 0 },
  ])("is shown $name", async ({ until, shown }) => {
    expect((await type(until)).shown).toBe(shown);
  });

  test("never holds up an answer", async () => {
    const messenger = aFakeMessenger({ touches: [new TransientFailure("no answer: timeout")] });

    const { verdict, entry } = await type(nowSeconds + 5, messenger);

    expect(verdict).toEqual({ kind: "done" });
    expect(entry).toMatchObject({ state: "sent" });
  });
});
