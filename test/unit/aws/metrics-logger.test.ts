import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { caretakerFacts, senderFacts, metricsLogger } from "../../../lambdas/aws/metrics-logger.ts";
import type { FactMetrics } from "../../../lambdas/aws/metrics-logger.ts";
import { failureKinds } from "../../../lambdas/model/failure.ts";
import { metrics } from "../../../lambdas/model/metrics.ts";
import type { MetricService } from "../../../lambdas/model/metrics.ts";
import type { LogFields } from "../../../lambdas/model/runtime.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

type Line = Record<string, unknown> & {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
};

const namespace = "test-main-telegram-bridge";
let written: string[];
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lines = () => written.map((text) => JSON.parse(text) as Line);
const aLogger = <Service extends MetricService>(service: Service, facts: FactMetrics<Service>) => {
  const plain = aRecordingLogger();
  return { plain, logger: metricsLogger({ service, facts, namespace, plain }) };
};
const counted = () =>
  lines().flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Metrics }) =>
      Metrics.map(({ Name, Unit }) => [Name, line[Name], Unit]),
    ),
  );

describe("an info that is counted", () => {
  test("is one line of the embedded metric format, with its fields next to the metric", () => {
    const { plain, logger } = aLogger("sender", senderFacts);

    logger.info("CheckArrived", { source: "telegram", latencyMillis: 312 });

    expect(plain.lines).toEqual([]);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^\{[^\n]*\}\n$/);
    const [line] = lines();
    expect(line).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [["service"]],
            Metrics: [{ Name: "CheckLatency", Unit: "Milliseconds" }],
          },
        ],
      },
      service: "sender",
      CheckLatency: 312,
      fact: "CheckArrived",
      source: "telegram",
    });
    expect(Number.isInteger(line?._aws.Timestamp)).toBe(true);
    expect(Math.abs(Date.now() - (line?._aws.Timestamp ?? 0))).toBeLessThan(3_600_000);
  });
});

describe("a fact of the sender", () => {
  test.each<{ fact: string; fields: LogFields; metric: string[] }>([
    { fact: "DeliveryParked", fields: { reason: "blocked" }, metric: ["ParkedUnreachable"] },
    { fact: "DeliveryParked", fields: { reason: "gave-up" }, metric: ["ParkedGaveUp"] },
    { fact: "DeliveryParked", fields: { reason: "empty-text" }, metric: ["ParkedRefused"] },
    { fact: "DeliveryParked", fields: { reason: "gave-up", again: true }, metric: [] },
    { fact: "DeliveryDeferred", fields: { reason: "deadline" }, metric: ["Deferred"] },
    ...(
      [
        ["telegram", "unauthorized", "TelegramUnauthorized"],
        ["telegram", "conflict", "TelegramConflict"],
        ["telegram", "rate-limit", "TelegramLimited"],
        ["telegram", "server-error", "TelegramDown"],
        ["telegram", "no-answer", "TelegramDown"],
        ["amocrm", "unauthorized", "AmocrmUnauthorized"],
        ["amocrm", "rate-limit", "AmocrmLimited"],
        ["amocrm", "server-error", "AmocrmDown"],
        ["amocrm", "no-answer", "AmocrmDown"],
      ] as const
    ).flatMap(([vendor, kind, name]) => [
      { fact: "DeliveryDeferred", fields: { vendor, kind }, metric: ["Deferred", name] },
      { fact: "StatusPostponed", fields: { vendor, kind }, metric: [name] },
      { fact: "LeadPostponed", fields: { vendor, kind }, metric: ["LeadPostponed", name] },
    ]),
    {
      fact: "DeliveryDeferred",
      fields: { vendor: "telegram", kind: "other", status: 418 },
      metric: ["Deferred"],
    },
    {
      fact: "DeliveryDeferred",
      fields: { reason: "Telegram answered 401" },
      metric: ["Deferred"],
    },
    { fact: "StatusPostponed", fields: { reason: "the chat is to be left alone" }, metric: [] },
    { fact: "LeadPartRefused", fields: { part: "pipeline" }, metric: ["LeadPartRefused"] },
    { fact: "SomethingElse", fields: { reason: "Telegram answered 401" }, metric: [] },
  ])("$fact $fields counts as $metric, and is logged as before", ({ fact, fields, metric }) => {
    const { plain, logger } = aLogger("sender", senderFacts);

    logger.error(fact, fields);

    expect(counted().map(([name]) => name)).toEqual(metric);
    expect(plain.lines).toEqual([{ level: "error", fact, fields }]);
    // A filter that counts the lines of a fact must not count it twice.
    expect(lines().flatMap((line) => Object.keys(line))).not.toContain("fact");
  });

  test.each(["EventIgnored", "DeliverySent"])(
    "such as %s without a number in the table is a line of the plain log",
    (fact) => {
      const { plain, logger } = aLogger("sender", senderFacts);

      logger.info(fact, { eventId: "tg:1:2", latencyMillis: 312 });

      expect(written).toEqual([]);
      expect(plain.facts()).toEqual([fact]);
    },
  );
});

/** Fields as in the code's logs, with enough data for every metric of a fact. */
const forms: LogFields[] = [
  { latencyMillis: 1 },
  { waiting: 2, found: 3, pendingUpdates: 4, daysLeft: 5 },
  ...["blocked", "empty-text", "outcome-unknown", "gave-up", "not-understood"].map((reason) => ({
    reason,
  })),
  ...failureKinds.flatMap((kind) => [
    { vendor: "telegram", kind },
    { vendor: "amocrm", kind },
  ]),
];

describe.each([
  { service: "sender", facts: senderFacts as FactMetrics<MetricService> },
  { service: "caretaker", facts: caretakerFacts as FactMetrics<MetricService> },
] as const)("the table of the $service", ({ service, facts }) => {
  test("contains every metric that exists, and no other", () => {
    const names = Object.values(facts).flatMap((of) =>
      forms.flatMap((form) => Object.keys(of(form))),
    );

    expect([...new Set(names)].toSorted()).toEqual(Object.keys(metrics[service]).toSorted());
  });

  test("contains only facts that the code logs", () => {
    const sources = sourcesOf("../../../lambdas");

    expect(Object.keys(facts).filter((fact) => !sources.includes(`"${fact}"`))).toEqual([]);
  });
});

test("a line contains only ids, counts and reasons that a fact names", () => {
  const word = fc.stringMatching(/^[A-Za-zА-я0-9+ ]{6,20}$/).map((text) => `canary${text}`);
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(senderFacts)), word, (fact, canary) => {
      written = [];
      const { logger } = aLogger("sender", senderFacts);

      logger.error(fact, { eventId: canary, reason: canary, latencyMillis: 1 });
      logger.info(fact, { latencyMillis: 1, direction: canary });

      expect(written.join("")).not.toContain("canary");
    }),
  );
});

function sourcesOf(...folders: string[]): string {
  return folders
    .flatMap((folder) => {
      const path = fileURLToPath(new URL(folder, import.meta.url));
      return readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !name.endsWith("metrics-logger.ts"))
        .map((name) => readFileSync(`${path}/${name}`, "utf8"));
    })
    .join("\n");
}
