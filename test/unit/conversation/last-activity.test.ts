import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { touch } from "../../../lambdas/conversation/open-conversation.ts";
import { anAmocrmHook } from "../../support/bodies.ts";
import { anAttempt, anEntry, anEnvelope, encoded, scopeId } from "../../support/events.ts";
import { aHandOff } from "../../support/hand-off.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const tenMinutes = 600_000;

test.each([
  { name: "in an unknown chat", known: undefined, writes: true },
  { name: "for the first time", known: { conversationId: "tg-700-42" }, writes: true },
  { name: "within ten minutes", ago: tenMinutes - 1, writes: false },
  { name: "ten minutes later", ago: tenMinutes, writes: true },
])("the time of a message $name is stored: $writes", ({ known, ago, writes }) => {
  const spoken = { conversationId: "tg-700-42", lastActivityAtMillis: nowMillis - (ago ?? 0) };

  expect(touch(ago === undefined ? known : spoken, nowMillis, tenMinutes)).toEqual(
    writes ? { lastActivityAtMillis: nowMillis } : {},
  );
});

describe("an operator's answer", () => {
  test.each([
    { ago: tenMinutes - 1, isWritten: false },
    { ago: tenMinutes, isWritten: true },
  ])("ends a silence of $ago ms when a bot answers first: $isWritten", async (row) => {
    const before = nowMillis - row.ago;
    const talk = aHandOff({ handOff: "operator", lastActivityAtMillis: before });

    await talk.operator("How can we help?");

    const { lastActivityAtMillis } = (await talk.deps.conversations.find("tg-700-42")) ?? {};
    expect(lastActivityAtMillis).toBe(row.isWritten ? nowMillis : before);
  });

  test("writes nothing to the conversation when operators always answer", async () => {
    const deps = routingDependencies();
    const known = { amojoChatId: "amojo-chat", lastActivityAtMillis: 0 };
    await deps.conversations.update("tg-700-42", known);
    const envelope = anEnvelope({ source: "amocrm", scopeId, body: encoded(anAmocrmHook()) });

    const event = await createRouter(deps)(
      anAttempt({ envelope }),
      anAttemptAt(deps.conversations),
    );
    const decision = await event.decide(anEntry());

    expect(decision.kind).toBe("steps");
    expect(await deps.conversations.find("tg-700-42")).toEqual({
      conversationId: "tg-700-42",
      ...known,
    });
  });
});
