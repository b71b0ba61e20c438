import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { rememberReachability } from "../../../lambdas/conversation/open-conversation.ts";
import { aCustomerEvent, anEnvelope } from "../../support/events.ts";
import { anOpener } from "../../support/open-conversation.ts";
import { changesIn } from "../../support/steps.ts";

const conversationId = "tg-700-42";
const beganSeconds = 1_700_000_000;
type Did = {
  readonly does: "writes" | "blocks" | "unblocks" | "is written to by an administrator";
  readonly atSeconds: number;
};

/** A customer's actions, perhaps all within one second. They write only when they have not blocked the bot. */
const life = fc
  .array(fc.record({ toggles: fc.boolean(), waitsSeconds: fc.constantFrom(0, 0, 1, 60) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) => {
    let isBlocked = false;
    let atSeconds = beganSeconds;
    return steps.map(({ toggles, waitsSeconds }): Did => {
      atSeconds += waitsSeconds;
      if (!isBlocked && !toggles) return { does: "writes", atSeconds };
      isBlocked = !isBlocked;
      return { does: isBlocked ? "blocks" : "unblocks", atSeconds };
    });
  });

/** The same actions as two queues deliver them, each in its own order. */
function interleaved(did: readonly Did[], turns: readonly boolean[]): Did[] {
  const written = did.filter(({ does }) => does === "writes");
  const others = did.filter(({ does }) => does !== "writes");
  const all: Did[] = [];
  for (let turn = 0; written.length + others.length > 0; turn += 1) {
    const [first, second] =
      turns[turn % turns.length] === true ? [written, others] : [others, written];
    const next = first.shift() ?? second.shift();
    if (next !== undefined) all.push(next);
  }
  return all;
}

async function reachAfter(did: readonly Did[]) {
  const { open, conversations } = anOpener({ now: () => (beganSeconds + 10_000) * 1000 });
  for (const { does, atSeconds } of did) {
    if (does === "writes" || does === "is written to by an administrator") {
      const isOutgoing = does === "writes" ? {} : { isOutgoing: true as const };
      await open(aCustomerEvent({ sentAtSeconds: atSeconds, ...isOutgoing }));
      continue;
    }
    const reachability = does === "blocks" ? "blocked" : "reachable";
    const update = {
      kind: "membership",
      conversationId,
      reachability,
      changedAtSeconds: atSeconds,
    } as const;
    const work = rememberReachability(
      update,
      anEnvelope(),
      await conversations.find(conversationId),
    );
    await conversations.update(conversationId, changesIn(work));
  }
  return (await conversations.find(conversationId))?.reachability === "blocked"
    ? "blocked"
    : "reachable";
}

describe("a customer's reachability", () => {
  test("is the result of their last action, in any order of Telegram's queues", async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.array(fc.boolean(), { minLength: 1 }), async (did, turns) => {
        const isBlocked = did.findLast(({ does }) => does !== "writes")?.does === "blocks";

        expect(await reachAfter(interleaved(did, turns))).toBe(isBlocked ? "blocked" : "reachable");
      }),
    );
  });

  test("stays blocked when the block overtakes a /start of the same second", async () => {
    const block = { does: "blocks", atSeconds: beganSeconds } as const;

    expect(await reachAfter([block, { does: "writes", atSeconds: beganSeconds }])).toBe("blocked");
  });

  test("does not change when an administrator of a channel writes to them", async () => {
    const block = { does: "blocks", atSeconds: beganSeconds } as const;
    const later = {
      does: "is written to by an administrator",
      atSeconds: beganSeconds + 9,
    } as const;

    expect(await reachAfter([block, later])).toBe("blocked");
  });

  test("does not lose a language that was chosen before amoCRM had the chat", async () => {
    const conversations = new MemoryConversationStore();
    await conversations.update(conversationId, { languageChosen: "ru", language: "ru" });
    const { open } = anOpener({ conversations });

    await open(aCustomerEvent());

    expect(await conversations.find(conversationId)).toMatchObject({ language: "ru" });
  });
});
