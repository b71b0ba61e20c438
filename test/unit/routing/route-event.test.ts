import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import type { Attempt } from "../../../lambdas/delivery/attempt.ts";
import { healthCheckBody } from "../../../lambdas/model/envelope.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aTelegramUpdate, anAmocrmHook } from "../../support/bodies.ts";
import { anAttempt, anEntry, anEnvelope, encoded, scopeId } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** The decision on an event, made by an attempt of its own. */
const planned = (deps: ReturnType<typeof routingDependencies>) => async (attempt: Attempt) => {
  const event = await createRouter(deps)(attempt, anAttemptAt(deps.conversations));
  return { ...event, decide: undefined, decision: await event.decide(anEntry()) };
};
const routerWith = ({ crm = aFakeCrm(), isAuthentic = async () => true } = {}) => {
  const logger = aRecordingLogger();
  const route = planned(routingDependencies({ crm, logger, isAuthentic }));
  return { route, crm, logger };
};
const anAmocrmAttempt = (hook: unknown, verified = true): Attempt =>
  anAttempt({
    envelope: anEnvelope({ source: "amocrm", scopeId, verified, body: encoded(hook) }),
  });
describe("the decision on an event", () => {
  test("is one part for an update with a message, without a status report", async () => {
    const envelope = anEnvelope({ body: encoded(aTelegramUpdate()) });

    const event = await routerWith().route(anAttempt({ envelope }));

    expect(event).toEqual({ decision: { kind: "steps", steps: [expect.anything()] } });
  });

  test("is one part for a hook with a text, with a status report", async () => {
    const event = await routerWith().route(anAmocrmAttempt(anAmocrmHook()));

    expect(event).toMatchObject({ reportTo: "amojo-message", decision: { kind: "steps" } });
  });

  test("is the text for a hook of an unknown kind, and the report names what is left out", async () => {
    const hook = anAmocrmHook({ type: "shared_post", text: "See our post" });

    const event = await routerWith().route(anAmocrmAttempt(hook));

    expect(event).toMatchObject({
      reportTo: "amojo-message",
      leftOut: "shared_post",
      decision: { kind: "steps" },
    });
  });

  test.each([
    { name: "in the customer's group", group: "tg-700-42", verified: true },
    { name: "that ingest could not verify", group: "unverified", verified: false },
  ])(
    "is the customer's and late for a hook without client_id $name",
    async ({ group, verified }) => {
      const logger = aRecordingLogger();
      const deps = routingDependencies({ logger });
      await deps.conversations.update("tg-700-42", { amojoChatId: "chat-1" });
      const body = encoded(anAmocrmHook({}, { conversation: { id: "chat-1" } }));
      const envelope = anEnvelope({ source: "amocrm", scopeId, group, verified, body });

      const event = await planned(deps)(anAttempt({ envelope }));

      expect(event).toMatchObject({ late: "without-client-id", decision: { kind: "steps" } });
      expect(logger.facts()).toEqual(["LateEvent"]);
    },
  );

  test.each([
    { reaction: { type: "react", emoji: "👍", msgid: "tg-700-42-5" } },
    { typing: { expired_at: 1_800_000_000 } },
  ])(
    "counts a late reaction or typing hook of an operator as any other event: %j",
    async (sign) => {
      const logger = aRecordingLogger();
      const deps = routingDependencies({ logger });
      const [[name, what]] = Object.entries(sign) as [[string, object]];
      const action = { [name]: { ...what, conversation: { id: "chat-1" } } };
      const [group, body] = ["tg-700-42", encoded({ action })];
      const envelope = anEnvelope({ source: "amocrm", scopeId, group, body });

      const event = await planned(deps)(anAttempt({ envelope }));

      expect(event).toMatchObject({ late: "without-client-id", decision: { kind: "steps" } });
      expect(logger.facts()).toEqual(["LateEvent"]);
    },
  );

  test("parks and reports a hook without client_id in an unknown chat", async () => {
    const body = encoded(anAmocrmHook({}, { conversation: { id: "chat-1" } }));
    const envelope = anEnvelope({ source: "amocrm", scopeId, group: "amo-chat-1", body });

    const event = await routerWith().route(anAttempt({ envelope }));

    expect(event).toMatchObject({ reportTo: "amojo-message", decision: { reason: "write-first" } });
    expect(event).not.toHaveProperty("late");
  });

  test("ignores a typing hook in a chat that is not the bridge's", async () => {
    const event = await routerWith().route(anAmocrmAttempt({ action: { typing: {} } }));

    expect(event.decision).toMatchObject({ kind: "ignore" });
  });

  test.each([{ kind: "a request of unknown kind" }, "no object", 7])(
    "parks a malformed request of the bridge itself: %j",
    async (request) => {
      const envelope = anEnvelope({ source: "bridge", body: encoded(request) });

      const event = await routerWith().route(anAttempt({ direction: "to-amocrm", envelope }));

      expect(event.decision).toMatchObject({ kind: "park", reason: "not-understood" });
    },
  );

  test("ignores an update with nothing to show", async () => {
    const envelope = anEnvelope({ body: encoded({ update_id: 1, hologram: {} }) });

    const event = await routerWith().route(anAttempt({ envelope }));

    expect(event).toMatchObject({ decision: { kind: "ignore" } });
  });

  test.each([
    { name: "an empty body", hook: "" },
    { name: "no JSON", hook: "<html>" },
    { name: "an unknown form", hook: { something: "new" } },
  ])("parks $name, without a status report", async ({ hook }) => {
    const event = await routerWith().route(anAmocrmAttempt(hook));

    expect(event).toEqual({
      decision: { kind: "park", reason: "not-understood", detail: expect.any(String) },
    });
  });

  test("parks and reports a malformed hook with a message id", async () => {
    const hook = { message: { message: { id: "amojo-odd" } } };

    const event = await routerWith().route(anAmocrmAttempt(hook));

    expect(event).toMatchObject({ reportTo: "amojo-odd", decision: { kind: "park" } });
  });

  test("parks and reports a hook of another account", async () => {
    const hook = { ...anAmocrmHook(), account_id: "another" };

    const event = await routerWith().route(anAmocrmAttempt(hook));

    expect(event).toMatchObject({
      reportTo: "amojo-message",
      decision: { reason: "foreign-account" },
    });
  });

  test("parks an envelope of another version", async () => {
    const event = await routerWith().route(anAttempt({ envelope: undefined }));

    expect(event).toMatchObject({ decision: { kind: "park", reason: "not-understood" } });
  });
});

