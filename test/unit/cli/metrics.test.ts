import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { readAnswerTimes, readAvailability, readOldestAges } from "../../../cli/aws/metrics.ts";
import { aStage, outputs, startVendor } from "./support.ts";

const bridge = fileURLToPath(new URL("../../../cli/bridge.ts", import.meta.url));
const nowMillis = Date.UTC(2026, 10, 29);
const stageAtAws = aStage({
  outputs: {
    ...outputs,
    WebhookUrl: "https://abc123.execute-api.eu-central-1.amazonaws.com",
  },
});
type Point = { readonly Timestamp: number; readonly [statistic: string]: number };

/** Answers as CloudWatch does in its JSON protocol, by metric. A metric without points here is refused. */
let points: Record<string, readonly Point[] | string | number> = {};
let vendor: Awaited<ReturnType<typeof startVendor>>;
let stage = stageAtAws;
beforeAll(async () => {
  vendor = await startVendor();
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  stage = aStage({ ...stageAtAws, aws: { ...stage.aws, endpoint: vendor.origin, credentials } });
  Object.defineProperty(vendor, "answer", {
    get() {
      const { MetricName: Label } = asked().at(-1) ?? {};
      const found = points[String(Label)];
      const headers = { "content-type": "application/x-amz-json-1.0" };
      if (typeof found === "number") return { status: found, body: "{}", headers };
      if (typeof found === "string") return { status: 200, body: found, headers };
      const refusal = { __type: "com.amazonaws.cloudwatch#AccessDeniedException", message: "no" };
      return found === undefined
        ? { status: 403, body: JSON.stringify(refusal), headers }
        : { status: 200, body: JSON.stringify({ Label, Datapoints: found }), headers };
    },
  });
});
afterAll(() => vendor.close());
beforeEach(() => {
  vendor.asked.length = 0;
});
const asked = () =>
  vendor.asked.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);

test("a reading that fails is not repeated: other facts wait for it", async () => {
  points = { Count: 503, "4xx": 503, "5xx": 503 };

  expect(await readAvailability(stage, nowMillis)).toBeUndefined();
  expect(vendor.asked).toHaveLength(3);
});

describe("the time until operators' answers", () => {
  const read = () => readAnswerTimes({ ...stage, answersNamespace: "shop-main" }, nowMillis);
  const aDay = { SampleCount: 40, ExtendedStatistics: { p50: 150, p90: 900 }, Timestamp: 1 };

  test("has the percentiles of the last day", async () => {
    points = { AnswerTime: [aDay as never] };

    expect(await read()).toEqual({ count: 40, p50: 150, p90: 900 });
    expect(asked()).toEqual([
      expect.objectContaining({ Namespace: "shop-main", Statistics: ["SampleCount"] }),
      expect.objectContaining({ Period: 86_400, ExtendedStatistics: ["p50", "p90"] }),
    ]);
  });

  test.each([
    { what: "no one has answered", given: { AnswerTime: [] } },
    { what: "CloudWatch refuses", given: {} },
  ])("is unknown where $what", async ({ given }) => {
    points = given;

    expect(await read()).toBeUndefined();
  });

  test("is unknown where the bridge does not measure it, without any question", async () => {
    expect(await readAnswerTimes(stage, nowMillis)).toBeUndefined();
    expect(asked()).toEqual([]);
  });
});

