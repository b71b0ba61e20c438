import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/routing/route-event.ts";
import type { Attempt } from "../../../lambdas/delivery/attempt.ts";
import { healthCheckBody } from "../../../lambdas/model/envelope.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aTelegramUpdate, anAmocrmHook } from "../../support/bodies.ts";
import { anAttempt, anEntry, anEnvelope, encoded, scopeId } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { anAttemptAt, jobDependencies } from "../../support/job-dependencies.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** What an event is decided to ask for, by an attempt of its own. */
const planned = (deps: ReturnType<typeof jobDependencies>) => async (attempt: Attempt) => {
  const job = await createJobs(deps)(attempt, anAttemptAt(deps.conversations));
  return { ...job, work: await job.work(anEntry()) };
};
const jobsWith = ({ crm = aFakeCrm(), isAuthentic = async () => true } = {}) => {
  const logger = aRecordingLogger();
  const jobFor = planned(jobDependencies({ crm, logger, isAuthentic }));
  return { jobFor, crm, logger };
};
const anAmocrmAttempt = (hook: unknown, verified = true): Attempt =>
  anAttempt({
    envelope: anEnvelope({ source: "amocrm", scopeId, verified, body: encoded(hook) }),
  });
describe("what an event asks for", () => {
  test("an update with a message asks for one part, and nobody is told", async () => {
    const envelope = anEnvelope({ body: encoded(aTelegramUpdate()) });

    const job = await jobsWith().jobFor(anAttempt({ envelope }));

    expect(job).toEqual({ work: { kind: "steps", steps: [expect.anything()] } });
  });

  test("a hook with a text asks for one part, and its status is told", async () => {
    const job = await jobsWith().jobFor(anAmocrmAttempt(anAmocrmHook()));

    expect(job).toMatchObject({ tell: "amojo-message", work: { kind: "steps" } });
  });

  test("a hook of a kind that nobody knows asks for its words, and what is left out is told", async () => {
    const hook = anAmocrmHook({ type: "shared_post", text: "See our post" });

    const job = await jobsWith().jobFor(anAmocrmAttempt(hook));

    expect(job).toMatchObject({
      tell: "amojo-message",
      leftOut: "shared_post",
      work: { kind: "steps" },
    });
  });

  test.each([
    { name: "in the customer's group", group: "tg-700-42", verified: true },
    { name: "that ingest could not verify", group: "unverified", verified: false },
  ])(
    "a hook without client_id $name is of that customer, and late",
    async ({ group, verified }) => {
      const logger = aRecordingLogger();
      const deps = jobDependencies({ logger });
      await deps.conversations.update("tg-700-42", { amojoChatId: "chat-1" });
      const body = encoded(anAmocrmHook({}, { conversation: { id: "chat-1" } }));
      const envelope = anEnvelope({ source: "amocrm", scopeId, group, verified, body });

      const job = await planned(deps)(anAttempt({ envelope }));

      expect(job).toMatchObject({ late: "without-client-id", work: { kind: "steps" } });
      expect(logger.facts()).toEqual(["LateEvent"]);
    },
  );

  test.each([
    { reaction: { type: "react", emoji: "👍", msgid: "tg-700-42-5" } },
    { typing: { expired_at: 1_800_000_000 } },
  ])("a late sign of an operator is counted as any other event: %j", async (sign) => {
    const logger = aRecordingLogger();
    const deps = jobDependencies({ logger });
    const [[name, what]] = Object.entries(sign) as [[string, object]];
    const action = { [name]: { ...what, conversation: { id: "chat-1" } } };
    const [group, body] = ["tg-700-42", encoded({ action })];
    const envelope = anEnvelope({ source: "amocrm", scopeId, group, body });

    const job = await planned(deps)(anAttempt({ envelope }));

    expect(job).toMatchObject({ late: "without-client-id", work: { kind: "steps" } });
    expect(logger.facts()).toEqual(["LateEvent"]);
  });

  test("a hook without client_id in a chat that is not known is parked, and told", async () => {
    const body = encoded(anAmocrmHook({}, { conversation: { id: "chat-1" } }));
    const envelope = anEnvelope({ source: "amocrm", scopeId, group: "amo-chat-1", body });

    const job = await jobsWith().jobFor(anAttempt({ envelope }));

    expect(job).toMatchObject({ tell: "amojo-message", work: { reason: "write-first" } });
    expect(job).not.toHaveProperty("late");
  });

  test("a hook of typing in no chat of ours is ignored", async () => {
    const job = await jobsWith().jobFor(anAmocrmAttempt({ action: { typing: {} } }));

    expect(job.work).toMatchObject({ kind: "ignore" });
  });

  test.each([{ kind: "a request of tomorrow" }, "no object", 7])(
    "a request of the bridge itself that cannot be read is parked: %j",
    async (request) => {
      const envelope = anEnvelope({ source: "bridge", body: encoded(request) });

      const job = await jobsWith().jobFor(anAttempt({ direction: "to-amocrm", envelope }));

      expect(job.work).toMatchObject({ kind: "park", reason: "not-understood" });
    },
  );

  test("an update with nothing to show is ignored", async () => {
    const envelope = anEnvelope({ body: encoded({ update_id: 1, hologram: {} }) });

    const job = await jobsWith().jobFor(anAttempt({ envelope }));

    expect(job).toMatchObject({ work: { kind: "ignore" } });
  });

  test.each([
    { name: "an empty body", hook: "" },
    { name: "no JSON", hook: "<html>" },
    { name: "an unknown form", hook: { something: "new" } },
  ])("$name is parked, and there is nobody to tell", async ({ hook }) => {
    const job = await jobsWith().jobFor(anAmocrmAttempt(hook));

    expect(job).toEqual({
      work: { kind: "park", reason: "not-understood", detail: expect.any(String) },
    });
  });

  test("an odd hook that carries a message id is parked and told", async () => {
    const hook = { message: { message: { id: "amojo-odd" } } };

    const job = await jobsWith().jobFor(anAmocrmAttempt(hook));

    expect(job).toMatchObject({ tell: "amojo-odd", work: { kind: "park" } });
  });

  test("a hook that names another account is parked and told", async () => {
    const hook = { ...anAmocrmHook(), account_id: "another" };

    const job = await jobsWith().jobFor(anAmocrmAttempt(hook));

    expect(job).toMatchObject({ tell: "amojo-message", work: { reason: "foreign-account" } });
  });

  test("an envelope of another version is parked", async () => {
    const job = await jobsWith().jobFor(anAttempt({ envelope: undefined }));

    expect(job).toMatchObject({ work: { kind: "park", reason: "not-understood" } });
  });
});

