import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRateLimit } from "../../../lambdas/ingest/accept.ts";

test("a rate limit allows no more than the limit in any window, and refuses only after that many", () => {
  const waits = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), waits, (most, given) => {
      const limit = createRateLimit(most, 1000);
      const taken: number[] = [];
      let nowMillis = 0;
      for (const waitMillis of given) {
        nowMillis += waitMillis;
        const before = taken.filter((atMillis) => atMillis > nowMillis - 1000).length;
        const isTaken = limit(nowMillis);
        expect(isTaken).toBe(before < most);
        if (isTaken) taken.push(nowMillis);
      }
    }),
  );
});