describe("an echo of the bridge's own message", () => {
  const anImport = async (echoUntilMillis: number) => {
    const logger = aRecordingLogger();
    const deps = routingDependencies({ logger });
    await deps.conversations.update("tg-700-42", { amojoChatId: "amojo-chat", echoUntilMillis });
    return { deps, route: planned(deps), attempt: anAmocrmAttempt(anAmocrmHook()) };
  };

  test("is not sent to the customer", async () => {
    const { deps, route, attempt } = await anImport(1);
    await deps.memory.remember("amojo-message");

    const event = await route(attempt);

    expect(event.decision).toEqual({ kind: "ignore", reason: "our own words" });
  });

  test("waits as a possible echo while an import is in progress", async () => {
    const { route, attempt } = await anImport(1_700_000_000_001);

    await expect(route(attempt)).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      retryAfterSeconds: 2,
    });
  });

  test("becomes an operator's message once the import is over", async () => {
    const { route, attempt } = await anImport(1_700_000_000_000);

    expect(await route(attempt)).toMatchObject({
      reportTo: "amojo-message",
      decision: { kind: "steps" },
    });
  });
});

describe("an event that the webhook could not verify", () => {
  test("is carried out once it is found authentic", async () => {
    const event = await routerWith().route(anAmocrmAttempt(anAmocrmHook(), false));

    expect(event.decision.kind).toBe("steps");
  });

  test("is stored when it is not, without a call to amoCRM or Telegram", async () => {
    const { route } = routerWith({ isAuthentic: async () => false });

    const event = await route(anAmocrmAttempt(anAmocrmHook(), false));

    expect(event).toMatchObject({ decision: { kind: "park", reason: "not-authentic" } });
    expect(event.reportTo).toBeUndefined();
  });

  test("is not decoded while the secret store is down", async () => {
    const down = new TransientFailure("the secret store did not answer");
    const { route } = routerWith({ isAuthentic: () => Promise.reject(down) });

    await expect(route(anAmocrmAttempt("not even JSON", false))).rejects.toBe(down);
  });
});

describe("a check of the bridge itself that came while the secret store was down", () => {
  const check = healthCheckBody({ kind: "synthetic", sentAtMillis: 1, nonce: "n" });
  const attempt = anAttempt({
    envelope: anEnvelope({ source: "amocrm", scopeId, verified: false, body: encoded(check) }),
  });

  test("is ignored once it is verified", async () => {
    expect((await routerWith().route(attempt)).decision).toEqual({
      kind: "ignore",
      reason: "a check of our own",
    });
  });

  test("is stored when it is not verified", async () => {
    const forged = routerWith({ isAuthentic: async () => false });

    expect((await forged.route(attempt)).decision).toMatchObject({ reason: "not-authentic" });
  });
});
