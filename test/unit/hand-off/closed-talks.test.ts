import { describe, expect, test } from "@jest/globals";
import { closeEnded, talksARound } from "../../../lambdas/hand-off/end.ts";
import type { Conversation, LimitSign } from "../../../lambdas/model/conversation.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Talk } from "../../../lambdas/model/crm.ts";
import { activeChats } from "../../support/active-conversations.ts";
import { encoded } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const nowMillis: number = 1_700_000_000_000;
const lastMessageAtMillis = nowMillis - 600_000;
const closed: Talk = { talkId: 118, isOpen: false, changedAtMillis: nowMillis - 60_000 };
const aChat = (changes: Partial<Conversation> = {}): Conversation => ({
  conversationId: "tg-700-42",
  amojoChatId: "c1",
  handOff: "operator",
  lastMessageAtMillis,
  ...changes,
});

/** One check of the talks of these chats. */
const checkTalks = async (
  chats: readonly Conversation[],
  newest: (amojoChatId: string) => Talk | Error | undefined = () => closed,
  { isAvailable = true, pausedUntilMillis = 0, now = () => nowMillis } = {},
) => {
  const asked: string[] = [];
  const signs: object[] = [];
  const queue = aFakeQueue();
  const logger = aRecordingLogger();
  const talks = {
    isAvailable: async () => isAvailable,
    newest: async (amojoChatId: string, sinceMillis: number) => {
      asked.push(`${amojoChatId} since ${sinceMillis}`);
      const talk = newest(amojoChatId);
      if (talk instanceof Error) throw talk;
      return talk;
    },
  };
  const pauses = {
    untilMillis: async () => pausedUntilMillis,
    record: async (name: string, limitSign: LimitSign, retryAfterMillis: number) => {
      signs.push({ name, ...limitSign, retryAfterMillis });
    },
  };
  const { active, conversations } = activeChats(chats, nowMillis, ["tg-700-7"]);
  const deps = { active, conversations, talks, pauses, toAmocrm: queue, now, logger };
  const count = await closeEnded(nowMillis - 7_200_000, deps);
  return { asked, signs, queue, logger, count };
};

