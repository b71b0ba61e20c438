import { GetItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, statusOf, textsTo } from "./bridge.ts";
import {
  asksBot,
  callsOperator,
  question,
  seenBy,
  useBridgeWithBot,
  writesToOperators,
  untilSeen,
  words,
} from "./hand-off.ts";

const bridge = useBridgeWithBot();

const aCustomer = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const operatorSays = async (chatId: number, text: string) => {
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(chatId), text);
  await eventually("the status", () => statusOf(bridge.amocrm, messageId));
  return statusOf(bridge.amocrm, messageId);
};
const textsFor = (chatId: number) => textsTo(bridge.telegram, chatId);
const untilShown = (chatId: number, last: string) =>
  eventually(`"${last}" in Telegram`, () => textsFor(chatId).at(-1) === last);

/** Makes the last activity of a chat this old, in the conversation and in the ledger's notes. */
async function letPass(chatId: number, millis: number): Promise<void> {
  const conversationId = { S: conversationOf(chatId) };
  const conversations = bridge.run.host.outputs["ConversationsTable"];
  const Key = { conversationId };
  const known = await bridge.dynamo.send(new GetItemCommand({ TableName: conversations, Key }));
  const lastActivityAtMillis = Number(known.Item?.["lastActivityAtMillis"]?.N) - millis;
  await bridge.dynamo.send(
    new UpdateItemCommand({
      TableName: conversations,
      Key,
      UpdateExpression: "SET lastActivityAtMillis = :at",
      ExpressionAttributeValues: { ":at": { N: String(lastActivityAtMillis) } },
    }),
  );
  const deliveries = bridge.run.host.outputs["DeliveriesTable"];
  const noted = await bridge.dynamo.send(
    new ScanCommand({
      TableName: deliveries,
      FilterExpression: "conversationId = :id AND attribute_exists(activeHour)",
      ExpressionAttributeValues: { ":id": conversationId },
    }),
  );
  for (const { id, activeHour, activeAtMillis } of noted.Items ?? []) {
    const at = Number(activeAtMillis?.N) - millis;
    const shard = activeHour?.S?.split("/")[1] ?? "";
    await bridge.dynamo.send(
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

describe("the end of a talk with operators", () => {
  test("by the customer: operators see it, the customer gets a notice, the bot answers again", async () => {
    const customer = aCustomer(131);
    await callsOperator(bridge, customer);

    await bridge.telegram.customerSays(customer, "/end");
    await untilSeen(bridge, customer.id, `bot (silent): ${words.over}`);
    const shown = seenBy(bridge, customer.id);
    await asksBot(bridge, customer, question);

    expect(shown.slice(-2)).toEqual(["customer (silent): /end", `bot (silent): ${words.over}`]);
    expect(textsFor(customer.id)).toEqual([words.called, words.over, words.hours]);
    expect(seenBy(bridge, customer.id)).toEqual(shown);
  });

  test("by the operator: the customer does not see the command, and it counts as delivered", async () => {
    const customer = aCustomer(132);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "Good morning");

    const status = await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, question);

    expect(status).toEqual({ status: 1 });
    expect(textsFor(customer.id)).toEqual([words.called, "Good morning", words.over, words.hours]);
  });

  test("when none is open: both get the answer that there is nothing to end", async () => {
    const customer = aCustomer(133);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "/end");

    const status = await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, "/end");

    expect(status).toEqual({ status: 1 });
    expect(textsFor(customer.id)).toEqual([words.called, words.over, words.nothingOpen]);
  });

  test("and a new call: operators get the messages since the end, none of them twice", async () => {
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
  test("takes over the talk; the customer's next message also brings the messages to the bot", async () => {
    const customer = aCustomer(135);
    await callsOperator(bridge, customer);
    await operatorSays(customer.id, "/end");
    await asksBot(bridge, customer, question);
    const before = seenBy(bridge, customer.id).length;

    await operatorSays(customer.id, "One more thing");
    await writesToOperators(bridge, customer, "Yes?");

    expect(textsFor(customer.id).slice(-2)).toEqual([words.hours, "One more thing"]);
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
  ])(
    "$name ends the talk; the customer gets a notice, and the bot answers again",
    async ({ id, answer }) => {
      const customer = aCustomer(id);
      await callsOperator(bridge, customer);
      if (answer !== undefined) await operatorSays(id, answer);
      await letPass(id, hours(25));

      const once = await closeSilent();
      await untilShown(id, words.over);
      const twice = await closeSilent();
      await asksBot(bridge, customer, question);

      expect([once, twice]).toEqual([{}, {}]);
      expect(textsFor(id).slice(-2)).toEqual([words.over, words.hours]);
      expect(textsFor(id).filter((text) => text === words.over)).toHaveLength(1);
    },
  );

  test("is interrupted by any message, and less than a day ends nothing", async () => {
    const [quiet, lively] = [aCustomer(143), aCustomer(144)];
    for (const customer of [quiet, lively]) await callsOperator(bridge, customer);
    await letPass(quiet.id, hours(23));
    await letPass(lively.id, hours(25));
    await writesToOperators(bridge, lively, "Still there?");

    const outcome = await closeSilent();
    for (const customer of [quiet, lively]) await writesToOperators(bridge, customer, question);

    expect(outcome).toEqual({});
    expect([textsFor(quiet.id), textsFor(lively.id)]).toEqual([[words.called], [words.called]]);
  });
});
