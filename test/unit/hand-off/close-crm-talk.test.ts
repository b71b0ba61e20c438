import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { bridgeEnvelope } from "../../../lambdas/model/envelope.ts";
import { aFakeTalks } from "../../support/fake-talks.ts";
import { aHandOff } from "../../support/hand-off.ts";

const conversationId = "tg-700-42";
const nowMillis = 1_700_000_000_000;
const hour = 3_600_000;
const known = {
  amojoChatId: "c1",
  handOff: "operator",
  lastActivityAtMillis: nowMillis - 24 * hour,
} as const;
const over = "The talk with the operator is over. The bot answers again.";

const aTalk = (
  talks = aFakeTalks(),
  closeTalks: { isForced: boolean } | undefined = { isForced: true },
  changes: Omit<Conversation, "conversationId"> = {},
) => aHandOff({ ...known, ...changes }, { talks, closeTalks, now: () => nowMillis });
const silence = (talk: ReturnType<typeof aTalk>) => {
  const lastActivityAtMillis = nowMillis - 24 * hour;
  const request = { kind: "silence", conversationId, lastActivityAtMillis } as const;
  const envelope = bridgeEnvelope(request, { id: "silence:1", group: conversationId, nowMillis });
  return talk.bench.attempt({ direction: "to-amocrm", id: envelope.id, envelope });
};

describe("a talk that ends here", () => {
  test("by the customer's /end is closed in amoCRM too, after all words of its end", async () => {
    const talks = aFakeTalks();
    const talk = aTalk(talks);

    await talk.customer("/end", { command: "end" });

    expect(talks.closed).toEqual([{ talkId: 5, isForced: true }]);
    expect(talk.shown()).toEqual(["customer (silent): /end", `bot (silent): ${over}`]);
    expect(talk.bench.ledger.entry("event-1")?.steps.at(-1)?.step).toBe("close-crm-talk");
  });

  test("after a day of silence is closed in amoCRM too", async () => {
    const talks = aFakeTalks();
    const talk = aTalk(talks);
    await talk.state();

    await silence(talk);

    expect(talks.closed).toEqual([{ talkId: 5, isForced: true }]);
    expect(await talk.state()).toBe("closed");
  });

  test("by an operator, or where the stage does not want it, stays as it is in amoCRM", async () => {
    const talks = aFakeTalks();
    await aTalk(talks).operator("/end");
    const unset = aHandOff(known, { talks });
    await unset.customer("/end", { command: "end" });

    expect(talks.closed).toEqual([]);
    expect(unset.sentTexts()).toEqual([over]);
  });

  test.each([
    { what: "is closed already", talks: aFakeTalks({}, { isOpen: false }) },
    { what: "is unknown to amoCRM", talks: aFakeTalks({ newest: async () => undefined }) },
    {
      what: "has no token to be closed with",
      talks: aFakeTalks({ isAvailable: async () => false }),
    },
  ])("and $what is left alone", async ({ talks }) => {
    await aTalk(talks).customer("/end", { command: "end" });

    expect(talks.closed).toEqual([]);
  });

  test.each([
    { what: "does not answer", error: new TransientFailure("no answer") },
    { what: "refuses", error: new PermanentFailure("refused-by-amocrm") },
    { what: "fails in another way", error: new Error("a bug") },
  ])("ends all the same when amoCRM $what, and it is tried once", async ({ error }) => {
    let tries = 0;
    const close = () => {
      tries += 1;
      return Promise.reject(error);
    };
    const talk = aTalk(aFakeTalks({ close }));

    const verdict = await talk.customer("/end", { command: "end" });

    expect(verdict).toEqual({ kind: "done" });
    expect(tries).toBe(1);
    expect(await talk.state()).toBe("closed");
    expect(talk.sentTexts()).toEqual([over]);
  });
});

describe("the account's survey after a close that lets it run", () => {
  const survey = { isForced: false };

  test("is closed without force, and its words go to the customer without a talk", async () => {
    const talks = aFakeTalks();
    const talk = aTalk(talks, survey);

    await talk.customer("/end", { command: "end" });
    await talk.operator("How was it, from 1 to 5?");

    expect(talks.closed).toEqual([{ talkId: 5, isForced: false }]);
    expect(talk.sentTexts()).toEqual([over, "How was it, from 1 to 5?"]);
    expect(await talk.state()).toBe("closed");
  });

  test.each([
    { what: "an hour later", closeTalks: survey, changes: { sentAtMillis: nowMillis + hour } },
    {
      what: "in answer to a customer's message",
      closeTalks: survey,
      changes: { quote: { text: "Hello" } },
    },
    { what: "after a forced close", closeTalks: { isForced: true }, changes: {} },
  ])("words $what are an operator's", async ({ closeTalks, changes }) => {
    const talk = aTalk(aFakeTalks(), closeTalks);

    await talk.customer("/end", { command: "end" });
    await talk.operator("One more thing", { sentAtMillis: nowMillis, ...changes });

    expect(await talk.state()).toBe("operator");
  });

  test("words after the customer has called an operator again are an operator's", async () => {
    const talk = aTalk(aFakeTalks(), survey);

    await talk.customer("/end", { command: "end" });
    await talk.customer("/operator", { command: "operator" });
    await talk.operator("Here I am");

    expect(await talk.state()).toBe("operator");
  });

  test("the bridge writes nothing of it where the close is forced", async () => {
    const talk = aTalk();

    await talk.customer("/end", { command: "end" });

    const conversation = await talk.deps.conversations.find(conversationId);
    expect(conversation?.talkClosedAtMillis).toBeUndefined();
  });
});
