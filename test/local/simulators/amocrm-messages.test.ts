import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage, amojoId, channel } from "./support/amocrm-client.ts";

let client: Client;
beforeEach(async () => {
  client = await Client.start();
});
afterEach(() => client.amocrm.close());

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/amocrm/${name}`, import.meta.url), "utf8"));
const aReceiver = { id: "tg-7", name: "Ann" };
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);

describe("a new message", () => {
  test("is stored and answered with amojo's ids", async () => {
    const answer = await client.call("POST", "", aNewMessage());

    expect(answer.body).toEqual({
      new_message: { conversation_id: uuid, sender_id: uuid, msgid: uuid, ref_id: "tg-1-7-1" },
    });
    expect(client.amocrm.messages()).toMatchObject([
      {
        id: amojoId(answer),
        msgid: "tg-1-7-1",
        conversationId: "tg-1-7",
        direction: "customer",
        text: "Hello",
        silent: false,
        sender: { clientId: "tg-7", name: "Ann" },
      },
    ]);
  });

  test.each<{ field: string; payload: Record<string, unknown> }>([
    { field: "timestamp", payload: { timestamp: "1639604761" } },
    { field: "timestamp", payload: { timestamp: 1639604761.5 } },
    { field: "timestamp", payload: { timestamp: undefined } },
    { field: "msec_timestamp", payload: { msec_timestamp: 1639604762000 } },
    { field: "msec_timestamp", payload: { msec_timestamp: 1639604761 } },
    { field: "msgid", payload: { msgid: 5 } },
    { field: "msgid", payload: { msgid: undefined } },
    { field: "conversation_id", payload: { conversation_id: 7 } },
    { field: "conversation_id", payload: { conversation_id: "" } },
    { field: "conversation_ref_id", payload: { conversation_ref_id: "unknown" } },
    { field: "sender", payload: { sender: undefined } },
    { field: "sender.id", payload: { sender: { id: 7, name: "Ann" } } },
    { field: "sender.name", payload: { sender: { id: "tg-7" } } },
    { field: "sender.profile.phone", payload: { sender: { ...aReceiver, profile: { phone: 7 } } } },
    { field: "receiver.name", payload: { receiver: { id: "tg-7" } } },
    { field: "silent", payload: { silent: "false" } },
    { field: "source.external_id", payload: { source: { external_id: "я" } } },
    { field: "source.external_id", payload: { source: { external_id: "x".repeat(41) } } },
    { field: "message", payload: { message: undefined } },
    { field: "message.type", payload: { message: { type: "poll" } } },
    { field: "message.text", payload: { message: { type: "text", text: "" } } },
    { field: "message.text", payload: { message: { type: "text" } } },
    { field: "message.media", payload: { message: { type: "voice" } } },
    { field: "message.media", payload: { message: { type: "sticker", media: "file:///etc/x" } } },
    {
      field: "message.file_size",
      payload: {
        message: { type: "file", media: "https://example.com/a", file_name: "a", file_size: "9" },
      },
    },
    {
      field: "message.file_name",
      payload: { message: { type: "picture", media: "https://example.com/a", file_size: 9 } },
    },
    {
      field: "message.location.lat",
      payload: { message: { type: "location", location: { lon: 1, lat: "2" } } },
    },
    {
      field: "message.contact.phone",
      payload: { message: { type: "contact", contact: { name: "B" } } },
    },
    { field: "reply_to.message", payload: { reply_to: { message: {} } } },
    { field: "reply_to.message", payload: { reply_to: { message: { msgid: "unknown" } } } },
    { field: "forwards.messages", payload: { forwards: { messages: [] } } },
  ])("with a wrong $field is refused by name: $payload", async ({ field, payload }) => {
    const answer = await client.call("POST", "", aNewMessage(payload));

    expect(answer.status).toBe(400);
    expect(answer.body["error_description"]).toContain(`payload.${field}`);
    expect(client.amocrm.messages()).toEqual([]);
  });

  test.each([
    { type: "text", text: "x" },
    {
      type: "picture",
      media: "https://example.com/a.jpg",
      file_name: "a.jpg",
      file_size: 0,
      text: "",
    },
    { type: "file", media: "https://example.com/a", file_name: "a", file_size: 1 },
    { type: "video", media: "https://example.com/a", file_name: "a", file_size: 1 },
    { type: "voice", media: "https://example.com/a", media_duration: 3 },
    { type: "audio", media: "https://example.com/a" },
    { type: "sticker", media: "https://example.com/a" },
    { type: "location", location: { lon: 37.6, lat: 55 } },
    { type: "contact", contact: { name: "B", phone: "+7" } },
  ])("of type $type needs only its documented fields", async (message) => {
    expect((await client.call("POST", "", aNewMessage({ message }))).status).toBe(200);
  });

  test.each(["req-new-message-incoming-client.json", "req-new-message-outgoing-bot.json"])(
    "as documented in %s is accepted",
    async (name) => {
      expect((await client.call("POST", "", fixture(name))).status).toBe(200);
    },
  );

  test("that is not JSON is refused", async () => {
    const answer = await client.call("POST", "", undefined);

    expect(answer).toMatchObject({ status: 400, body: { error_code: 400 } });
  });

  test("with a used msgid is refused and adds nothing", async () => {
    await client.call("POST", "", aNewMessage());

    const answer = await client.call("POST", "", aNewMessage({ conversation_id: "tg-1-8" }));

    expect(answer.status).toBe(400);
    expect(answer.body["error_description"]).toContain("msgid");
    expect(client.amocrm.messages()).toHaveLength(1);
  });

  test("from an unknown operator is refused", async () => {
    const sender = { id: "someone", name: "Someone" };

    const answers = [
      await client.call("POST", "", aNewMessage({ receiver: aReceiver, sender })),
      await client.call(
        "POST",
        "",
        aNewMessage({ receiver: aReceiver, sender: { ...sender, ref_id: "nobody" } }),
      ),
    ];

    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(answer.body["error_description"]).toBe("sender: user not found");
    }
  });

  test("from the channel's bot goes to its receiver", async () => {
    const sender = { id: "bot", name: "Bot", ref_id: channel.bot.id };

    const answer = await client.call("POST", "", aNewMessage({ sender, receiver: aReceiver }));

    expect(answer.body["new_message"]).toMatchObject({
      sender_id: channel.bot.id,
      receiver_id: uuid,
    });
    expect(client.amocrm.messages()[0]?.direction).toBe("bot");
  });
});

test("with a repeated msgid can get the first answer again, still without a second message", async () => {
  const lenient = await Client.start({ repeatedMsgid: "accept" });
  try {
    const first = await lenient.call("POST", "", aNewMessage());
    const second = await lenient.call("POST", "", aNewMessage());

    expect(second).toEqual(first);
    expect(lenient.amocrm.messages()).toHaveLength(1);
  } finally {
    await lenient.amocrm.close();
  }
});

describe("a limit for texts", () => {
  test.each([
    { text: "👍".repeat(2), status: 200 },
    { text: "12345", status: 400 },
  ])("counts UTF-16 units: $text gets $status", async ({ text, status }) => {
    client.amocrm.limitTexts(4);
    const message = { type: "text", text };

    expect((await client.call("POST", "", aNewMessage({ message }))).status).toBe(status);
  });

  test("is off at the start, and can be removed through the control address", async () => {
    const message = { type: "text", text: "x".repeat(100_000) };
    const limit = (body: object) =>
      fetch(`${client.amocrm.origin}/_sim/limits`, { method: "POST", body: JSON.stringify(body) });

    expect((await client.call("POST", "", aNewMessage({ message }))).status).toBe(200);
    await limit({ longestText: 10 });
    const refused = await client.call("POST", "", aNewMessage({ msgid: "tg-1-7-2", message }));
    await limit({});
    const taken = await client.call("POST", "", aNewMessage({ msgid: "tg-1-7-2", message }));

    expect([refused.status, taken.status]).toEqual([400, 200]);
  });
});

describe("half of a surrogate pair", () => {
  const cut = aNewMessage({ message: { type: "text", text: "cut emoji \ud83d" } });

  test("is refused, in a message and in a contact", async () => {
    expect(await client.call("POST", "", cut)).toMatchObject({ status: 400 });
    expect(await client.api("POST", "contacts", [{ name: "Ann \ud83d" }])).toMatchObject({
      status: 400,
    });
    expect(client.amocrm.messages()).toEqual([]);
  });

  test("can be accepted, because the documentation does not mention it", async () => {
    const lenient = await Client.start({ loneSurrogates: "accept" });
    try {
      expect(await lenient.call("POST", "", cut)).toMatchObject({ status: 200 });
    } finally {
      await lenient.amocrm.close();
    }
  });
});

describe("an edit", () => {
  const anEdit = (payload: Record<string, unknown> = {}) => ({
    event_type: "edit_message",
    payload: {
      timestamp: 1639604762,
      msec_timestamp: 1639604762000,
      msgid: "tg-1-7-1",
      conversation_id: "tg-1-7",
      message: { type: "text", text: "Edited" },
      ...payload,
    },
  });

  test("replaces the text", async () => {
    await client.call("POST", "", aNewMessage());

    expect((await client.call("POST", "", anEdit())).status).toBe(200);
    expect(client.amocrm.messages()).toMatchObject([{ text: "Edited", edited: true }]);
  });

  test.each([{ msgid: "unknown" }, { conversation_id: "tg-1-8" }, { msgid: undefined }])(
    "that names no message of the conversation is refused: %p",
    async (payload) => {
      await client.call("POST", "", aNewMessage());

      expect((await client.call("POST", "", anEdit(payload))).status).toBe(400);
      expect(client.amocrm.messages()[0]?.text).toBe("Hello");
    },
  );
});