describe("the check of talks in amoCRM", () => {
  test("requests the end of each closed talk, behind the customer's messages, once per closing", async () => {
    const { asked, queue, count } = await checkTalks([aChat()]);

    expect(count).toBe(1);
    expect(asked).toEqual([`c1 since ${lastMessageAtMillis - 3_600_000}`]);
    expect(queue.envelopes).toMatchObject([
      {
        id: `closed:tg-700-42:${closed.changedAtMillis}`,
        group: "tg-700-42",
        source: "bridge",
        body: encoded({
          kind: "talk_closed",
          conversationId: "tg-700-42",
          closedAtMillis: closed.changedAtMillis,
        }),
      },
    ]);
  });

  test.each([
    { name: "is open", talk: { ...closed, isOpen: true } },
    { name: "is unknown", talk: undefined },
    {
      name: "was closed before the last message",
      talk: { ...closed, changedAtMillis: lastMessageAtMillis - 1000 },
    },
  ])("requests nothing when the talk $name", async ({ talk }) => {
    const { queue, count } = await checkTalks([aChat()], () => talk);

    expect([queue.envelopes, count]).toEqual([[], 0]);
  });

  test.each([
    { name: "the bot answers", chat: aChat({ handOff: "bot" }) },
    { name: "the bot is the responder", chat: aChat({ handOff: "closed" }) },
    { name: "the talk has ended", chat: { conversationId: "tg-700-42", amojoChatId: "c1" } },
  ])("the chat was never handed over", async ({ chat }) => {
    expect((await checkTalks([chat])).asked).toEqual([]);
  });

  test("does not run without an API token", async () => {
    expect((await checkTalks([aChat()], undefined, { isAvailable: false })).asked).toEqual([]);
  });

  test.each([
    { when: "while", pausedUntilMillis: nowMillis + 1, requestCount: 0 },
    { when: "no longer while", pausedUntilMillis: nowMillis, requestCount: 1 },
  ])(
    "$when the main API is paused: $requestCount requests",
    async ({ pausedUntilMillis, requestCount }) => {
      const { asked } = await checkTalks([aChat()], undefined, { pausedUntilMillis });

      expect(asked).toHaveLength(requestCount);
    },
  );

  describe("reports what it could not read, without any chat text", () => {
    const chats = [1, 2, 3, 4].map((number) =>
      aChat({ conversationId: `tg-700-${number}`, amojoChatId: `c${number}` }),
    );
    const notSeen = (reason: string) => ({
      level: "warn",
      fact: "TalksNotSeen",
      fields: { reason },
    });

    test("and continues with the other chats", async () => {
      const gone = new TransientFailure("amoCRM answered 404", { needsPerson: true });

      const { queue, logger } = await checkTalks(chats, (id) => (id === "c2" ? gone : closed));

      expect(queue.envelopes.map(({ group }) => group).toSorted()).toEqual([
        "tg-700-1",
        "tg-700-3",
        "tg-700-4",
      ]);
      expect(logger.lines.slice(0, 1)).toEqual([notSeen("amoCRM answered 404")]);
    });

    test.each([
      { name: "when requests fail repeatedly", options: {}, requestCount: 3 },
      { name: "when amoCRM reports a rate limit", options: { isLimit: true }, requestCount: 1 },
    ])("and ends $name", async ({ options, requestCount }) => {
      const trouble = new TransientFailure("amoCRM said no", options);

      const { asked, queue, logger } = await checkTalks(chats, () => trouble);

      expect([asked.length, queue.envelopes]).toEqual([requestCount, []]);
      expect(logger.lines).toEqual(
        Array.from({ length: requestCount }, () => notSeen("amoCRM said no")),
      );
    });
  });

  test("pauses the main API for all users when the API asks for it", async () => {
    const limited = new TransientFailure("429", { isLimit: true, retryAfterSeconds: 19 });

    const { signs } = await checkTalks([aChat()], () => limited);

    expect(signs).toEqual([
      {
        name: "main-api",
        kind: "limit",
        atMillis: nowMillis,
        group: "tg-700-42",
        retryAfterMillis: 19_000,
      },
    ]);
  });

  test("does not hide an internal error", async () => {
    await expect(checkTalks([aChat()], () => new TypeError("oops"))).rejects.toThrow(TypeError);
  });

  test("ends before the caretaker's run does, and starts with other chats the next time", async () => {
    const chats = [1, 2, 3, 4].map((number) =>
      aChat({ conversationId: `tg-700-${number}`, amojoChatId: `c${number}` }),
    );
    const slowRound = async (startMillis: number) => {
      let clockMillis = startMillis;
      const slowly = () => {
        clockMillis += 15_000;
        return undefined;
      };
      const { asked, logger } = await checkTalks(chats, slowly, { now: () => clockMillis });
      return { first: asked[0], requestCount: asked.length, facts: logger.facts() };
    };

    const [one, next] = [await slowRound(nowMillis), await slowRound(nowMillis + 300_000)];

    expect(one).toMatchObject({ requestCount: 2, facts: ["TalksNotSeen"] });
    expect(next).toMatchObject({ requestCount: 2, facts: ["TalksNotSeen"] });
    expect(next.first).not.toBe(one.first);
  });

  test("reaches every chat in turn when one run has no time for all", async () => {
    const chats = Array.from({ length: 2 * talksARound + 3 }, (_, index) =>
      aChat({ conversationId: `tg-700-${1000 + index}`, amojoChatId: `c${index}` }),
    );
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const now = () => nowMillis + round * 300_000;
      const { asked } = await checkTalks(chats, () => undefined, { now });
      expect(asked).toHaveLength(talksARound);
      for (const one of asked) seen.add(one);
    }

    expect(seen.size).toBe(chats.length);
  });
});
