import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { readAvailability } from "../../../cli/aws/read-availability.ts";
import { aStage, outputs } from "./support.ts";

const nowMillis = Date.UTC(2026, 10, 29);
const stage = aStage({
  outputs: {
    ...outputs,
    WebhookUrl: "https://abc123.execute-api.eu-central-1.amazonaws.com",
  },
  aws: { region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } },
});

describe("the availability of an API", () => {
  /** The daily sums by metric. A metric that is not here is refused. */
  let sums: Record<string, readonly number[]> = {};
  let asked: Record<string, string>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      asked.push(query);
      const points = sums[query["MetricName"] ?? ""]?.map(
        (sum, day) =>
          `<member><Sum>${sum}</Sum><Timestamp>2026-11-0${day + 1}T00:00:00Z</Timestamp></member>`,
      );
      const body = `<R><GetMetricStatisticsResult><Datapoints>${points?.join("")}</Datapoints></GetMetricStatisticsResult></R>`;
      response.writeHead(points === undefined ? 403 : 200).end(body);
    });
  });
  let origin = "";
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  beforeEach(() => {
    asked = [];
  });

  test.each([
    {
      what: "counts 2xx and 5xx, and leaves out what was refused",
      given: { Count: [1000, 500], "4xx": [100, 0], "5xx": [3, 1] },
      availability: { counted: 1400, failed: 4 },
    },
    {
      what: "counts a metric without points as zero",
      given: { Count: [10], "4xx": [], "5xx": [] },
      availability: { counted: 10, failed: 0 },
    },
    {
      what: "is unknown where one metric cannot be read",
      given: { Count: [10], "4xx": [] },
      availability: undefined,
    },
  ])("$what", async ({ given, availability }) => {
    sums = given;

    expect(await readAvailability(stage, nowMillis, origin)).toEqual(availability);
  });

  test("is asked for by the API's id, by day over 28 days", async () => {
    sums = { Count: [], "4xx": [], "5xx": [] };

    await readAvailability(stage, nowMillis, origin);

    const names = new Set(asked.map((query) => query["MetricName"]));
    expect(names).toEqual(new Set(["Count", "4xx", "5xx"]));
    for (const query of asked) {
      expect(query).toMatchObject({
        Namespace: "AWS/ApiGateway",
        "Dimensions.member.1.Name": "ApiId",
        "Dimensions.member.1.Value": "abc123",
        "Statistics.member.1": "Sum",
        Period: "86400",
        StartTime: "2026-11-01T00:00:00.000Z",
        EndTime: "2026-11-29T00:00:00.000Z",
      });
    }
  });

  test("is unknown on a laptop run, without any question", async () => {
    const laptop = { ...stage, aws: { ...stage.aws, endpoint: origin } };

    expect(await readAvailability(laptop, nowMillis)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
