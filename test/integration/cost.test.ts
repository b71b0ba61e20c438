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
