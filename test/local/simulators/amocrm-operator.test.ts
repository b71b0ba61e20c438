import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage, amojoId } from "./support/amocrm-client.ts";
import { Receiver } from "./support/receiver.ts";

type Hook = { message: { message: Record<string, unknown> } };

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
const messagesOfHooks = () => hooks().map(({ message }) => message.message);
const control = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${client.amocrm.origin}/_sim/${path}`, {
    method: "POST",
    headers,
    body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const pdf = Buffer.from("%PDF-1.7\r\n\0\xff", "latin1");
const aFile = (fileName = "a b.pdf") =>
  client.amocrm.addAttachment({ bytes: pdf, fileName, contentType: "application/pdf" });

describe("an operator's file", () => {
  test("is served from the simulator's own address, byte for byte", async () => {
    const { body } = await control("attachments?name=a%20b.pdf", pdf, {
      "content-type": "application/pdf",
    });

    const response = await fetch(String(body["address"]));

    expect(response.headers.get("content-type")).toBe("application/pdf");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(pdf);
    expect((await fetch(`${String(body["address"])}x`)).status).toBe(404);
    expect(
      client.amocrm.calls().filter(({ path }) => path.startsWith("/attachments/")),
    ).toHaveLength(2);
  });

  test("is sent with its address, name, size and caption", async () => {
    const { id, address } = aFile();

    const { body } = await control("conversations/tg-1-7/send", {
      text: "The contract",
      attachments: [{ id, type: "file" }],
    });

    expect(body["sent"]).toMatchObject([{ status: 200 }]);
    expect(messagesOfHooks()).toMatchObject([
      { type: "file", text: "The contract", media: address, file_name: "a b.pdf", file_size: 12 },
    ]);
    expect(messagesOfHooks()[0]).not.toHaveProperty("media_group_id");
  });

  test("in a message of several is its own hook, in one group, with the caption on the first", async () => {
    const attachments = ["1", "2", "3"].map((name) => ({
      id: aFile(name).id,
      type: "picture" as const,
    }));

    const sentIds = await client.amocrm.operatorSends("tg-1-7", { text: "Look", attachments });

    const sent = messagesOfHooks();
    expect(sentIds.map(({ messageId }) => messageId)).toEqual(sent.map(({ id }) => id));
    expect(sent.map(({ text, file_name: name }) => [text, name])).toEqual([
      ["Look", "1"],
      ["", "2"],
      ["", "3"],
    ]);
    expect(new Set(sent.map(({ media_group_id: group }) => group))).toEqual(
      new Set([expect.any(String)]),
    );
    expect((await fetch(String(sent[0]?.["thumbnail"]))).status).toBe(200);
  });

  test("is also in the history, without the fields that a history lacks", async () => {
    const { id, address } = aFile();
    const { chatId } = client.amocrm.messages()[0] ?? { chatId: "" };
    const template = { id: 1, content: "Hello" };
    await client.amocrm.operatorSends("tg-1-7", { attachments: [{ id, type: "file" }], template });

    const { body } = await client.call("GET", `chats/${chatId}/history`);

    const [newest] = body["messages"] as { message: object }[];
    expect(newest?.message).toMatchObject({ type: "file", media: address, file_size: 12 });
    expect(newest?.message).not.toHaveProperty("template");
  });
});

describe("an operator's message", () => {
  const buttons = [[{ text: "Yes" }, { text: "Site", url: "https://shop.example" }]];
  const sections = [{ title: "Day", rows: [{ callback_data: "d1", title: "Morning" }] }];
  const list_message = { body: "When?", button: "Open", sections };

  test.each([
    { name: "buttons", more: { markup: { mode: "inline", buttons } as const } },
    { name: "a list", more: { markup: { list_message } } },
    {
      name: "a template",
      more: { template: { id: 7, content: "{{a}}", params: [{ key: "{{a}}", value: "1" }] } },
    },
  ])("contains $name as documented", async ({ more }) => {
    await client.amocrm.operatorSends("tg-1-7", { text: "Hello", ...more });

    expect(messagesOfHooks()).toMatchObject([{ type: "text", text: "Hello", media: "", ...more }]);
  });

  test("quotes a message of the chat by both ids, with its content", async () => {
    await client.amocrm.operatorSends("tg-1-7", { text: "Yes", reply_to: "tg-1-7-1" });

    expect(messagesOfHooks()[0]?.["reply_to"]).toMatchObject({
      message: {
        id: customerMessageId,
        msgid: "tg-1-7-1",
        type: "text",
        text: "Hello",
        sender: { client_id: "tg-7", name: "Ann" },
      },
    });
  });

  test("forwards a message, with or without a text", async () => {
    await client.amocrm.operatorSends("tg-1-7", { forward: customerMessageId });

    expect(messagesOfHooks()).toMatchObject([
      { text: "", forwards: { messages: [{ id: customerMessageId, text: "Hello" }] } },
    ]);
  });

  test.each([
    { body: {}, reason: "needs text" },
    { body: { text: "" }, reason: "needs text" },
    { body: { text: 5 }, reason: "text" },
    { body: { text: "x", media: "https://a.example" }, reason: "media" },
    { body: { attachments: [{ id: "unknown", type: "file" }] }, reason: "no attachment unknown" },
    { body: { attachments: [{ id: "unknown", type: "location" }] }, reason: "attachments" },
    { body: { text: "x", markup: { mode: "inline", buttons: [[]] } }, reason: "markup" },
    {
      body: { text: "x", markup: { list_message: { ...list_message, header: "x".repeat(61) } } },
      reason: "markup",
    },
    { body: { text: "x", reply_to: "unknown" }, reason: "no message unknown" },
    { body: { text: "x", forward: "unknown" }, reason: "no message unknown" },
  ])("that amoCRM does not allow is refused: $body", async ({ body, reason }) => {
    const answer = await control("conversations/tg-1-7/send", body);

    expect([answer.status, answer.body["error"]]).toEqual([400, expect.stringContaining(reason)]);
    expect(receiver.received).toEqual([]);
    expect(client.amocrm.messages()).toHaveLength(1);
  });

  test("cannot quote another chat, and cannot go to a chat that does not exist", async () => {
    await client.call("POST", "", aNewMessage({ conversation_id: "tg-1-8", msgid: "tg-1-8-1" }));

    const answers = [
      await control("conversations/tg-1-7/send", { text: "x", reply_to: "tg-1-8-1" }),
      await control("conversations/tg-1-9/send", { text: "x" }),
      await control("conversations/tg-1-9/typing"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });
});
