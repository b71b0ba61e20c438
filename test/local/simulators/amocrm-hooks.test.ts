import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { verifyHook } from "../../../lambdas/amocrm/webhook/signature.ts";
import type { AmocrmSimulatorOptions } from "../../../local/simulators/amocrm/types.ts";
import { Client, aNewMessage, amojoId, channel } from "./support/amocrm-client.ts";
import { Receiver } from "./support/receiver.ts";

let receiver: Receiver;
let client: Client;
const restart = async (options: Partial<AmocrmSimulatorOptions>) => {
  await client.amocrm.close();
  client = await Client.start(options);
  client.amocrm.setHookUrl(`${receiver.url}/amocrm/:scope_id`);
  await client.call("POST", "", aNewMessage());
};
beforeEach(async () => {
  receiver = await Receiver.start();
  client = await Client.start();
  await restart({});
});
afterEach(() => Promise.all([receiver.close(), client.amocrm.close()]));

describe("an operator's answer", () => {
  test("goes out as a hook of version 2", async () => {
    const { messageId, status } = await client.amocrm.operatorSays("tg-1-7", "Здравствуйте");

    expect(status).toBe(200);
    expect(receiver.received[0]).toMatchObject({
      url: `/amocrm/${client.amocrm.scopeId}`,
      headers: { "content-type": "application/json", "user-agent": "amoCRM amoJo/1.0" },
    });
    expect(receiver.bodies()).toEqual([
      {
        account_id: channel.accountId,
        time: expect.any(Number),
        message: {
          receiver: { id: expect.any(String), client_id: "tg-7", name: "Ann" },
          sender: { id: expect.any(String), name: "Operator" },
          conversation: { id: expect.any(String), client_id: "tg-1-7" },
          timestamp: expect.any(Number),
          msec_timestamp: expect.any(Number),
          message: {
            id: messageId,
            type: "text",
            text: "Здравствуйте",
            markup: null,
            tag: "",
            media: "",
            thumbnail: "",
            file_name: "",
            file_size: 0,
          },
        },
      },
    ]);
  });

  test("names the customer without the profile's address, which only operators see", async () => {
    const profile_link = "https://t.me/ann";
    const sender = { id: "tg-8", name: "Ann", profile_link };
    const more = { sender, conversation_id: "tg-1-8", msgid: "tg-1-8-1" };
    await client.call("POST", "", aNewMessage(more));

    await client.amocrm.operatorSays("tg-1-8", "Hello");

    expect(client.amocrm.messages().at(-1)?.receiver?.profileLink).toBe(profile_link);
    expect(JSON.stringify(receiver.bodies())).not.toContain(profile_link);
  });

  test("is signed over the body", async () => {
    await client.amocrm.operatorSays("tg-1-7", "Hello");

    const { raw = "", headers } = receiver.received[0] ?? {};
    const expected = createHmac("sha1", channel.channelSecret).update(raw).digest("hex");
    expect(headers?.["x-signature"]).toBe(expected);
  });

  test("can have a trailing line feed that was not signed", async () => {
    await restart({ trailingNewline: true });

    await client.amocrm.operatorSays("tg-1-7", "Hello");

    const { raw = "", headers } = receiver.received[0] ?? {};
    expect(raw.endsWith("}\n")).toBe(true);
    const signature = String(headers?.["x-signature"]);
    expect(verifyHook(Buffer.from(raw), signature, [channel.channelSecret])).toBe(true);
  });

  test.each([500, 503, 404, 302, 204])("refused with %i is not sent again", async (refusal) => {
    receiver.answerNext(refusal);

    const { status } = await client.amocrm.operatorSays("tg-1-7", "Hello");
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(status).toBe(refusal);
    expect(receiver.received).toHaveLength(1);
  });

  test("without an answer in time is given up after one attempt", async () => {
    await restart({ hookPatienceMillis: 50 });
    receiver.answerNext(0);

    const { status } = await client.amocrm.operatorSays("tg-1-7", "Hello");

    expect(status).toBe(0);
    expect(receiver.received).toHaveLength(1);
  });

  test("can be addressed by amojo's chat id, and is in the history without our id", async () => {
    const chatId = client.amocrm.messages()[0]?.chatId ?? "";
    const { messageId } = await client.amocrm.operatorSays(chatId, "Hello");

    const { body } = await client.call("GET", `chats/${chatId}/history`);

    const [newest] = body["messages"] as { message: Record<string, unknown> }[];
    expect(newest?.message).toMatchObject({ id: messageId, text: "Hello" });
    expect(newest?.message).not.toHaveProperty("client_id");
  });

  test("can get a delivery status", async () => {
    const { messageId } = await client.amocrm.operatorSays("tg-1-7", "Hello");

    await client.call("POST", `${messageId}/delivery_status`, { status_code: 1 });

    expect(client.amocrm.messages().at(-1)).toMatchObject({
      direction: "operator",
      hookStatus: 200,
      deliveryStatus: [{ status: 1 }],
    });
  });

  test("in a conversation that does not exist gives an error", async () => {
    await expect(client.amocrm.operatorSays("tg-1-9", "Hello")).rejects.toThrow("tg-1-9");
  });

  test.each<{ name: string; prepare: () => Promise<unknown> }>([
    {
      name: "a fault loses it",
      prepare: async () => client.amocrm.faults.add({ match: "hook", dropRequest: true }),
    },
    {
      name: "a fault loses the next hook of a message, after a hook of another kind",
      async prepare() {
        client.amocrm.faults.add({ match: "hook message", dropRequest: true });
        expect(await client.amocrm.operatorTypes("tg-1-7")).toBe(200);
        receiver.received.length = 0;
      },
    },
    {
      name: "the account is not connected",
      prepare: () =>
        client.call("DELETE", `/v2/origin/custom/${channel.channelId}/disconnect`, {
          account_id: channel.accountId,
        }),
    },
    {
      name: "the account is connected with the old version of hooks",
      prepare: () =>
        client.call("POST", `/v2/origin/custom/${channel.channelId}/connect`, {
          account_id: channel.accountId,
        }),
    },
  ])("is in the chat but never arrives if $name", async ({ prepare }) => {
    await prepare();

    const { status } = await client.amocrm.operatorSays("tg-1-7", "Hello");

    expect(status).toBe(0);
    expect(receiver.received).toEqual([]);
    expect(client.amocrm.messages().at(-1)?.text).toBe("Hello");
  });
});

