import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { connect } from "../../../cli/amocrm/connection.ts";
import type { SecretFields } from "../../../cli/secrets.ts";
import { aStage, failureOf, FakeSecrets, startVendor } from "./support.ts";

const channelId = "f90ba33d-0000-4000-8000-000000000001";
const accountId = "af9945ff-0000-4000-8000-000000000002";
const scopeId = `${channelId}_${accountId}`;
const current = "channel-secret-hunter2";
const startMillis = 1_700_000_000_000;
/** The secret as the stack creates it, with the values from amoCRM support. */
const unconnected = { channelId, scopeId: "", current, unset: "random" };

let vendor: Awaited<ReturnType<typeof startVendor>>;
beforeAll(async () => {
  vendor = await startVendor();
});
afterAll(() => vendor.close());
beforeEach(() => {
  vendor.asked.length = 0;
  amocrmAnswers(200, { scope_id: scopeId });
});
const amocrmAnswers = (status: number, body: object | string) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vendor.answer = { status, body: text, headers: {} };
};

/** Connects. Records the stored secret and the number of amoCRM calls at the end of each wait. */
const aConnection = (kept: SecretFields, issued?: { channelId: string; current: string }) => {
  const secrets = new FakeSecrets({ "amocrm-channel": kept });
  const waits: { millis: number; kept: SecretFields; calls: number }[] = [];
  const said: string[] = [];
  let nowMillis = startMillis;
  const waiting = {
    now: () => nowMillis,
    sleep: async (millis: number) => {
      const { length: calls } = vendor.asked;
      waits.push({ millis, kept: await secrets.read("amocrm-channel"), calls });
      nowMillis += millis;
    },
    say: (line: string) => said.push(line),
  };
  const stage = aStage({ amojoOrigin: vendor.origin });
  const account = { accountId, title: undefined };
  return {
    waits,
    said,
    kept: () => secrets.read("amocrm-channel"),
    run: () => connect(stage, secrets, account, waiting, issued),
  };
};

describe("before amoCRM is called", () => {
  test("the expected scope id is stored for 35 seconds, and the reason is printed", async () => {
    const { run, waits, said, kept } = aConnection(unconnected);

    const connection = await run();

    const expected = { ...unconnected, scopeId, connectedAtMillis: startMillis };
    expect(waits).toEqual([{ millis: 35_000, kept: expected, calls: 0 }]);
    expect(said).toEqual([
      expect.stringContaining(`the scope id ${scopeId} is stored; this command calls amoCRM`),
    ]);
    expect(said[0]).toContain("35 s");
    expect(vendor.asked).toHaveLength(1);
    // The search for lost hooks begins when hooks could be accepted, not when amoCRM has answered.
    expect(connection).toMatchObject({ scopeId, changed: true, connectedAtMillis: startMillis });
    expect(await kept()).toEqual(expected);
  });

  test("a channel that is not stored yet is stored with it", async () => {
    const empty = { channelId: "", scopeId: "", current: "", unset: "random" };
    const { run, waits } = aConnection(empty, { channelId, current });

    await run();

    expect(waits).toMatchObject([{ kept: { channelId, current, scopeId }, calls: 0 }]);
  });

  test.each([
    { name: "long ago", agoMillis: 3_600_000, waits: [] },
    { name: "35 seconds ago", agoMillis: 35_000, waits: [] },
    { name: "a moment ago, by a stopped command", agoMillis: 5000, waits: [30_000] },
    { name: "by a clock that is fast", agoMillis: -60_000, waits: [35_000] },
  ])("the wait for a scope id that was stored $name", async ({ agoMillis, waits }) => {
    const connectedAtMillis = startMillis - agoMillis;
    const known = { channelId, scopeId, current, connectedAtMillis };
    const connection = aConnection(known);

    const { changed } = await connection.run();

    expect(connection.waits.map(({ millis }) => millis)).toEqual(waits);
    expect(changed).toBe(false);
    expect(await connection.kept()).toEqual(known);
  });

  test("a stored scope id without a time needs no wait, and gets a time", async () => {
    const { run, waits, kept } = aConnection({ channelId, scopeId, current });

    await run();

    expect(waits).toEqual([]);
    expect(await kept()).toMatchObject({ scopeId, connectedAtMillis: startMillis });
  });

  test("a stored scope id of an unknown form came from amoCRM, and stays", async () => {
    const known = { channelId, scopeId: "opaque", current, connectedAtMillis: 1000 };
    amocrmAnswers(200, { scope_id: "opaque" });
    const { run, waits, kept } = aConnection(known);

    expect(await run()).toMatchObject({ scopeId: "opaque", changed: false });
    expect(waits).toEqual([]);
    expect(await kept()).toEqual(known);
  });
});

describe("when amoCRM has answered", () => {
  test("an unexpected scope id replaces the expected one, and both are printed", async () => {
    amocrmAnswers(200, { scope_id: "another" });
    const { run, kept } = aConnection(unconnected);

    expect(await run()).toMatchObject({ scopeId: "another", expectedScopeId: scopeId });
    expect(await kept()).toMatchObject({ scopeId: "another", connectedAtMillis: startMillis });
  });

  test.each([400, 403, 404, 422, 302])(
    "a refusal with %d restores the old secret",
    async (status) => {
      amocrmAnswers(status, "");
      const before = { ...unconnected, scopeId: `${channelId}_other`, connectedAtMillis: 1000 };
      const { run, kept, waits } = aConnection(before);

      expect(await failureOf(run())).toMatch(/^CommandFailure: /);
      expect(waits).toHaveLength(1);
      expect(await kept()).toEqual(before);
    },
  );

  test("a refusal restores an empty secret, without the issued channel's secret", async () => {
    amocrmAnswers(403, "");
    const empty = { channelId: "", scopeId: "", current: "", unset: "random" };
    const { run, kept } = aConnection(empty, { channelId, current });

    await failureOf(run());

    expect(await kept()).toEqual(empty);
  });

  test.each([
    { name: "an error of amoCRM", status: 503, body: "" },
    { name: "a rate limit", status: 429, body: "" },
    { name: "a success that cannot be read", status: 200, body: "{}" },
  ])(
    "$name leaves the scope id stored, because the channel may be connected",
    async ({ status, body }) => {
      amocrmAnswers(status, body);
      const { run, kept } = aConnection(unconnected);

      expect(await failureOf(run())).toContain(`the scope id ${scopeId} stays stored`);
      expect(await kept()).toMatchObject({ scopeId, connectedAtMillis: startMillis });
    },
  );

  test.each([403, 503])("%d does not change an earlier connection", async (status) => {
    amocrmAnswers(status, "");
    const known = { channelId, scopeId, current, connectedAtMillis: 1000 };
    const { run, kept } = aConnection(known, { channelId, current: "mistyped-secret" });

    await failureOf(run());

    expect(await kept()).toEqual(known);
  });
});
