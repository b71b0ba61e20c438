import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import { useBridge } from "./bridge.ts";

const bridge = useBridge();

const id = { S: "spool:wide-reconcile" };
const table = () => bridge.run.host.outputs["DeliveriesTable"];
const askedAtMillis = async () => {
  const command = new GetItemCommand({ TableName: table(), Key: { id }, ConsistentRead: true });
  return (await bridge.dynamo.send(command)).Item?.["askedAtMillis"]?.N;
};
const refuseOne = async () => {
  const { url } = bridge.run.host;
  const headers = { "X-Signature": "f".repeat(40) };
  const path = `/amocrm/${bridge.run.scopeId}`;
  return (await fetch(url + path, { method: "POST", body: "{}", headers })).status;
};
const runCaretaker = () => bridge.run.host.invoke("caretaker", { rounds: ["wideReconcile"] });
const logged = (fact: string) => bridge.log.filter((line) => line.includes(fact)).length;

test("a hook that is refused on the known scope leaves a request, which the caretaker carries out and deletes", async () => {
  expect(await runCaretaker()).toEqual({});
  expect(await askedAtMillis()).toBeUndefined();

  expect([await refuseOne(), await refuseOne()]).toEqual([401, 401]);
  const asked = await askedAtMillis();
  expect(Number(asked)).toBeGreaterThan(0);
  expect(await runCaretaker()).toEqual({});
  // A younger message, refused together with it, would be skipped.
  expect(await askedAtMillis()).toBe(asked);
  expect(logged("WideReconcileStarted")).toBe(0);

  const Item = { id, askedAtMillis: { N: String(Number(asked) - 3_600_000) } };
  await bridge.dynamo.send(new PutItemCommand({ TableName: table(), Item }));
  expect(await runCaretaker()).toEqual({});

  expect(await askedAtMillis()).toBeUndefined();
  expect([logged("WideReconcileStarted"), logged("WideReconcileEnded")]).toEqual([1, 1]);
});
