import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findLostHooks, openReconcilerPorts } from "../../cli/amocrm/find-lost-hooks.ts";
import { readChannel } from "../../cli/amocrm/connection.ts";
import { openSecrets } from "../../cli/secrets.ts";
import { findStage } from "../../cli/stage/open-stage.ts";
import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { fixedSecret } from "../../lambdas/model/runtime.ts";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import { conversationOf, eventually, hookInstead, shown, textsTo } from "./bridge.ts";
import { useLaptop } from "./cli/laptop.ts";

const laptop = useLaptop();
let dynamo: DynamoDBClient;
let s3: S3Client;
beforeAll(() => {
  const aws = {
    endpoint: laptop.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  dynamo = new DynamoDBClient(aws);
  s3 = new S3Client(aws);
});
afterAll(() => {
  dynamo.destroy();
  s3.destroy();
});

const itemOf = async (table: string, key: string, id: string) => {
  const TableName = laptop.run.host.outputs[table];
  const { Item = {} } = await dynamo.send(
    new GetItemCommand({ TableName, Key: { [key]: { S: id } }, ConsistentRead: true }),
  );
  return Item;
};
const deliveryOf = (id: string) => itemOf("DeliveriesTable", "id", id);
const stateOf = async (id: string) => (await deliveryOf(id))["state"]?.S;
const reaches = async (chat: number, reachability: string) => {
  const item = await itemOf("ConversationsTable", "conversationId", conversationOf(chat));
  return item["reachability"]?.S === reachability;
};
const keysUnder = async (Prefix: string) => {
  const Bucket = laptop.run.host.outputs["BodiesBucket"];
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key);
};
const postUpdate = async (body: string) => {
  const headers = {
    "Content-Type": "application/json",
    "X-Telegram-Bot-Api-Secret-Token": laptop.settings.telegram.webhookSecret,
  };
  const answer = await fetch(`${laptop.run.host.url}/telegram`, { method: "POST", body, headers });
  return answer.status;
};
const anUpdate = (chat: number, text: string, rest: object) => {
  const from = { id: chat, is_bot: false, first_name: "Anna" };
  const date = Math.floor(Date.now() / 1000);
  const message = { message_id: 7, date, chat: { ...from, type: "private" }, from, text, ...rest };
  return JSON.stringify({ update_id: 780_000_000 + chat, message });
};
const aCustomer = async (chat: number) => {
  const { messageId } = await laptop.telegram.customerSays({ id: chat, first_name: "Anna" }, "hi");
  await shown(laptop, chat, messageId);
};

/** Data that does not compress below this many bytes, in a field that no code reads. */
const padding = (bytes: number) => ({ padding: randomBytes(bytes).toString("base64") });
const forms = [
  { form: "compressed to just what fits", bytes: 185_500, chat: 500, isStored: false },
  { form: "by pointer", bytes: 1_000_000, chat: 600, isStored: true },
];

describe("a customer's message arrives, whatever its size:", () => {
  test("two long messages in Telegram's escapes, one quoting the other", async () => {
    const file = new URL("../fixtures/field/update-over-256-kib.json", import.meta.url);

    expect(await postUpdate(readFileSync(file, "utf8"))).toBe(200);

    const message = await shown(laptop, 1008, 12);
    expect(message.text).toContain("ш".repeat(100));
    expect(await keysUnder("")).toEqual([]);
  }, 60_000);

  test.each(forms)(
    "$form",
    async ({ bytes, chat, isStored }) => {
      const before = (await keysUnder("bodies/")).length;

      expect(await postUpdate(anUpdate(chat, "a large one", padding(bytes)))).toBe(200);

      expect((await shown(laptop, chat, 7)).text).toContain("a large one");
      expect((await keysUnder("bodies/")).length - before).toBe(isStored ? 1 : 0);
    },
    60_000,
  );
});

describe.each(forms)("the largest answer of an operator, $form,", ({ bytes, chat, isStored }) => {
  /** An answer to a customer who has blocked the bot. */
  const aParkedAnswer = async (customer: number, text: string) => {
    await aCustomer(customer);
    laptop.telegram.block(customer);
    await eventually("the block", () => reaches(customer, "blocked"));
    const messageId = await hookInstead(laptop, customer, {
      type: "text",
      text,
      ...padding(bytes),
    });
    const id = messageEventIdOf(laptop.run.scopeId, messageId);
    await eventually("the parking", async () => (await stateOf(id)) === "parked");
    return id;
  };

  test("is parked complete, listed, redriven and delivered, and then deleted", async () => {
    const id = await aParkedAnswer(chat + 1, "an answer");
    const message = (await deliveryOf(id))["message"]?.S ?? "";
    expect(readEnvelope(message)).toMatchObject({ v: 2, id });
    expect(message.length > 245_000).toBe(!isStored);
    expect(await keysUnder("parked/")).toEqual(isStored ? [`parked/${id}`] : []);
    expect((await laptop.bridge(["parked"])).output).toContain(`${id}  ledger  to-telegram`);

    laptop.telegram.unblock(chat + 1);
    await eventually("the unblocking", () => reaches(chat + 1, "reachable"));
    expect((await laptop.bridge(["redrive", "--id", id])).output).toContain("sent again: 1");

    await eventually("the answer", () => textsTo(laptop.telegram, chat + 1).length > 0);
    await eventually("the end", async () => (await stateOf(id)) === "sent");
    expect(textsTo(laptop.telegram, chat + 1)).toEqual(["an answer"]);
    expect(await deliveryOf(id)).not.toHaveProperty("message");
    await eventually("the copy to go", async () => (await keysUnder("parked/")).length === 0);
  }, 60_000);

  test("is discarded, together with its body in the bucket", async () => {
    const id = await aParkedAnswer(chat + 2, "an answer");

    const done = await laptop.bridge(["discard", "--id", id, "--yes"]);

    expect(done).toMatchObject({ code: 0, output: `discarded: ${id} (ledger)\n` });
    expect(await keysUnder("parked/")).toEqual([]);
    expect(await laptop.bridge(["discard", "--id", id, "--yes"])).toMatchObject({ code: 0 });
  }, 60_000);

  test("is found after its hook was lost, and delivered", async () => {
    await aCustomer(chat + 3);
    const stage = await findStage({}, { env: { BRIDGE_RUN_FILE: laptop.runFile } });
    const channel = await readChannel(stage, openSecrets(stage));
    // Four minutes from now, when the hook cannot arrive any more.
    const now = () => Date.now() + 4 * 60_000;
    laptop.amocrm.faults.add({ match: "hook", dropRequest: true });
    await laptop.amocrm.operatorSays(conversationOf(chat + 3), "lost");
    const ports = openReconcilerPorts(stage, fixedSecret(channel), now);
    const history: typeof ports.history = {
      async page(asked, number) {
        const page = await ports.history.page(asked, number);
        if (asked.conversationId !== conversationOf(chat + 3)) return [];
        return page.map((message) => ({
          ...message,
          hook: JSON.stringify({ ...(JSON.parse(message.hook) as object), ...padding(bytes) }),
        }));
      },
    };

    const found = await findLostHooks(Date.now() - 3_600_000, { ...ports, history });

    expect(found).toMatchObject({ found: 1, notRead: [], stopped: [] });
    await eventually("the answer", () => textsTo(laptop.telegram, chat + 3).length > 0);
    expect(textsTo(laptop.telegram, chat + 3)[0]).toContain("lost");
  }, 60_000);
});
