import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { termsOf } from "../../bench/cost/bill.ts";
import { shippedAssembly } from "../../bench/world/assembly.ts";

test.each(["ToAmocrm", "ToTelegram"] as const)(
  "the cost of a message %s is calculated from the current stack",
  async (queue) => {
    process.env["BENCH_ASSEMBLY"] = process.env["BRIDGE_TEST_ASSEMBLY"];

    const terms = termsOf(await shippedAssembly(), queue);

    expect(terms.batchSize).toBe(1);
    expect(terms.memoryGigabytes.DeliverySender).toBe(0.25);
    expect(terms.accessLogBytes).toBeGreaterThan(50);
    expect(terms.watched).toMatchObject({ dashboards: 1, composites: 3 });
  },
);

test.each([
  { args: ["--help"], status: 0, expected: /^Usage: npm run cost/ },
  { args: ["--messages", "abc"], status: 2, expected: /^--messages: expected a whole number/ },
  { args: ["--messages", "0"], status: 2, expected: /^--messages: expected a whole number/ },
  { args: ["--months", "1"], status: 2, expected: /^Unknown option '--months'/ },
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
