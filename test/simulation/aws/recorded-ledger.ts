import type { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import type { Claim, ClaimRequest } from "../../../lambdas/model/ledger.ts";
import type { DeliveryLedger, DeliveryStates } from "../../../lambdas/model/stores.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { History } from "../world/history.ts";

/** The ledger as one sandbox uses it. Records every change that took effect. */
export function recordedLedger(
  ledger: MemoryDeliveryLedger,
  sandbox: Sandbox,
  history: History,
): DeliveryLedger & DeliveryStates {
  const write = <Result>(
    operation: string,
    eventId: string,
    owner: string,
    change: () => Promise<Result>,
  ) =>
    sandbox.step("table", `ledger.${operation}`, async () => {
      const before = ledger.entry(eventId);
      try {
        return await change();
      } finally {
        const after = ledger.entry(eventId);
        if (after !== before) {
          history.record(sandbox.name, {
            kind: "ledger",
            operation,
            eventId,
            owner,
            before,
            after,
          });
        }
      }
    });
  return {
    claim: (request: ClaimRequest): Promise<Claim> =>
      write("claim", request.id, request.owner, () => ledger.claim(request)),
    commitSteps: (id, owner, steps) =>
      write("commitSteps", id, owner, () => ledger.commitSteps(id, owner, steps)),
    finish: (id, owner, end) => write("finish", id, owner, () => ledger.finish(id, owner, end)),
    release: (id, owner, release) =>
      write("release", id, owner, () => ledger.release(id, owner, release)),
    park: (id, owner, parking) => write("park", id, owner, () => ledger.park(id, owner, parking)),
    deliveryState: (id) =>
      sandbox.step("table", "ledger.deliveryState", () => ledger.deliveryState(id)),
    stateOf: (id) => sandbox.step("table", "ledger.stateOf", () => ledger.stateOf(id)),
    stepsOf: (id) => sandbox.step("table", "ledger.stepsOf", () => ledger.stepsOf(id)),
    rememberFound: (id) =>
      sandbox.step("table", "ledger.rememberFound", () => ledger.rememberFound(id)),
  };
}
