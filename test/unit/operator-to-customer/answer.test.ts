import { describe, expect, test } from "@jest/globals";
import {
  operatorAnswers,
  operatorReactionOrTyping,
} from "../../../lambdas/operator-to-customer/answer.ts";
import type { AcceptedHook } from "../../../lambdas/operator-to-customer/answer.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type {
  OperatorEvent,
  OperatorReaction,
  OperatorTyping,
} from "../../../lambdas/model/message.ts";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import { anEntry, anEnvelope, anOperatorEvent } from "../../support/events.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";

const nowMillis = 1_700_000_000_000;
const day = 86_400_000;
const conversationId = "tg-700-42";
const paused = { pausedUntilMillis: nowMillis + 60_000 };
const aHook = (changes: Partial<AcceptedHook> = {}): AcceptedHook => ({
  ...anEnvelope({ id: "amo:event", source: "amocrm" }),
  ...changes,
});

/** The ledger knows one operator's message. */
const ofLedger = () => {
  const asked: string[] = [];
  const telegramMessageOf = async (amocrmMessageId: string) => {
    asked.push(amocrmMessageId);
    return amocrmMessageId === "amojo-1" ? "77" : undefined;
  };
  return { asked, telegramMessageOf };
};

type Known = Partial<Omit<Conversation, "conversationId">>;

describe("an operator's reply to a message", () => {
  const answer = async (changes: Partial<OperatorEvent>, known: Known = {}) => {
    const { asked, telegramMessageOf } = ofLedger();
    const deps = routingDependencies({ telegramMessageOf });
    await deps.conversations.update(conversationId, known);
    const conversations = anAttemptAt(deps.conversations);
    const event = anOperatorEvent(changes);
    const work = await operatorAnswers(event, aHook(), anEntry(), conversations, deps);
    return { work, steps: stepsOf(work), asked };
  };

  test("replies to the customer's message in Telegram, found by the bridge's msgid without a lookup", async () => {
    const quote = { amocrmMessageId: "amojo-1", text: "When?", msgid: "tg-700-42-9" };

    const { steps, asked } = await answer({ quote });

    expect(steps).toMatchObject([
      { message: { text: "How can we help?", options: { repliesTo: "9" } } },
    ]);
    expect(asked).toEqual([]);
  });

  test("replies to the operator's own message, found in the ledger", async () => {
    const { steps } = await answer({ quote: { amocrmMessageId: "amojo-1", text: "When?" } });

    expect(steps).toMatchObject([{ message: { options: { repliesTo: "77" } } }]);
  });

  test("quotes the text of an unknown message", async () => {
    const { steps } = await answer({ quote: { amocrmMessageId: "amojo-2", text: "When?" } });

    expect(steps).toMatchObject([{ message: { text: "> When?\nHow can we help?", options: {} } }]);
  });

  test("that cannot be sent is parked without a lookup of the quoted message", async () => {
    const quote = { amocrmMessageId: "amojo-1", text: "When?" };

    const { work, asked } = await answer({ quote }, { reachability: "blocked" });

    expect(work).toMatchObject({ kind: "park", reason: "blocked" });
    expect(asked).toEqual([]);
  });

  test("waits while the chat is rate-limited by Telegram", async () => {
    await expect(answer({}, paused)).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });
});

describe("an operator's late message", () => {
  test("waits for a pause that the chat got while its order was looked up", async () => {
    const deps = routingDependencies({
      isOutOfOrder: async () => {
        await deps.conversations.update(conversationId, paused);
        return false;
      },
    });
    const hook = aHook({ late: "spooled" });
    const conversations = anAttemptAt(deps.conversations);

    const work = operatorAnswers(anOperatorEvent(), hook, anEntry(), conversations, deps);

    await expect(work).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });

  // Such a text leaves no room for the note, so the note would be a message of its own.
  const text = "word ".repeat(2000).trim();
  const names = async (found: boolean, entry: Partial<LedgerEntry>, redrive = 0) => {
    let lookups = 0;
    const deps = routingDependencies({
      isOutOfOrder: async () => {
        lookups += 1;
        return found;
      },
    });
    const event = anOperatorEvent({ content: { type: "text", text } });
    const conversations = anAttemptAt(deps.conversations);
    const hook = aHook({ late: "unverified", ...(redrive > 0 ? { redrive } : {}) });
    const work = await operatorAnswers(event, hook, anEntry(entry), conversations, deps);
    if (work.kind !== "steps" || typeof work.steps !== "function") throw new Error("no steps");
    return { lookups, next: work.steps(entry.steps ?? [])?.name };
  };
  const inOrder = { step: "check-order", id: "0", outcome: "in-order" } as const;

  test.each<{
    name: string;
    found: boolean;
    redrive?: number;
    entry: Partial<LedgerEntry>;
    is: unknown;
  }>([
    {
      name: "records its order before its first message",
      found: true,
      entry: {},
      is: { lookups: 1, next: "check-order" },
    },
    {
      name: "keeps its recorded order after a message whose outcome is unknown",
      found: true,
      entry: { steps: [inOrder], ambiguous: 1 },
      is: { lookups: 0, next: "send-text" },
    },
    {
      name: "keeps its recorded order after its first message",
      found: true,
      entry: { steps: [inOrder, { step: "send-text", id: "5" }] },
      is: { lookups: 0, next: "send-text" },
    },
    {
      name: "keeps the order of a version that recorded no redrive, after an unknown outcome",
      found: true,
      entry: { steps: [{ step: "check-order", outcome: "in-order" }], ambiguous: 1 },
      is: { lookups: 0, next: "send-text" },
    },
    {
      name: "keeps the order of a version that recorded no redrive, after its first message",
      found: true,
      entry: {
        steps: [
          { step: "check-order", outcome: "in-order" },
          { step: "send-text", id: "5" },
        ],
      },
      is: { lookups: 0, next: "send-text" },
    },
    {
      name: "that was parked before its first message is checked again",
      found: true,
      entry: { steps: [inOrder] },
      is: { lookups: 1, next: "check-order" },
    },
    {
      name: "that is redriven is checked again, even after an attempt of the redrive that died",
      found: true,
      redrive: 1,
      entry: { steps: [inOrder], ambiguous: 1 },
      is: { lookups: 1, next: "check-order" },
    },
    {
      name: "that is redriven records its order even if it is the same",
      found: false,
      redrive: 1,
      entry: { steps: [inOrder] },
      is: { lookups: 1, next: "check-order" },
    },
  ])("$name", async ({ found, redrive, entry, is }) => {
    expect(await names(found, entry, redrive)).toEqual(is);
  });
});

