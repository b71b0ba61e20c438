import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { termsOf, totalOf } from "../../bench/cost/bill.ts";
import { pageTables } from "../../bench/cost/page.ts";
import { pricesOf } from "../../bench/cost/prices.ts";
import { costReport, countShipped } from "../../bench/cost/report.ts";
import type { Counts } from "../../bench/cost/traffic.ts";
import { shippedAssembly } from "../../bench/world/assembly.ts";

beforeAll(() => {
  process.env["BENCH_ASSEMBLY"] = process.env["BRIDGE_TEST_ASSEMBLY"];
});

test.each(["ToAmocrm", "ToTelegram"] as const)(
  "the cost of a message %s is calculated from the current stack",
  async (queue) => {
    const terms = termsOf(await shippedAssembly(), queue, pricesOf("us-east-1").prices);

    expect(terms.batchSize).toBe(1);
    expect(terms.memoryGigabytes.DeliverySender).toBe(0.25);
    expect(terms.accessLogBytes).toBeGreaterThan(50);
  },
);

test.each([
  { args: ["--help"], status: 0, expected: /^Usage: npm run cost/ },
  { args: ["--messages", "abc"], status: 2, expected: /^--messages: expected a whole number/ },
  { args: ["--messages", "0"], status: 2, expected: /^--messages: expected a whole number/ },
  { args: ["--months", "1"], status: 2, expected: /^Unknown option '--months'/ },
  { args: ["--stage", "nowhere"], status: 2, expected: /^--stage: expected a stage of infra/ },
])(
  "npm run cost -- $args exits with $status and prints a sentence",
  ({ args, status, expected }) => {
    const ended = spawnSync(process.execPath, ["bench/cost/main.ts", ...args], {
      encoding: "utf8",
    });

    expect(ended.stdout + ended.stderr).toMatch(expected);
    expect(ended.status).toBe(status);
  },
);

/** Counting takes minutes, unless an earlier run has counted the same code. */
describe("the counted cost", () => {
  let counts: Counts;
  beforeAll(async () => {
    ({ counts } = await countShipped(() => {}));
  }, 1_800_000);

  test("is what docs/costs-and-limits.md says: npm run cost -- --page", async () => {
    const page = readFileSync(new URL("../../docs/costs-and-limits.md", import.meta.url), "utf8");
    const onPage = page.split("\n").map(withoutPadding);

    const tables = await pageTables(counts, () => {});
    const lines = tables.flatMap((table) => table.split("\n"));
    expect(lines.filter((line) => !onPage.includes(withoutPadding(line)))).toEqual([]);
  });

  test("of a bridge without messages and monitoring is at most four dollars in Frankfurt", async () => {
    const { resources } = await shippedAssembly();

    const { prices } = pricesOf("eu-central-1");
    const { unwatchedMonth } = await costReport(counts, prices, resources);
    expect(totalOf(unwatchedMonth.lines)).toBeLessThanOrEqual(4);
  });

  test("without messages includes every metric that the caretaker emits each hour", () => {
    expect(counts.idle.caretaker.metrics).toEqual(
      expect.arrayContaining(["ApiTokenDays", "CaretakerRan", "PendingUpdates"]),
    );
    expect(counts.idle.caretaker.metrics).not.toContain("WebhookTakenAway");
  });
});

function withoutPadding(line: string): string {
  return line.replaceAll(/ +/g, " ").trim();
}
