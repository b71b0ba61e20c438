import {
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, statusOf, textsTo } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";
import {
  asksBot,
  callsOperator,
  question,
  seenBy,
  startWithBot,
  tellsOperators,
  untilSeen,
  words,
} from "./hand-off.ts";

let bridge: Bridge;
let dynamo: DynamoDBClient;
beforeAll(async () => {
  bridge = await startWithBot();
  dynamo = new DynamoDBClient({
    endpoint: bridge.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(async () => {
  dynamo.destroy();
  await bridge.run.close();
});

const aCustomer = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const operatorSays = async (chatId: number, text: string) => {
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(chatId), text);
  await eventually("the status", () => statusOf(bridge.amocrm, messageId));
  return statusOf(bridge.amocrm, messageId);
};
const told = (chatId: number) => textsTo(bridge.telegram, chatId);
const untilTold = (chatId: number, last: string) =>
  eventually(`"${last}" in Telegram`, () => told(chatId).at(-1) === last);

/** Lets the last word in a chat be that old, as the conversation and the ledger's notes tell it. */
async function letPass(chatId: number, millis: number): Promise<void> {
  const conversationId = { S: conversationOf(chatId) };
  const conversations = bridge.run.host.outputs["ConversationsTable"];
  const Key = { conversationId };
  const known = await dynamo.send(new GetItemCommand({ TableName: conversations, Key }));
  const lastActivityAtMillis = Number(known.Item?.["lastActivityAtMillis"]?.N) - millis;
  await dynamo.send(
    new UpdateItemCommand({
      TableName: conversations,
      Key,
      UpdateExpression: "SET lastActivityAtMillis = :at",
      ExpressionAttributeValues: { ":at": { N: String(lastActivityAtMillis) } },
    }),
  );
  const deliveries = bridge.run.host.outputs["DeliveriesTable"];
  const noted = await dynamo.send(
    new ScanCommand({
      TableName: deliveries,
      FilterExpression: "conversationId = :id AND attribute_exists(activeHour)",
      ExpressionAttributeValues: { ":id": conversationId },
    }),
  );
  for (const { id, activeHour, activeAtMillis } of noted.Items ?? []) {
    const at = Number(activeAtMillis?.N) - millis;
    const shard = activeHour?.S?.split("/")[1] ?? "";
    await dynamo.send(
      new UpdateItemCommand({
        TableName: deliveries,
        Key: { id: id ?? { S: "" } },
        UpdateExpression: "SET activeAtMillis = :at, activeHour = :hour",
        ExpressionAttributeValues: {
          ":at": { N: String(at) },
          ":hour": { S: `${Math.floor(at / 3_600_000)}/${shard}` },
        },
      }),
    );
  }
}
const hours = (count: number) => count * 3_600_000;

describe("the talk with operators is ended", () => {
  test("by the customer: operators see it, the customer is told, the bot answers again", async () => {
    const customer = aCustomer(131);
    await callsOperator(bridge, customer);

    await bridge.telegram.customerSays(customer, "/end");
    await untilSeen(bridge, customer.id, `bot (silent): ${words.over}`);
    const shown = seenBy(bridge, customer.id);
    await asksBot(bridge, customer, question);

    expect(shown.slice(-2)).toEqual(["customer (silent): /end", `bot (silent): ${words.over}`]);
    expect(told(customer.id)).toEqual([words.called, words.over, words.hours]);
    expect(seenBy(bridge, customer.id)).toEqual(shown);
  });

  test("by the operator: the word is theirs alone and counts as delivered", async () => {
    const customer = aCustomer(132);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "Good morning");

    const status = await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, question);

    expect(status).toEqual({ status: 1 });
    expect(told(customer.id)).toEqual([words.called, "Good morning", words.over, words.hours]);
  });

  test("only where one is open: otherwise both hear that there is nothing to end", async () => {
    const customer = aCustomer(133);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "/end");

    const status = await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, "/end");

    expect(status).toEqual({ status: 1 });
    expect(told(customer.id)).toEqual([words.called, words.over, words.nothingOpen]);
  });

  test("called again, operators get what was said since, and nothing twice", async () => {
    const customer = aCustomer(134);
    await asksBot(bridge, customer, question);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, "/help");
    const before = seenBy(bridge, customer.id).length;

    await bridge.telegram.customerSays(customer, "Where is order 7?");
    await eventually("the second call", () => seenBy(bridge, customer.id).length === before + 4);

    expect(seenBy(bridge, customer.id).slice(before)).toEqual([
      "customer (silent): /help",
      `bot (silent): ${words.hello}`,
      "customer: Where is order 7?",
      `bot (silent): ${words.called}`,
    ]);
  });
});

describe("an operator who writes while the bot answers", () => {
  test("takes the talk over; with the customer's next words comes what was said to the bot", async () => {
    const customer = aCustomer(135);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, question);
    const before = seenBy(bridge, customer.id).length;

    await operatorSays(customer.id, "One more thing");
    await tellsOperators(bridge, customer, "Yes?");

    expect(told(customer.id).slice(-2)).toEqual([words.hours, "One more thing"]);
    expect(seenBy(bridge, customer.id).slice(before)).toEqual([
      "operator: One more thing",
      `customer (silent): ${question}`,
      `bot (silent): ${words.hours}`,
      "customer: Yes?",
    ]);
  });
});

describe("a day of silence", () => {
  const closeSilent = () => bridge.run.host.invoke("caretaker", { rounds: ["closeSilent"] });

  test.each([
    { name: "while an operator was called", id: 141, answer: undefined },
    { name: "after an operator's answer", id: 142, answer: "Good morning" },
  ])("$name ends the talk; the customer is told and the bot is back", async ({ id, answer }) => {
    const customer = aCustomer(id);
    await callsOperator(bridge, customer);
    if (answer !== undefined) await operatorSays(id, answer);
    await letPass(id, hours(25));

    const once = await closeSilent();
    await untilTold(id, words.over);
    const twice = await closeSilent();
    await asksBot(bridge, customer, question);

    expect([once, twice]).toEqual([{}, {}]);
    expect(told(id).slice(-2)).toEqual([words.over, words.hours]);
    expect(told(id).filter((text) => text === words.over)).toHaveLength(1);
  });

  test("is broken by whoever wrote meanwhile, and less than a day ends nothing", async () => {
    const [quiet, lively] = [aCustomer(143), aCustomer(144)];
    for (const customer of [quiet, lively]) await callsOperator(bridge, customer);
    await letPass(quiet.id, hours(23));
    await letPass(lively.id, hours(25));
    await tellsOperators(bridge, lively, "Still there?");

    const outcome = await closeSilent();
    for (const customer of [quiet, lively]) await tellsOperators(bridge, customer, question);

    expect(outcome).toEqual({});
    expect([told(quiet.id), told(lively.id)]).toEqual([[words.called], [words.called]]);
  });
});
