import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { termsOf } from "../../bench/cost/bill.ts";
import { shippedAssembly } from "../../bench/world/assembly.ts";

test.each(["ToAmocrm", "ToTelegram"] as const)(
  "what a message %s costs is read from the stack as it is",
  async (queue) => {
    process.env["BENCH_ASSEMBLY"] = process.env["BRIDGE_TEST_ASSEMBLY"];

    const terms = termsOf(await shippedAssembly(), queue);

    expect(terms.batchSize).toBe(1);
    expect(terms.memoryGigabytes.DeliverySender).toBe(0.25);
    expect(terms.accessLogBytes).toBeGreaterThan(50);
    expect(terms.watched).toMatchObject({ dashboards: 1, composites: 1 });
  },
);

test.each([
  { args: ["--help"], status: 0, says: /^Usage: npm run cost/ },
  { args: ["--messages", "abc"], status: 2, says: /^--messages: expected a whole number/ },
  { args: ["--messages", "0"], status: 2, says: /^--messages: expected a whole number/ },
  { args: ["--months", "1"], status: 2, says: /^Unknown option '--months'/ },
])("npm run cost -- $args ends with $status and a sentence", ({ args, status, says }) => {
  const ended = spawnSync(process.execPath, ["bench/cost/main.ts", ...args], { encoding: "utf8" });

  expect(ended.stdout + ended.stderr).toMatch(says);
  expect(ended.status).toBe(status);
});
