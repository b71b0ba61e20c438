import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { testWebhooks } from "../../../cli/setup/check.ts";
import type { Setup } from "../../../cli/setup/step.ts";
import { verifyHook } from "../../../lambdas/amocrm/webhook/signature.ts";
import { aStage, failureOf, FakeSecrets, startVendor } from "./support.ts";

const token = "webhook-secret-hunter2";
const current = "channel-secret-hunter2";

let bridge: Awaited<ReturnType<typeof startVendor>>;
let aws: Awaited<ReturnType<typeof startVendor>>;
beforeAll(async () => {
  bridge = await startVendor();
  aws = await startVendor();
});
afterAll(() => Promise.all([bridge.close(), aws.close()]));
beforeEach(() => {
  bridge.asked.length = 0;
  bridge.answer = { status: 200, body: "", headers: {} };
  queueHolds(0);
});
const queueHolds = (count: number) => {
  const Attributes = {
    ApproximateNumberOfMessages: String(count),
    ApproximateNumberOfMessagesNotVisible: "0",
    ApproximateNumberOfMessagesDelayed: "0",
  };
  aws.answer = { status: 200, body: JSON.stringify({ Attributes }), headers: {} };
};

/** A setup whose time passes only in pauses. `during` runs in each. */
const aCheck = (during: (pausesSoFar: number) => void = () => undefined) => {
  const lines: string[] = [];
  let nowMillis = 1_600_000_000_000;
  let pauses = 0;
  const setup: Setup = {
    stage: aStage({
      aws: {
        region: "eu-central-1",
        endpoint: aws.origin,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      },
    }),
    secrets: new FakeSecrets({
      "telegram-webhook": { current: token },
      "amocrm-channel": { channelId: "f90ba33d", scopeId: "f90ba33d_af99", current },
    }),
    given: {
      botToken: undefined,
      apiToken: undefined,
      channelId: undefined,
      channelSecret: undefined,
      accountId: undefined,
      title: undefined,
      letterFile: undefined,
      language: undefined,
      takeOver: false,
    },
    asker: undefined,
    say: (line) => lines.push(line),
    waitingFor: () => undefined,
    sleep: async () => undefined,
    now: () => nowMillis,
    pause: async (millis) => {
      nowMillis += millis;
      pauses += 1;
      during(pauses);
    },
  };
  return { lines, pauses: () => pauses, run: (at = bridge.origin) => testWebhooks(setup, at) };
};

describe("the test message", () => {
  test("goes to both webhooks in the form of their vendors, and each queue is empty after it", async () => {
    const check = aCheck();

    await check.run();

    const [customers, operators] = bridge.asked;
    expect(bridge.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /telegram",
      "POST /amocrm/f90ba33d_af99",
    ]);
    expect(customers?.headers["x-telegram-bot-api-secret-token"]).toBe(token);
    const signature = String(operators?.headers["x-signature"]);
    expect(verifyHook(operators?.body ?? Buffer.of(), signature, [current])).toBe(true);
    for (const { body } of bridge.asked) {
      expect(JSON.parse(body.toString())).toEqual({
        bridge_check: {
          kind: "setup",
          sentAtMillis: expect.any(Number),
          nonce: expect.any(String),
        },
      });
    }
    expect(customers?.body).not.toEqual(operators?.body);
    expect(check.lines.filter((line) => line.includes("received it"))).toHaveLength(2);
    expect(check.lines.join("\n")).not.toContain("hunter2");
  });

  test.each([401, 404])("is sent again while a function answers %d", async (status) => {
    bridge.answer = { status, body: "", headers: {} };
    const check = aCheck((pauses) => {
      if (pauses === 2) bridge.answer = { status: 200, body: "", headers: {} };
    });

    await check.run();

    expect(bridge.asked).toHaveLength(4);
    expect(check.lines.filter((line) => line.includes(": 200 in"))).toHaveLength(2);
  });

  test.each([
    { status: 401, pauses: 21 }, // longer than a function may use an old secret
    { status: 503, pauses: 0 },
  ])("that still gets $status fails with the doctor command", async ({ status, pauses }) => {
    bridge.answer = { status, body: "", headers: {} };
    const check = aCheck();

    expect(await failureOf(check.run())).toBe(
      `CommandFailure: ${bridge.origin}/telegram answered ${status}, not 200: find the cause with npx bridge doctor --stage dev --bridge main`,
    );
    expect(check.pauses()).toBe(pauses);
  });

  test("without an answer fails with the address", async () => {
    expect(await failureOf(aCheck().run("http://127.0.0.1:1"))).toBe(
      "CommandFailure: http://127.0.0.1:1/telegram gave no answer: ECONNREFUSED",
    );
  });

  test("is received when the queue is empty two times in a row", async () => {
    const check = aCheck((pauses) => queueHolds(pauses === 1 ? 1 : 0));

    await check.run();

    // Empty, one, empty, empty; then the other queue, empty twice.
    expect(check.pauses()).toBe(4);
  });

  test("that stays in the queue fails with the number of events", async () => {
    const check = aCheck(() => queueHolds(3));

    expect(await failureOf(check.run())).toContain(
      "was accepted, but 3 events still wait in the queue to-amocrm: find the cause with npx bridge doctor",
    );
  });

  test("cannot be distinguished from events that waited before it, which is no failure", async () => {
    queueHolds(3);
    const check = aCheck();

    await check.run();

    expect(check.lines.filter((line) => line.includes("unknown: 3 events wait"))).toHaveLength(2);
  });

  test("is not sent to an unknown host name", async () => {
    expect(await failureOf(aCheck().run("https://bridge.invalid"))).toMatch(
      /^CommandFailure: the name bridge\.invalid is not known \(E[A-Z_]+\)/,
    );
    expect(bridge.asked).toEqual([]);
  });
});
