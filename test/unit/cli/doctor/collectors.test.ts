import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readOldestAge } from "../../../../cli/aws/read-oldest-age.ts";
import { CommandFailure } from "../../../../cli/command.ts";
import { readClocks } from "../../../../cli/doctor/facts/clocks.ts";
import { ask, look } from "../../../../cli/doctor/facts/look.ts";
import { readQuota } from "../../../../cli/doctor/facts/quota.ts";
import { readSecrets, secretFacts } from "../../../../cli/doctor/facts/secrets.ts";
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
    expect(await look(work as () => Promise<unknown>, 20)).toEqual(fact);
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

  const url = "https://sqs.eu-central-1.amazonaws.com/123456789012/to-telegram.fifo";
  const age = (nowMillis = 1_800_000_000_000) => readOldestAge(aws, url, nowMillis, vendor.origin);
  const point = (at: string, value: number) =>
    `<member><Maximum>${value}</Maximum><Timestamp>${at}</Timestamp><Unit>Seconds</Unit></member>`;
  const points = (...members: readonly string[]) =>
    `<GetMetricStatisticsResponse><GetMetricStatisticsResult><Datapoints>${members.join("")}</Datapoints></GetMetricStatisticsResult></GetMetricStatisticsResponse>`;

  test.each([
    {
      name: "the latest point counts, in any order",
      status: 200,
      body: points(
        point("2027-01-15T08:02:00Z", 40),
        point("2027-01-15T08:04:00Z", 70),
        point("2027-01-15T08:03:00Z", 900),
      ),
      age: 70,
    },
    { name: "no point means an empty queue", status: 200, body: points(), age: 0 },
    { name: "no permission means no age", status: 403, body: "<Error/>", age: undefined },
    { name: "an unknown format means no age", status: 200, body: "{}", age: undefined },
  ])("the oldest message's age: $name", async ({ status, body, age: expected }) => {
    answer(status, body, { "content-type": "text/xml" });

    expect(await age()).toBe(expected);
  });

  test("the age is requested by the queue's name with a signature, and not on a laptop run", async () => {
    answer(200, points());
    await age();
    const { headers, body } = vendor.asked.at(-1) ?? { headers: {}, body: "" };
    const asked = new URLSearchParams(String(body));
    const count = vendor.asked.length;

    expect(headers["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/eu-central-1\/monitoring\//,
    );
    expect(Object.fromEntries(asked)).toMatchObject({
      Action: "GetMetricStatistics",
      MetricName: "ApproximateAgeOfOldestMessage",
      "Dimensions.member.1.Value": "to-telegram.fifo",
      StartTime: "2027-01-15T07:55:00.000Z",
      EndTime: "2027-01-15T08:00:00.000Z",
    });
    expect(await readOldestAge({ ...aws, endpoint: vendor.origin }, url, 0)).toBeUndefined();
    expect(vendor.asked).toHaveLength(count);
  });

  test("Lambda's quota is reported with the share of all senders and caretakers", async () => {
    const limits = { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 };
    answer(200, JSON.stringify({ AccountLimit: limits }), { "content-type": "application/json" });
    const bridges = [
      { toAmocrm: 5, toTelegram: 5 },
      { toAmocrm: 2, toTelegram: 20 },
    ];

    expect(await readQuota({ ...aws, endpoint: vendor.origin }, bridges)).toEqual({
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
