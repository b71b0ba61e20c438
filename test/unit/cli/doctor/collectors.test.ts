import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../../cli/command.ts";
import { readClocks } from "../../../../cli/doctor/aws.ts";
import { ask, readFact } from "../../../../cli/doctor/check.ts";
import { readQuota } from "../../../../cli/doctor/aws.ts";
import { readSecrets, secretFacts } from "../../../../cli/doctor/secrets.ts";
import { aStage, startVendor } from "../support.ts";

const aws = { region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

describe("reading a fact", () => {
  test.each([
    {
      name: "that fails with a CommandFailure keeps its sentence",
      work: async () => Promise.reject(new CommandFailure("cannot read it")),
      fact: { known: false, why: "cannot read it" },
    },
    {
      name: "that fails with another error reports only its class",
      work: async () => Promise.reject(new TypeError("hunter2 is no number")),
      fact: { known: false, why: "the check failed (TypeError)" },
    },
    {
      name: "that does not end has a timeout",
      work: () => new Promise(() => undefined),
      fact: { known: false, why: "no answer within 0.02 s" },
    },
    { name: "that succeeds gives the value", work: async () => 7, fact: { known: true, value: 7 } },
  ])("$name", async ({ work, fact }) => {
    expect(await readFact(work as () => Promise<unknown>, 20)).toEqual(fact);
  });
});

describe("with a server", () => {
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  beforeAll(async () => {
    vendor = await startVendor();
  });
  afterAll(() => vendor.close());
  const answer = (status: number, body: string, headers: Record<string, string> = {}) => {
    vendor.answer = { status, body, headers };
  };

  test("any status is an answer, and a missing answer is reported without the address", async () => {
    answer(500, "oops");
    const init = { method: "GET", headers: {} };

    expect(await ask(vendor.origin, init)).toEqual({ kind: "answered", status: 500 });
    expect(await ask("http://127.0.0.1:1/hunter2", init)).toEqual({
      kind: "silent",
      reason: "no answer: ECONNREFUSED",
    });
  });

  test("clocks are compared by the dates of answers, and a missing answer is left out", async () => {
    const inTenMinutes = new Date(Date.now() + 600_000).toUTCString();
    answer(404, "", { date: inTenMinutes });
    const clocks = await readClocks(
      aStage({
        telegramApiRoot: `${vendor.origin}/api`,
        amojoOrigin: "http://127.0.0.1:1",
        amocrmOrigin: vendor.origin,
        aws: { ...aws, endpoint: vendor.origin },
      }),
    );

    expect(Object.keys(clocks).toSorted()).toEqual(["AWS", "Telegram", "amoCRM"]);
    for (const ahead of Object.values(clocks)) expect(Math.round(ahead / 10_000)).toBe(60);
  });

  test("Lambda's quota is reported with the share of all senders and caretakers", async () => {
    const limits = { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 };
    answer(200, JSON.stringify({ AccountLimit: limits }), { "content-type": "application/json" });
    const bridges = {
      a: { concurrency: { toAmocrm: 5, toTelegram: 5 } },
      b: { concurrency: { toAmocrm: 2, toTelegram: 20 } },
    };
    const settings = { bridges, lambdaQuota: 100 };

    expect(await readQuota({ ...aws, endpoint: vendor.origin }, settings)).toEqual({
      region: "eu-central-1",
      lambdaQuota: 100,
      total: 1000,
      unreserved: 900,
      senders: 34,
      bridges: 2,
    });
  });
});

test("the facts of the secrets contain their form, but not their values", async () => {
  const values = {
    "telegram-bot": { token: "no token at all" },
    "telegram-webhook": { current: "hunter2-hunter2-hunter2", previous: "hunter1-hunter1" },
    "amocrm-channel": { channelId: "", current: "hunter2".repeat(6), connectedAtMillis: 5 },
    "amocrm-api": { token: "hunter2.hunter2" },
    "deep-link": { current: "hunter2-hunter2-hunter2-hunter2-x" },
  };
  const secrets = await readSecrets({
    readDated: async (name) => ({ fields: values[name], writtenAtMillis: 9 }),
  });
  const facts = secretFacts(secrets);

  expect(facts).toMatchObject({
    secrets: {
      "telegram-bot": { value: { fields: { token: "misshapen" }, hasPrevious: false } },
      "telegram-webhook": { value: { fields: { current: "fits" }, hasPrevious: true } },
      "amocrm-channel": { value: { fields: { channelId: "missing", current: "fits" } } },
    },
    channel: { value: { scopeId: "", connectedAtMillis: 5, isSecretHex: false } },
    apiTokenEndsAtMillis: { value: undefined },
  });
  expect(JSON.stringify(facts)).not.toMatch(/hunter|no token/);
});