test("the question of the account's own bot, before a talk closes, goes out as a hook", async () => {
  await restart({ npsBot: true });
  const [{ contactId } = { contactId: 0 }] = client.amocrm.leads();
  const query = `filter[entity][]=contact&filter[entity_id][]=${contactId}&filter[type][]=incoming_chat_message`;
  const { body } = await client.api("GET", `events?${query}`);
  const { events } = body["_embedded"] as {
    events: { value_after: { message: { talk_id: number } }[] }[];
  };
  const talkId = events[0]?.value_after[0]?.message.talk_id;

  await client.api("POST", `talks/${talkId}/close`, { force_close: false });
  while (client.amocrm.messages().at(-1)?.hookStatus === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  expect(receiver.bodies()).toMatchObject([
    {
      message: {
        sender: { name: "NPS bot" },
        conversation: { client_id: "tg-1-7" },
        message: { type: "text", text: expect.stringContaining("1 to 5") },
      },
    },
  ]);
});

test("a chat for which no message named a source has the default one in its hooks", async () => {
  const source = { name: "A", external_id: "spring", default: true };
  await client.api("POST", "sources", [source]);

  await client.amocrm.operatorSays("tg-1-7", "Hello");

  expect(receiver.bodies()).toMatchObject([{ message: { source: { external_id: "spring" } } }]);
});

test("imported messages cause no hook", async () => {
  const sender = { id: "bot", name: "Bot", ref_id: channel.bot.id };
  const receiverOfMessage = { id: "tg-7", name: "Ann" };
  const answer = await client.call(
    "POST",
    "",
    aNewMessage({ msgid: "bot-1", sender, receiver: receiverOfMessage }),
  );

  expect(amojoId(answer)).toBeDefined();
  expect(receiver.received).toEqual([]);
});

describe("a hook built by the test", () => {
  test.each([
    { name: "body", body: { any: 1 }, options: {}, raw: '{"any":1}', valid: true },
    { name: "bytes", body: null, options: { raw: "not JSON" }, raw: "not JSON", valid: true },
    { name: "signature", body: {}, options: { signature: "bad" }, raw: "{}", valid: false },
    { name: "no signature", body: {}, options: { signature: "" }, raw: "{}", valid: false },
  ])("is sent with the given $name", async ({ body, options, raw, valid }) => {
    expect(await client.amocrm.sendHook(body, options)).toBe(200);

    const [received] = receiver.received;
    const signature = String(received?.headers["x-signature"] ?? "");
    expect(received?.raw).toBe(raw);
    expect(verifyHook(Buffer.from(raw), signature, [channel.channelSecret])).toBe(valid);
  });
});