describe("an echo of our own words", () => {
  const anImport = async (echoUntilMillis: number) => {
    const logger = aRecordingLogger();
    const deps = jobDependencies({ logger });
    await deps.conversations.update("tg-700-42", { amojoChatId: "amojo-chat", echoUntilMillis });
    return { deps, jobFor: planned(deps), attempt: anAmocrmAttempt(anAmocrmHook()) };
  };

  test("is not sent to the customer", async () => {
    const { deps, jobFor, attempt } = await anImport(1);
    await deps.memory.remember("amojo-message");

    const job = await jobFor(attempt);

    expect(job.work).toEqual({ kind: "ignore", reason: "our own words" });
  });

  test("cannot be ruled out while an import is under way, so the hook waits", async () => {
    const { jobFor, attempt } = await anImport(1_700_000_000_001);

    await expect(jobFor(attempt)).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      retryAfterSeconds: 2,
    });
  });

  test("is nobody else's message once the import is over", async () => {
    const { jobFor, attempt } = await anImport(1_700_000_000_000);

    expect(await jobFor(attempt)).toMatchObject({ tell: "amojo-message", work: { kind: "steps" } });
  });
});

describe("an event that could not be verified at the door", () => {
  test("is carried out once it is found authentic", async () => {
    const job = await jobsWith().jobFor(anAmocrmAttempt(anAmocrmHook(), false));

    expect(job.work.kind).toBe("steps");
  });

  test("is kept when it is not, without a word to amoCRM or Telegram", async () => {
    const { jobFor } = jobsWith({ isAuthentic: async () => false });

    const job = await jobFor(anAmocrmAttempt(anAmocrmHook(), false));

    expect(job).toMatchObject({ work: { kind: "park", reason: "not-authentic" } });
    expect(job.tell).toBeUndefined();
  });

  test("is not decoded while the secret store is down", async () => {
    const down = new TransientFailure("the secret store did not answer");
    const { jobFor } = jobsWith({ isAuthentic: () => Promise.reject(down) });

    await expect(jobFor(anAmocrmAttempt("not even JSON", false))).rejects.toBe(down);
  });
});

describe("a check of our own that came while the secret store was down", () => {
  const check = healthCheckBody({ kind: "synthetic", sentAtMillis: 1, nonce: "n" });
  const attempt = anAttempt({
    envelope: anEnvelope({ source: "amocrm", scopeId, verified: false, body: encoded(check) }),
  });

  test("is ignored once it proves to be ours", async () => {
    expect((await jobsWith().jobFor(attempt)).work).toEqual({
      kind: "ignore",
      reason: "a check of our own",
    });
  });

  test("is kept when it is not", async () => {
    const forged = jobsWith({ isAuthentic: async () => false });

    expect((await forged.jobFor(attempt)).work).toMatchObject({ reason: "not-authentic" });
  });
});
