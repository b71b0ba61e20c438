import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage, amojoId } from "./support/amocrm-client.ts";
import { Receiver } from "./support/receiver.ts";

type Hook = { time: number; action: Record<string, unknown> };

let receiver: Receiver;
let client: Client;
let customerMessageId: string;
beforeEach(async () => {
  receiver = await Receiver.start();
  client = await Client.start();
  client.amocrm.setHookUrl(`${receiver.url}/amocrm/:scope_id`);
  customerMessageId = amojoId(await client.call("POST", "", aNewMessage()));
});
afterEach(() => Promise.all([receiver.close(), client.amocrm.close()]));

const hooks = () => receiver.bodies<Hook>();
const control = async (path: string, body: object = {}) => {
  const url = `${client.amocrm.origin}/_sim/${path}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return (await response.json()) as object;
};

describe("an operator's signs", () => {
  const conversation = { id: expect.any(String), client_id: "tg-1-7" };

  test("typing lasts five seconds from the hook", async () => {
    expect(await control("conversations/tg-1-7/typing")).toEqual({ status: 200 });

    const [hook] = hooks();
    expect(hook?.action).toEqual({
      typing: { user: { id: expect.any(String) }, conversation, expired_at: (hook?.time ?? 0) + 5 },
    });
  });

  test("a reaction comes in either documented form and stays on the message", async () => {
    await control("messages/tg-1-7-1/react", { emoji: "👍" });
    await client.amocrm.operatorReacts(customerMessageId, "❤", "message");

    const reactions = hooks().map(({ action }) => action["reaction"]);
    expect(reactions).toEqual([
      {
        msgid: customerMessageId,
        user: { id: expect.any(String) },
        conversation,
        type: "react",
        emoji: "👍",
      },
      {
        message: expect.objectContaining({ id: customerMessageId, client_id: "tg-1-7-1" }),
        user: { id: expect.any(String) },
        conversation,
        type: "react",
        emoji: "❤",
      },
    ]);
    expect(client.amocrm.messages()[0]?.reactions).toMatchObject([{ emoji: "❤" }]);
  });

  test("a removed reaction has no emoji", async () => {
    await client.amocrm.operatorReacts(customerMessageId, "👍");
    await client.amocrm.operatorReacts(customerMessageId);

    const last = hooks().at(-1)?.action["reaction"];
    expect(last).toMatchObject({ type: "unreact" });
    expect(last).not.toHaveProperty("emoji");
    expect(client.amocrm.messages()[0]?.reactions).toEqual([]);
  });
});
