import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { messageEventIdOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import { eventually, statusOf, textsIn, textsTo } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

const secretText = "Schrödinger's refund";
const conversationOf = (id: number) => `tg-1000000001-${id}`;

type Parked = { id: string; where: string; reason: string; redrives: number };
const laptop = useLaptop();
let dynamo: DynamoDBClient;
let sqs: SQSClient;
const said: string[] = [];
beforeAll(() => {
  const aws = {
    endpoint: laptop.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  dynamo = new DynamoDBClient(aws);
  sqs = new SQSClient(aws);
});
afterAll(() => {
  dynamo.destroy();
  sqs.destroy();
});

const bridge = async (...args: string[]) => {
  const done = await laptop.bridge(args);
  said.push(done.output, done.errors);
  return done;
};
const parkedNow = async () => {
  const { json } = await laptop.ask(["parked"]);
  said.push(JSON.stringify(json));
  return json["parked"] as Parked[];
};
const itemOf = async (table: string, key: string, id: string) => {
  const TableName = laptop.run.host.outputs[table];
  const { Item = {} } = await dynamo.send(
    new GetItemCommand({ TableName, Key: { [key]: { S: id } }, ConsistentRead: true }),
  );
  return Item;
};
const stateOf = async (id: string) => (await itemOf("DeliveriesTable", "id", id))["state"]?.S;
const reachOf = async (chat: number) =>
  (await itemOf("ConversationsTable", "conversationId", conversationOf(chat)))["reachability"]?.S;
const aCustomer = async (id: number) => {
  await laptop.telegram.customerSays({ id, first_name: `Customer ${id}` }, "hello");
  await eventually("the chat", () => textsIn(laptop.amocrm, conversationOf(id)).length > 0);
};
/** An operator's message to a customer who has blocked the bot. */
const aParkedAnswer = async (chat: number, text: string) => {
  laptop.telegram.block(chat);
  await eventually("the block", async () => (await reachOf(chat)) === "blocked");
  const { messageId } = await laptop.amocrm.operatorSays(conversationOf(chat), text);
  const id = messageEventIdOf(laptop.run.scopeId, messageId);
  await eventually("the parking", async () => (await stateOf(id)) === "parked");
  return { id, messageId };
};
const unblock = async (chat: number) => {
  laptop.telegram.unblock(chat);
  await eventually("the unblocking", async () => (await reachOf(chat)) === "reachable");
};
/** An envelope that the sender did not finish, put into the dead-letter queue as SQS would do. */
const aDeadLetter = async (chat: number, updateId: number, text: string) => {
  const id = `tg:1000000001:${updateId}`;
  const from = { id: chat, is_bot: false, first_name: `Customer ${chat}` };
  const date = Math.floor(Date.now() / 1000);
  const message = { message_id: updateId, date, chat: { ...from, type: "private" }, from, text };
  const body = Buffer.from(JSON.stringify({ update_id: updateId, message })).toString("base64");
  const group = conversationOf(chat);
  const about = { v: 1, id, group, source: "telegram", receivedAtMillis: 1_700_000_000_000 };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: laptop.run.host.outputs["ToAmocrmDeadLetterQueueUrl"],
      MessageBody: JSON.stringify({ ...about, verified: true, body }),
      MessageGroupId: group,
      MessageDeduplicationId: id,
    }),
  );
  return id;
};

describe("an answer to a customer who blocked the bot", () => {
  test("is listed, and sent again once after the customer came back", async () => {
    await aCustomer(71);
    expect((await bridge("parked")).output).toBe("nothing is parked\n");
    const { id, messageId } = await aParkedAnswer(71, secretText);

    const listed = await bridge("parked");
    expect(listed).toMatchObject({ code: 0, errors: "" });
    expect(listed.output).toContain(`${id}  ledger  to-telegram  blocked`);
    expect(statusOf(laptop.amocrm, messageId)).toMatchObject({ status: -1 });

    const dry = await bridge("redrive", "--all", "--dry-run");
    expect(dry).toMatchObject({ code: 0, errors: "" });
    expect(dry.output).toContain("would be sent again: 1");
    await unblock(71);
    expect(textsTo(laptop.telegram, 71)).toEqual([]);

    expect((await bridge("redrive", "--id", id)).output).toContain("sent again: 1");
    expect((await bridge("redrive", "--all")).code).toBe(0);
    await eventually("the answer", () => textsTo(laptop.telegram, 71).length > 0);
    await eventually("the end", async () => (await stateOf(id)) === "sent");
    await eventually(
      "the status",
      () => statusOf(laptop.amocrm, messageId)?.status === 1 || undefined,
    );
    expect(await bridge("redrive", "--id", id)).toMatchObject({
      code: 0,
      output: "nothing to send again\n",
    });
    expect((await bridge("parked")).output).toBe("nothing is parked\n");
    expect(textsTo(laptop.telegram, 71)).toEqual([secretText]);
  });

  test("parked again counts its redrives and can be discarded", async () => {
    await aCustomer(72);
    const { id } = await aParkedAnswer(72, secretText);
    await bridge("redrive", "--id", id);
    await eventually("the second parking", async () => (await parkedNow())[0]?.redrives === 1);

    const asked = await bridge("discard", "--id", id);
    expect(asked).toMatchObject({ code: 1, output: "" });
    expect(asked.errors).toMatch(/^bridge discard: this would discard [^\n]+ --yes\n$/);
    const done = await bridge("discard", "--id", id, "--yes");
    expect(done).toMatchObject({ code: 0, output: `discarded: ${id} (ledger)\n` });
    const again = await bridge("discard", "--id", id, "--yes");
    expect(again).toMatchObject({ code: 0, output: `${id} was discarded before\n` });

    const item = await itemOf("DeliveriesTable", "id", id);
    expect(item).toMatchObject({ state: { S: "ignored" }, reason: { S: "discarded" } });
    expect(Object.keys(item)).not.toEqual(expect.arrayContaining(["message"]));
    expect(Object.keys(item)).not.toEqual(expect.arrayContaining(["parkedAs"]));
    expect(Number(item["expiresAt"]?.N)).toBeGreaterThan(Date.now() / 1000 + 34 * 86_400);
    const refused = await bridge("redrive", "--id", id);
    expect(refused).toMatchObject({ code: 1, output: "" });
    expect(refused.errors).toContain("its state in the ledger is ignored");
    await unblock(72);
    expect(textsTo(laptop.telegram, 72)).toEqual([]);
  });
});

