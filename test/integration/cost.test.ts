import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { totalOf } from "../../bench/cost/bill.ts";
import { pricesOf } from "../../bench/cost/prices.ts";
import { costReport, pageTables } from "../../bench/cost/report.ts";
import { termsOf } from "../../bench/cost/stack.ts";
import { countShipped } from "../../bench/counting/counts.ts";
import type { Counts } from "../../bench/counting/counts.ts";
import { shippedAssembly } from "../../bench/world/assembly.ts";

beforeAll(() => {
  process.env["BENCH_ASSEMBLY"] = process.env["BRIDGE_TEST_ASSEMBLY"];
});

test("the cost of a message is calculated from the current stack", async () => {
  const assembly = await shippedAssembly();
  const terms = termsOf(assembly, pricesOf("us-east-1").prices);

  expect(terms.gigabyteSeconds("DeliverySender", 1000)).toBe(0.25);
  expect(terms.accessLogBytes).toBeGreaterThan(50);
});

test.each([
  { changed: "ToAmocrmDeliveries", to: { BatchSize: 2 } },
  { changed: "ToTelegramQueue", to: { FifoQueue: false } },
  { changed: "Caretaker", to: { Architectures: ["x86_64"] } },
])("a stack with another $changed than the bills know is an error", async ({ changed, to }) => {
  const assembly = await shippedAssembly();
  const properties = <As>(type: string, id: string) => ({
    ...assembly.properties<As>(type, id),
    ...(id === changed ? to : {}),
  });

  const { prices } = pricesOf("us-east-1");
  expect(() => termsOf({ ...assembly, properties }, prices)).toThrow("Expected an HTTP API");
});

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
    ({ value: counts } = await countShipped(() => {}));
  }, 1_800_000);

  test("is what docs/costs-and-limits.md says: npm run cost -- --page", async () => {
    const page = readFileSync(new URL("../../docs/costs-and-limits.md", import.meta.url), "utf8");
    const tables = await pageTables(counts);

    for (const table of tables) {
      const [title = ""] = cellsOf(table);
      const onPage = page
        .split("\n\n")
        .find((part) => part.startsWith("|") && cellsOf(part)[0] === title);
      const [shown, recounted] = [onPage ?? "", table].map((each) => cellsOf(each).join("\n"));
      expect(shown?.replaceAll(figure, "#")).toBe(recounted?.replaceAll(figure, "#"));
      const expected = figuresOf(recounted ?? "");
      for (const [index, value] of figuresOf(shown ?? "").entries()) {
        // On a slow machine the AWS client repeats a request now and then, which is counted.
        const counted = expected[index] ?? 0;
        expect(Math.abs(value - counted)).toBeLessThan(0.015 + 0.005 * counted);
      }
    }
  });

  test("of a bridge without messages and monitoring is at most 4.40 dollars in Frankfurt", async () => {
    const { resources } = await shippedAssembly();

    const { unwatched } = await costReport(counts, "eu-central-1", resources);
    // Five secrets, of which the key of deep links costs 0.40. To the cent, as the page says it.
    expect(Number(totalOf(unwatched.lines).toFixed(2))).toBeLessThanOrEqual(4.4);
  });

  test.each<{ run: keyof Counts; calls: readonly string[] }>([
    {
      run: "new customers",
      calls: [
        "GET contacts/{id}",
        "PATCH contacts/{id}",
        "POST contacts",
        "POST contacts/chats",
        "POST leads",
      ],
    },
    { run: "customers after a day", calls: ["GET contacts/{id}", "GET leads/{id}"] },
    { run: "customers in a talk", calls: [] },
    { run: "to-amocrm, busy", calls: [] },
    { run: "to-telegram, busy", calls: [] },
  ])("of $run includes these calls of the main API, once each: $calls", ({ run, calls }) => {
    const { messages, way } = counts[run];
    const ofMainApi = Object.entries(way.calls).filter(([name]) => name.startsWith("amocrm "));

    const expected = calls.map((name) => [`amocrm ${name}`, messages]);
    expect(Object.fromEntries(ofMainApi)).toEqual(Object.fromEntries(expected));
  });

  test("without messages includes every metric that the caretaker emits each hour", () => {
    expect(counts["the caretaker's day without messages"].caretaker.metrics).toEqual(
      expect.arrayContaining(["ApiTokenDays", "CaretakerRan", "PendingUpdates"]),
    );
    expect(counts["the caretaker's day without messages"].caretaker.metrics).not.toContain(
      "WebhookTakenAway",
    );
  });
});

const figure = /\d[\d,]*(?:\.\d+)?/g;
const figuresOf = (text: string) =>
  (text.match(figure) ?? []).map((value) => Number(value.replaceAll(",", "")));

/** The lines of a table without padding, and without the line below its head. */
function cellsOf(table: string): string[] {
  const lines = table
    .trim()
    .split("\n")
    .map((line) => line.replaceAll(/ +/g, " ").trim());
  return lines.filter((line) => !/^[|\s:-]+$/.test(line));
}