const signed = async (
  event: OperatorReaction | OperatorTyping,
  { hook = aHook(), known = {} }: { hook?: AcceptedHook; known?: Known } = {},
) => {
  const deps = routingDependencies({ telegramMessageOf: ofLedger().telegramMessageOf });
  await deps.conversations.update(conversationId, known);
  return operatorReactionOrTyping(event, hook, anAttemptAt(deps.conversations), deps);
};
const aReaction = (changes: Partial<OperatorReaction> = {}): OperatorReaction => ({
  kind: "reaction",
  conversationId,
  emoji: "👍",
  message: { msgid: "tg-700-42-9" },
  ...changes,
});
const aTyping = (changes: Partial<OperatorTyping> = {}): OperatorTyping => ({
  kind: "typing",
  conversationId,
  untilSeconds: nowMillis / 1000 + 1,
  ...changes,
});

describe("an operator's reaction or typing indicator", () => {
  const odd = ["tg-999-42", "tg-700--42", "tg-700-042", `tg-700-${"4".repeat(5000)}`];

  test.each([...odd, undefined])(
    "in a chat that is not this bot's chat with one person is ignored: %.20s",
    async (inChat) => {
      const where = { conversationId: inChat };

      expect(await signed(aReaction(where))).toMatchObject({ kind: "ignore" });
      expect(await signed(aTyping(where))).toMatchObject({ kind: "ignore" });
    },
  );
});

describe("an operator's reaction", () => {
  test.each([
    { name: "a customer's message", message: { msgid: "tg-700-42-9" }, found: "9" },
    {
      name: "an operator's message that the ledger knows",
      message: { amocrmMessageId: "amojo-1" },
      found: "77",
    },
    { name: "an unknown message", message: {}, found: undefined },
  ])("to $name goes to the message found", async ({ message, found }) => {
    const work = await signed(aReaction({ message }));

    expect(work).toMatchObject({ steps: [{ name: "react", telegramMessageId: found }] });
  });

  test.each([
    { name: "in time", ago: 10 * 60_000, inWords: "👍" },
    { name: "late", ago: 11 * 60_000, inWords: "[written 22:02 UTC] 👍" },
  ])("whose hook came $name has its time in the fallback text alone", async ({ ago, inWords }) => {
    const work = await signed(aReaction({ sentAtMillis: nowMillis - ago }));

    expect(work).toMatchObject({ steps: [{ telegramMessageId: "9", emoji: "👍", inWords }] });
  });

  test("whose hook is older than 35 days is parked until a person redrives it", async () => {
    const event = aReaction({ sentAtMillis: nowMillis - 35 * day - 1 });

    const parked = await signed(event);
    const redriven = await signed(event, { hook: aHook({ late: "redriven", redrive: 1 }) });

    expect(parked).toMatchObject({ kind: "park", reason: "too-old" });
    expect(redriven).toMatchObject({ steps: [{ name: "react", telegramMessageId: "9" }] });
  });

  test("waits while the chat is rate-limited by Telegram", async () => {
    const work = signed(aReaction(), { known: paused });

    await expect(work).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });
});

describe("an operator's typing", () => {
  test("is shown until it ends", async () => {
    expect(await signed(aTyping())).toMatchObject({ steps: [{ name: "show-typing" }] });
    expect(await signed(aTyping({ untilSeconds: nowMillis / 1000 }))).toMatchObject({
      kind: "ignore",
    });
  });

  test("does not wait for a rate-limited chat: its step is skipped", async () => {
    expect(await signed(aTyping(), { known: paused })).toMatchObject({
      steps: [{ name: "show-typing", skip: "any-failure" }],
    });
  });
});
