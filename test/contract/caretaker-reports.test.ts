import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoCaretakerReports } from "../../lambdas/aws/caretaker-stores.ts";
import { MemoryCaretakerReports } from "../support/memory/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let tables = 0;
let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const ofMemory = async () => {
  const reports = new MemoryCaretakerReports();
  return { reports, read: async (): Promise<unknown> => reports.report };
};
const ofDynamo = async () => {
  const table = await dynamo.table(`deliveries-${(tables += 1)}`, "id");
  const reports = dynamoCaretakerReports(table);
  const read = async (): Promise<unknown> => {
    const { id, ...report } = (await table.get("caretaker:report")) ?? {};
    expect(id).toBe("caretaker:report");
    return report;
  };
  return { reports, read };
};

describe.each([
  { name: "in memory", open: ofMemory },
  { name: "in DynamoDB", open: ofDynamo },
])("the caretaker's report $name", ({ open }) => {
  test("has the last run's result for each key, and keeps the others", async () => {
    const { reports, read } = await open();

    await reports.merge({ ranAtMillis: 1, failedRounds: ["reconcile"], foundLost: 3 });
    await reports.merge({ ranAtMillis: 2, failedRounds: [], isWebhookOurs: false });

    expect(await read()).toEqual({
      ranAtMillis: 2,
      failedRounds: [],
      foundLost: 3,
      isWebhookOurs: false,
    });
  });

  test("deletes a key that is undefined, known or not", async () => {
    const { reports, read } = await open();
    await reports.merge({ ranAtMillis: 1, failedRounds: [], isAmocrmWebhookFine: true });

    await reports.merge({
      ranAtMillis: 2,
      isAmocrmWebhookFine: undefined,
      apiTokenExpiresAtMillis: undefined,
    });

    expect(await read()).toMatchObject({ ranAtMillis: 2 });
    expect(await read()).not.toHaveProperty("isAmocrmWebhookFine");
  });
});