describe("the availability of an API", () => {
  const byDay = (...sums: readonly number[]) =>
    sums.map((Sum, day) => ({ Sum, Timestamp: nowMillis / 1000 - day * 86_400 }));

  test.each([
    {
      what: "counts 2xx and 5xx, and leaves out what was refused",
      given: { Count: byDay(1000, 500), "4xx": byDay(100, 0), "5xx": byDay(3, 1) },
      availability: { counted: 1400, failed: 4 },
    },
    {
      what: "counts a metric without points as zero",
      given: { Count: byDay(10), "4xx": [], "5xx": [] },
      availability: { counted: 10, failed: 0 },
    },
    {
      what: "is unknown where one metric cannot be read",
      given: { Count: byDay(10), "4xx": [] },
      availability: undefined,
    },
  ])("$what", async ({ given, availability }) => {
    points = given;

    expect(await readAvailability(stage, nowMillis)).toEqual(availability);
  });

  test("is asked for by the API's id, by day over 28 days", async () => {
    points = { Count: [], "4xx": [], "5xx": [] };

    await readAvailability(stage, nowMillis);

    const names = new Set(asked().map((query) => query["MetricName"]));
    expect(names).toEqual(new Set(["Count", "4xx", "5xx"]));
    for (const query of asked()) {
      expect(query).toMatchObject({
        Namespace: "AWS/ApiGateway",
        Dimensions: [{ Name: "ApiId", Value: "abc123" }],
        Statistics: ["Sum"],
        Period: 86_400,
        StartTime: Date.UTC(2026, 10, 1) / 1000,
        EndTime: Date.UTC(2026, 10, 29) / 1000,
      });
    }
  });

  test("is unknown on a laptop run, without any question", async () => {
    const laptop = { ...stage, bridge: undefined };

    expect(await readAvailability(laptop, nowMillis)).toBeUndefined();
    expect(asked()).toEqual([]);
  });
});

describe("the age of a queue's oldest message", () => {
  const urls = ["to-amocrm.fifo", "to-telegram.fifo"].map(
    (name) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`,
  );
  const read = () => readOldestAges(stage, urls, nowMillis);
  const age = (minute: number, Maximum: number) => ({ Maximum, Timestamp: minute * 60 });

  test.each([
    {
      name: "is the latest point, in any order",
      given: [age(2, 40), age(4, 70), age(3, 900)],
      expected: 70,
    },
    { name: "is zero for an empty queue, which has no point", given: [], expected: 0 },
    { name: "is unknown without permission", given: undefined, expected: undefined },
    { name: "is unknown for an answer of another format", given: "<xml/>", expected: undefined },
  ])("$name", async ({ given, expected }) => {
    points = given === undefined ? {} : { ApproximateAgeOfOldestMessage: given };

    expect(await read()).toEqual([expected, expected]);
  });

  test("is requested by the queue's name with a signature", async () => {
    points = { ApproximateAgeOfOldestMessage: [] };
    await read();

    expect(vendor.asked[0]?.headers).toMatchObject({
      "x-amz-target": "GraniteServiceVersion20100801.GetMetricStatistics",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/eu-central-1\/monitoring\//,
      ),
    });
    expect(new Set(asked())).toEqual(
      new Set(
        ["to-amocrm.fifo", "to-telegram.fifo"].map((Value) => ({
          Namespace: "AWS/SQS",
          MetricName: "ApproximateAgeOfOldestMessage",
          Dimensions: [{ Name: "QueueName", Value }],
          Statistics: ["Maximum"],
          Period: 60,
          StartTime: nowMillis / 1000 - 300,
          EndTime: nowMillis / 1000,
        })),
      ),
    );
  });

  test("is not asked for on a laptop run", async () => {
    const laptop = { ...stage, bridge: undefined };

    expect(await readOldestAges(laptop, urls, nowMillis)).toEqual([]);
    expect(vendor.asked).toEqual([]);
  });
});

test.each([["--version"], ["doctor", "--list"]])(
  "bridge %s %s loads no client of CloudWatch",
  (...args) => {
    const hook = `import { registerHooks } from "node:module";
registerHooks({ resolve(name, context, next) {
  if (name.includes("client-cloudwatch")) process.stderr.write("loaded " + name);
  return next(name, context);
} });`;
    const flags = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    const { status, stderr } = spawnSync(process.execPath, [...flags, bridge, ...args], {
      encoding: "utf8",
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  },
);
