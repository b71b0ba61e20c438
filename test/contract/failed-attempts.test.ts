import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoFailedAttempts } from "../../lambdas/aws/delivery-stores.ts";
import type { DynamoTable } from "../../lambdas/aws/table.ts";
import { failedAttemptId, ledgerDays } from "../../lambdas/model/ledger.ts";
import type { FailedAttempts } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const atMillis = 1_700_000_000_000;
const unavailable = {
  eventId: "tg:1000000001:7",
  atMillis,
  reason: "amoCRM answered 503",
  kind: "server-error",
} as const;

describe("the last failed attempts in DynamoDB", () => {
  let table: DynamoTable;
  let attempts: FailedAttempts;
  const stored = () => table.get(failedAttemptId("to-amocrm"));
  beforeEach(async () => {
    table = await dynamo.table(`deliveries-${(tables += 1)}`, "id");
    attempts = dynamoFailedAttempts(table);
  });

  test("are one item per direction, which expires with the ledger's entries", async () => {
    await attempts.note("to-amocrm", unavailable);

    expect(await stored()).toEqual({
      id: "failed:to-amocrm",
      ...unavailable,
      expiresAt: atMillis / 1000 + ledgerDays * 86_400,
    });
    expect(await table.get(failedAttemptId("to-telegram"))).toBeUndefined();
  });

  test.each([
    {
      later: "the same reason soon after",
      differing: { atMillis: atMillis + 9999 },
      isKept: false,
    },
    { later: "the same reason later", differing: { atMillis: atMillis + 10_000 }, isKept: true },
    {
      later: "another reason soon after",
      differing: { atMillis: atMillis + 1, reason: "amoCRM answered 401" },
      isKept: true,
    },
  ])("$later: written $isKept", async ({ differing, isKept }) => {
    await attempts.note("to-amocrm", unavailable);
    await attempts.note("to-amocrm", { ...unavailable, ...differing });

    expect(await stored()).toMatchObject(isKept ? differing : { atMillis });
  });

  test("of another sandbox replace it", async () => {
    await attempts.note("to-amocrm", unavailable);
    await dynamoFailedAttempts(table).note("to-amocrm", {
      ...unavailable,
      atMillis: atMillis + 5,
    });

    expect(await stored()).toMatchObject({ atMillis: atMillis + 5 });
  });
});
