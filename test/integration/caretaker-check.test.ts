import { GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { caretakerReportId } from "../../lambdas/model/caretaker-report.ts";
import { eventually, opened, useBridge } from "./bridge.ts";

const dayMillis = 86_400_000;
const expiresAtMillis = Math.floor(Date.now() / 1000) * 1000 + 40 * dayMillis;
const claims = Buffer.from(JSON.stringify({ exp: expiresAtMillis / 1000 })).toString("base64url");

const bridge = useBridge({ AMOCRM_API_TOKEN: `e30.${claims}.laptop` });

const table = () => bridge.run.host.outputs["DeliveriesTable"];
const report = async () => {
  const Key = { id: { S: caretakerReportId } };
  const { Item } = await bridge.dynamo.send(new GetItemCommand({ TableName: table(), Key }));
  return Item;
};
const ledgerIds = async () => {
  const { Items = [] } = await bridge.dynamo.send(new ScanCommand({ TableName: table() }));
  return Items.map(({ id }) => id?.S).filter((id) => id !== caretakerReportId);
};
const care = (...rounds: string[]) => bridge.run.host.invoke("caretaker", { rounds });
const arrived = () => bridge.log.filter((line) => line.includes('"CheckArrived"'));

describe("the health check through the public address", () => {
  test("reaches the sender from both webhooks and leaves nothing behind", async () => {
    await opened(bridge, { id: 71, first_name: "Vera" });
    const before = await ledgerIds();
    const counts = [bridge.telegram.messages().length, bridge.amocrm.messages().length];

    expect(await care("checkWebhooks")).toEqual({});

    await eventually("both checks", () => arrived().length === 2);
    expect(arrived().filter((line) => line.includes('"source":"amocrm"'))).toHaveLength(1);
    expect(arrived()[0]).toMatch(/"CheckLatency":\d+/);
    expect(await ledgerIds()).toEqual(before);
    expect([bridge.telegram.messages().length, bridge.amocrm.messages().length]).toEqual(counts);
    expect(await bridge.parked("not-understood")).toEqual([]);
  });

  test("cannot be started by a customer who knows its format", async () => {
    const words = '{"bridge_check":{"kind":"synthetic","sentAtMillis":1,"nonce":"n"}}';
    const before = arrived().length;

    await bridge.telegram.customerSays({ id: 71, first_name: "Vera" }, words);

    await eventually("the words in amoCRM", () =>
      bridge.amocrm.messages().some(({ text }) => text === words),
    );
    expect(arrived()).toHaveLength(before);
  });
});

describe("the check of the public hosts", () => {
  const servedLines = () => bridge.log.filter((line) => line.includes('"MediaServed"'));

  test("finds the host of customers' files; the laptop run has no certificates to read", async () => {
    expect(await care("watchHosts")).toEqual({});

    await eventually("the answer of the files' host", () => servedLines().length === 1);
    expect(bridge.log.join("\n")).not.toMatch(/MediaNotServed|Certificate(?:Read|Expires|NotRead)/);
  });
});

describe("the caretaker's report", () => {
  test("contains the result of each round and keeps it while other rounds run", async () => {
    await care("reconcile", "checkWebhooks", "watchWebhook", "watchApiToken");
    const first = await report();

    expect(first).toMatchObject({
      failedRounds: { L: [] },
      foundLost: { N: "0" },
      isWebhookOurs: { BOOL: true },
      pendingUpdates: { N: "0" },
      isTelegramWebhookFine: { BOOL: true },
      isAmocrmWebhookFine: { BOOL: true },
      apiTokenExpiresAtMillis: { N: String(expiresAtMillis) },
    });
    expect(first).not.toHaveProperty("expiresAt");

    await care("drainSpool");

    const second = await report();
    expect(second).toEqual({ ...first, ranAtMillis: second?.["ranAtMillis"] });
    expect(Number(second?.["ranAtMillis"]?.N)).toBeGreaterThan(Number(first?.["ranAtMillis"]?.N));
  });

  test("and the metrics of a run are lines in the embedded metric format", () => {
    const metrics = bridge.log.flatMap((line) => {
      const json = line.slice(line.indexOf("{"));
      return json.startsWith('{"_aws"') ? [JSON.parse(json) as Record<string, unknown>] : [];
    });

    const names = new Set(metrics.flatMap((line) => Object.keys(line)));
    for (const name of ["CheckLatency", "CaretakerRan", "ApiTokenDays"]) {
      expect(names).toContain(name);
    }
    expect(bridge.log.join("\n")).not.toContain("Vera");
  });
});
