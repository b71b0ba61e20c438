import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { consoleLogger, terseLogger } from "../../../lambdas/aws/console-logger.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

const record = () => {
  const written: string[] = [];
  const consoleCalls: unknown[][] = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  for (const level of ["info", "warn", "error"] as const) {
    jest.spyOn(console, level).mockImplementation((line) => consoleCalls.push([level, line]) > 0);
  }
  return { written, consoleCalls };
};

describe("the terse logger", () => {
  test("writes an info as a bare line of JSON, which the runtime's console would wrap", () => {
    const { written, consoleCalls } = record();

    terseLogger.info("DeliverySent", { eventId: "tg:1:2", late: undefined, latencyMillis: 312 });

    expect(written).toEqual(['{"fact":"DeliverySent","eventId":"tg:1:2","latencyMillis":312}\n']);
    expect(consoleCalls).toEqual([]);
  });

  test("leaves warnings and errors, which are searched for by level, to the console", () => {
    const { written, consoleCalls } = record();

    terseLogger.warn("DeliveryDeferred", { eventId: "tg:1:2" });
    terseLogger.error("DeliveryParked");

    expect(written).toEqual([]);
    expect(consoleCalls).toEqual([
      ["warn", { fact: "DeliveryDeferred", eventId: "tg:1:2" }],
      ["error", { fact: "DeliveryParked" }],
    ]);
  });
});

test("the console's logger leaves all levels to the console", () => {
  const { written, consoleCalls } = record();

  consoleLogger.info("HookAccepted", { eventId: "amo:1" });

  expect([written, consoleCalls]).toEqual([
    [],
    [["info", { fact: "HookAccepted", eventId: "amo:1" }]],
  ]);
});
