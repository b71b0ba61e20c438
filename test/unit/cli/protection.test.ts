import { expect, test } from "@jest/globals";
import { readDeployedStage } from "../../../cli/stage/deployed-stage.ts";
import { readStages } from "../../../infra/settings/read-stages.ts";
import { outputs } from "./support.ts";

const bridges = {
  main: {
    telegram: { botId: "1" },
    amocrm: { origin: "https://account.amocrm.ru" },
    operatorLanguage: "en",
    domain: {
      host: "b.example.com",
      certificateArn: `arn:aws:acm:us-east-1:111122223333:certificate/${"0".repeat(36)}`,
    },
  },
};
const alarmEmail = "alarms@example.com";
const stages = {
  kept: readStages({ live: { region: "us-east-1", retainData: true, alarmEmail, bridges } }),
  "not retained": readStages({ live: { region: "us-east-1", retainData: false, bridges } }),
};

test.each([
  { data: "kept", stack: false, said: { Protected: "no" }, tables: false },
  { data: "kept", stack: true, said: { Protected: "yes" }, tables: true },
  { data: "kept", stack: true, said: { Protected: "no" }, tables: false },
  { data: "kept", stack: true, said: {}, tables: undefined },
] as const)(
  "a stage whose data is $data reports missing protection: $stack $said",
  async ({ data, stack, said, tables }) => {
    const { protection } = await readDeployedStage(
      { stage: "live", bridge: "main" },
      stages[data],
      async () => ({
        account: "1",
        outputs: { ...outputs, ...said },
        isTerminationProtected: stack,
      }),
    );

    expect(protection).toEqual({ stack, tables });
  },
);

test("a stage that retains no data needs no protection", async () => {
  const { protection } = await readDeployedStage(
    { stage: "live", bridge: "main" },
    stages["not retained"],
    async () => ({ account: "1", outputs, isTerminationProtected: false }),
  );

  expect(protection).toBeUndefined();
});
