import { expect, test } from "@jest/globals";
import { eventually, useBridge } from "./bridge.ts";

const bridge = useBridge();

const roll = (DeploymentId: string) =>
  bridge.run.host.invoke("rollout-check", { DeploymentId, LifecycleEventHookExecutionId: "e-1" });
const factsOf = (stem: string, fact: string) =>
  bridge.log.filter((line) => line.startsWith(`${stem}:`) && line.includes(fact));

test("a roll-out continues after both new versions have accepted a signed hook", async () => {
  expect(await roll("d-1")).toEqual({});

  expect(bridge.log).toContain("host: roll-out d-1: Succeeded");
  expect(factsOf("rollout-check", "RolloutCheckPassed")).toHaveLength(2);
  expect(factsOf("telegram-webhook", "UpdateAccepted")).toHaveLength(1);
  expect(factsOf("amocrm-webhook", "HookAccepted")).toHaveLength(1);
});

test("the sender drops the two hooks: no customer gets a message, and nothing is parked", async () => {
  await eventually(
    "both checks at the sender",
    () => factsOf("delivery-sender", "CheckArrived").length === 2,
  );

  expect(bridge.telegram.messages()).toEqual([]);
  expect(bridge.amocrm.messages()).toEqual([]);
  expect(factsOf("delivery-sender", "DeliveryParked")).toEqual([]);
});
