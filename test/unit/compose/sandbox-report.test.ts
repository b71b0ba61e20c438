import { describe, expect, test } from "@jest/globals";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { withSandboxReport } from "../../../lambdas/compose/sandbox-report.ts";

const minute = 60_000;

function measured(
  handler: () => Promise<string> = async () => "done",
  level: "info" | "warn" = "info",
) {
  const logger = aRecordingLogger();
  const sandbox = { atMillis: 1_700_000_000_000, kilobytes: 100 * 1024 };
  const run = withSandboxReport(handler, {
    level,
    logger,
    sandbox: {
      now: () => sandbox.atMillis,
      initMillis: 210.4,
      peakKilobytes: () => sandbox.kilobytes,
    },
  });
  return { run, lines: logger.lines, sandbox };
}

describe("a sandbox", () => {
  test("reports its start and its highest memory after the first event", async () => {
    const { run, lines } = measured();

    expect(lines).toEqual([]);
    expect(await run()).toBe("done");
    expect(lines).toEqual([
      { level: "info", fact: "SandboxMeasured", fields: { initMillis: 210, peakMegabytes: 100 } },
    ]);
  });

  test("reports again only after an hour, with what the events since then took", async () => {
    const { run, lines, sandbox } = measured();

    await run();
    sandbox.atMillis += 59 * minute;
    await run();
    expect(lines).toHaveLength(1);
    sandbox.atMillis += minute;
    sandbox.kilobytes = 170 * 1024;
    await run();
    expect(lines).toHaveLength(2);
    expect(lines[1]?.fields).toMatchObject({ peakMegabytes: 170 });
  });

  test("reports also after a failed event, which stays failed", async () => {
    const { run, lines } = measured(() => Promise.reject(new Error("no table")));

    await expect(run()).rejects.toThrow("no table");
    expect(lines).toHaveLength(1);
  });

  test("of a function that stores only warnings reports by a warning", async () => {
    const { run, lines } = measured(async () => "done", "warn");

    await run();
    expect(lines).toMatchObject([{ level: "warn" }]);
  });

  test("measures its own process when nothing else is given", async () => {
    const logger = aRecordingLogger();
    await withSandboxReport(async () => "done", { logger })();
    const { initMillis, peakMegabytes } = logger.lines[0]?.fields ?? {};

    expect(Number(initMillis)).toBeGreaterThan(0);
    expect(Number(peakMegabytes)).toBeGreaterThan(10);
  });
});
