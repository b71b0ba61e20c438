import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DeliveryLedger } from "../../../lambdas/model/stores.ts";
import { aDeliveryBench, anEventWith, leaseMillis } from "../../support/delivery-bench.ts";
import type { FakeStep } from "../../support/delivery-bench.ts";

/** The point of the crash: the n-th external await of the attempt, before or after its effect. */
type Crash = { readonly at: number; readonly afterEffect: boolean };

const never = new Promise<never>(() => undefined);

/** Runs attempts until the event is done; each crashes at its point. Returns the sent parts. */
async function deliverThrough(crashes: readonly Crash[], partCount: number) {
  const sent: number[] = [];
  let awaits = 0;
  let crash: Crash | undefined;
  let die: () => void = () => undefined;
  const outside = async <Value>(effect: () => Promise<Value>): Promise<Value> => {
    const dies = crash?.at === awaits;
    awaits += 1;
    if (dies && crash?.afterEffect === true) await effect();
    if (!dies) return effect();
    die();
    return never;
  };
  const parts = Array.from({ length: partCount }, (_, index): FakeStep => ({
    send: () => outside(async () => String(sent.push(index))),
    beforeRepeat: () => outside(async () => undefined),
  }));
  const crashing = (ledger: DeliveryLedger): DeliveryLedger =>
    new Proxy(ledger, {
      get:
        (target, method) =>
        (...input: unknown[]) =>
          outside(async () => Reflect.apply(Reflect.get(target, method), target, input)),
    });
  const bench = aDeliveryBench(anEventWith(...parts), { ledger: crashing });
  const { actions } = bench.deps;
  const { reportOutcome } = actions;
  actions.reportOutcome = (...report) => outside(() => reportOutcome(...report));
  for (const next of [...crashes, undefined]) {
    awaits = 0;
    crash = next;
    const died = new Promise<"died">((resolve) => {
      die = () => resolve("died");
    });
    const end = await Promise.race([bench.attempt(), died]);
    if (end !== "died" && end.kind === "done") break;
    bench.clock.advance(leaseMillis + 1);
  }
  return { sent, bench };
}

const partNumbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("an attempt that crashes", () => {
  test.each([1, 3])(
    "once, anywhere, loses none of %i parts and repeats one at most",
    async (count) => {
      for (let at = 0; at < 2 * count + 3; at += 1) {
        for (const afterEffect of [false, true]) {
          const { sent, bench } = await deliverThrough([{ at, afterEffect }], count);

          expect(bench.entry()).toMatchObject({ state: "sent" });
          expect([...new Set(sent)]).toEqual(partNumbers(count));
          expect(sent.length).toBeLessThanOrEqual(count + 1);
          expect(bench.reports.length).toBeGreaterThanOrEqual(1);
        }
      }
    },
  );

  test.each([
    { name: "before the claim", crash: { at: 0, afterEffect: false } },
    { name: "before the first part was sent", crash: { at: 1, afterEffect: false } },
    { name: "after the first part was recorded", crash: { at: 2, afterEffect: true } },
    { name: "after the end was recorded", crash: { at: 4, afterEffect: true } },
    { name: "during the report", crash: { at: 5, afterEffect: false } },
  ])("$name repeats nothing", async ({ crash }) => {
    const { sent } = await deliverThrough([crash], 2);

    expect(sent).toEqual([0, 1]);
  });

  test("between sending and recording a part repeats that part alone", async () => {
    const { sent } = await deliverThrough([{ at: 1, afterEffect: true }], 2);

    expect(sent).toEqual([0, 0, 1]);
  });

  test("many times keeps the order of the parts, sends none three times and reports the end", async () => {
    const crash = fc.record({ at: fc.nat(9), afterEffect: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(crash, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (crashes, count) => {
          const { sent, bench } = await deliverThrough(crashes, count);

          expect(sent).toEqual([...sent].sort((left, right) => left - right));
          for (const part of partNumbers(count)) {
            expect(sent.filter((one) => one === part).length).toBeLessThanOrEqual(2);
          }
          const { state = "lost", reason } = bench.entry() ?? {};
          const distinct = new Set(sent).size;
          const isComplete = state === "sent" && distinct === count;
          const isSetAside = state === "parked" && reason === "outcome-unknown";
          expect({ state, distinct, ended: isComplete || isSetAside }).toMatchObject({
            ended: true,
          });
          expect(bench.reports.at(-1)?.entry.state).toBe(state);
        },
      ),
    );
  });
});