describe("a dead letter", () => {
  test("is listed, sent again, and deleted when the ledger knows its end", async () => {
    await aCustomer(73);
    const id = await aDeadLetter(73, 123_456_789, secretText);

    expect(await parkedNow()).toMatchObject([{ id, where: "dead-letter", reason: "never-judged" }]);
    expect(await parkedNow()).toHaveLength(1);
    expect((await bridge("redrive", "--all")).output).toContain("sent again: 1");
    await eventually("its end", async () => (await stateOf(id)) === "sent");
    expect(await parkedNow()).toMatchObject([{ id, reason: "sent-since" }]);
    expect((await bridge("redrive", "--all")).output).toContain("dead letters deleted");

    expect(await parkedNow()).toEqual([]);
    expect(textsIn(laptop.amocrm, conversationOf(73))).toEqual(["hello", secretText]);
  });

  test("can be discarded, and then shows the next one", async () => {
    const id = await aDeadLetter(73, 123_456_790, "given up");
    const next = await aDeadLetter(73, 123_456_791, "the next");
    expect((await bridge("parked")).output).toContain(
      "About 1 more events in the dead-letter queues",
    );

    const done = await bridge("discard", "--id", id, "--yes");

    expect(done).toMatchObject({ code: 0, output: `discarded: ${id} (dead-letter)\n` });
    expect(await parkedNow()).toMatchObject([{ id: next, where: "dead-letter" }]);
    expect(await stateOf(id)).toBe("ignored");
    expect(await bridge("discard", "--id", next, "--yes")).toMatchObject({ code: 0 });
    expect(await parkedNow()).toEqual([]);
  });
});

test("an event that this version cannot read stays and is reported by its id", async () => {
  expect(await laptop.amocrm.sendHook({}, { raw: `{${secretText}` })).toBe(200);
  const [event] = await eventually("the parking", async () => {
    const events = await parkedNow();
    return events.length > 0 && events;
  });
  expect(event).toMatchObject({ where: "ledger", reason: "not-understood" });
  const QueueUrl = laptop.run.host.outputs["ToTelegramDeadLetterQueueUrl"];
  const about = { MessageGroupId: "unidentified", MessageDeduplicationId: "from-the-future" };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"v":3}', ...about }));

  const done = await bridge("redrive", "--all");

  expect(done.code).toBe(1);
  expect(done.output).toContain("sent again: 1");
  expect(done.errors).toBe(
    "bridge redrive: this version cannot read these events, and left them unchanged: from-the-future\n",
  );
  await eventually("the second parking", async () =>
    (await parkedNow()).some(({ id, redrives }) => id === event?.id && redrives === 1),
  );
});

test.each([
  { args: ["redrive"], says: "expected either --id ID or --all" },
  { args: ["redrive", "--all", "--id", "a"], says: "expected either --id ID or --all" },
  { args: ["redrive", "--all", "--rate", "0"], says: "--rate: expected" },
  { args: ["parked", "--all"], says: "--all" },
])("bridge $args is wrong usage", async ({ args, says }) => {
  const done = await bridge(...args);

  expect(done).toMatchObject({ code: 2, output: "" });
  expect(done.errors).toContain(says);
});

test("no output contains people's text", () => {
  const text = said.join("\n");

  expect(text.length).toBeGreaterThan(1000);
  for (const words of [secretText, Buffer.from(secretText).toString("base64"), "Customer 7"]) {
    expect(text).not.toContain(words);
  }
  expect(laptop.leaked()).toEqual([]);
});
