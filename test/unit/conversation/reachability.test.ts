import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { rememberReachability } from "../../../lambdas/conversation/open-conversation.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { MembershipEvent } from "../../../lambdas/model/message.ts";
import { anAttempt, anEntry, anEnvelope, encoded } from "../../support/events.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";

const changedAtSeconds = 1_700_000_000;
const conversationId = "tg-700-42";
type Known = Pick<Conversation, "reachability" | "reachabilityAtMillis">;

const aMembership = (reachability: MembershipEvent["reachability"]): MembershipEvent => ({
  kind: "membership",
  conversationId,
  reachability,
  changedAtSeconds,
});
const remembered = (reachability: MembershipEvent["reachability"]) => ({
  kind: "steps",
  steps: [
    {
      name: "remember-reachability",
      conversationId,
      changes: { reachability, reachabilityAtMillis: changedAtSeconds * 1000 },
    },
  ],
});
const setAside = {
  kind: "ignore",
  reason: "something newer is known of the customer's reachability",
};

describe("a customer's reachability", () => {
  test.each(["blocked", "reachable"] as const)(
    "is the chat's state in Telegram: %s",
    (reachability) => {
      expect(rememberReachability(aMembership(reachability), {}, undefined)).toEqual(
        remembered(reachability),
      );
    },
  );

  const newer: Known = {
    reachability: "reachable",
    reachabilityAtMillis: (changedAtSeconds + 1) * 1000,
  };

  test("is not overwritten by a redriven old event", () => {
    const known = { conversationId, ...newer };

    expect(rememberReachability(aMembership("blocked"), { redrive: 1 }, known)).toEqual(setAside);
  });

  test.each<{ name: string; known: Known }>([
    { name: "nothing is stored", known: {} },
    {
      name: "the same second is stored",
      known: { ...newer, reachabilityAtMillis: changedAtSeconds * 1000 },
    },
    {
      name: "a time less than a second later is stored",
      known: { reachabilityAtMillis: changedAtSeconds * 1000 + 999 },
    },
  ])("comes from a redriven event when $name", ({ known }) => {
    const conversation = { conversationId, ...known };
    const decision = rememberReachability(aMembership("blocked"), { redrive: 1 }, conversation);

    expect(decision).toEqual(remembered("blocked"));
  });

  test("follows the queue for all other events: Telegram's order is reliable, our clock is not", () => {
    const known = { conversationId, ...newer };

    expect(rememberReachability(aMembership("blocked"), {}, known)).toEqual(remembered("blocked"));
  });

  test.each([
    { name: "an update", redrive: {}, decided: remembered("blocked") },
    { name: "a redriven update", redrive: { redrive: 1 }, decided: setAside },
  ])("is decided from $name and the stored state", async ({ redrive, decided }) => {
    const my_chat_member = {
      chat: { id: 42, type: "private" },
      date: changedAtSeconds,
      new_chat_member: { status: "kicked" },
    };
    const body = encoded({ update_id: 1, my_chat_member });
    const attempt = anAttempt({ envelope: anEnvelope({ ...redrive, body }) });
    const deps = routingDependencies();
    await deps.conversations.update(conversationId, newer);

    const event = await createRouter(deps)(attempt, anAttemptAt(deps.conversations));

    expect(await event.decide(anEntry())).toEqual(decided);
  });
});
