import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, useBridge, textsIn, finalStatusOf } from "./bridge.ts";

const customer = { id: 91, first_name: "Aurelia", last_name: "Quibble", username: "quibble91" };
const texts = { question: "Where is my harpsichord?", answer: "On a ferry." };

const bridge = useBridge();

/** Every item of both tables as text, as a person with access would read it. */
async function everythingStored(): Promise<string> {
  const { outputs } = bridge.run.host;
  const pages = await Promise.all(
    ["ConversationsTable", "DeliveriesTable"].map((table) =>
      bridge.dynamo.send(new ScanCommand({ TableName: outputs[table] })),
    ),
  );
  const items = pages.flatMap(({ Items = [] }) => Items);
  // A parked or spooled message is stored in base64.
  return items
    .map((item) => JSON.stringify(item))
    .map(
      (text) => text + Buffer.from(/"body\W+([\w+/=]+)/.exec(text)?.[1] ?? "", "base64").toString(),
    )
    .join("\n");
}

const words = [...Object.values(texts), "Aurelia", "Quibble", "quibble91", "+79990000001"];
const found = async () => {
  const stored = await everythingStored();
  return words.filter((word) => stored.includes(word));
};

describe("the promises of docs/privacy.md about the tables", () => {
  test("no text, name or number of a talk is in them after delivery, but its ids are", async () => {
    const { telegram, amocrm } = bridge;
    const { messageId } = await telegram.customerSays(customer, texts.question);
    await shown(bridge, customer.id, messageId);
    const contact = { phone_number: "+79990000001", first_name: "Aurelia", user_id: customer.id };
    const shared = await telegram.customer.send(customer, { contact });
    await shown(bridge, customer.id, shared.messageId);
    const answer = await amocrm.operatorSays(conversationOf(customer.id), texts.answer);
    await finalStatusOf(bridge, answer.messageId);

    expect(await everythingStored()).toContain(conversationOf(customer.id));
    expect(await found()).toEqual([]);
  });

  test("a parked message is in them completely, with the customer's name", async () => {
    const { telegram, amocrm } = bridge;
    telegram.block(customer.id);
    await eventually("the block", async () => (await everythingStored()).includes("blocked"));
    await amocrm.operatorSays(conversationOf(customer.id), texts.answer);

    await eventually("the parking", async () => (await bridge.parked("blocked")).length > 0);
    telegram.unblock(customer.id);
    expect(await found()).toEqual([texts.answer, "Aurelia", "Quibble"]);
  });

  test("a customer whose conversation was deleted is served again when they write", async () => {
    const { telegram, amocrm } = bridge;
    const { outputs } = bridge.run.host;
    await bridge.dynamo.send(
      new DeleteItemCommand({
        TableName: outputs["ConversationsTable"],
        Key: { conversationId: { S: conversationOf(customer.id) } },
      }),
    );

    const { messageId } = await telegram.customerSays(customer, "Here I am again.");
    await shown(bridge, customer.id, messageId);

    expect(textsIn(amocrm, conversationOf(customer.id)).at(-1)).toBe("Here I am again.");
  });
});
