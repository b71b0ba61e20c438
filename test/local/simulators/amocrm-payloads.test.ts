import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { encodeMessage, encodeReaction } from "../../../lambdas/amocrm/chats/encode.ts";
import type { CrmContent, CrmMessage } from "../../../lambdas/model/crm.ts";
import { Client, aNewMessage, amojoId, channel } from "./support/amocrm-client.ts";

let client: Client;
beforeEach(async () => {
  client = await Client.start();
});
afterEach(() => client.amocrm.close());

const media = "https://media.example/a";
const quoted = { type: "text", timestamp: 1, msec_timestamp: 1000, sender: { name: "Ann" } };

describe("a new message", () => {
  test.each<{ field: string; payload: Record<string, unknown> }>([
    { field: "message.media", payload: { message: { type: "voice", media: "/a" } } },
    { field: "message.media", payload: { message: { type: "voice", media: "//media.example/a" } } },
    { field: "message.media", payload: { message: { type: "voice", media: "media.example/a" } } },
    { field: "message.media", payload: { message: { type: "text", text: "x", media: "" } } },
    { field: "message.text", payload: { message: { type: "sticker", media, text: null } } },
    { field: "message.file_name", payload: { message: { type: "audio", media, file_name: 5 } } },
    { field: "message.file_name", payload: { message: { type: "audio", media, file_name: "" } } },
    { field: "message.file_size", payload: { message: { type: "audio", media, file_size: -1 } } },
    {
      field: "message.media_duration",
      payload: { message: { type: "voice", media, media_duration: "3" } },
    },
    {
      field: "message.media_duration",
      payload: { message: { type: "voice", media, media_duration: 3.5 } },
    },
    {
      field: "message.sticker_id",
      payload: { message: { type: "sticker", media, sticker_id: 5 } },
    },
    {
      field: "message.callback_data",
      payload: { message: { type: "text", text: "x", callback_data: 5 } },
    },
    {
      field: "message.location.lat",
      payload: { message: { type: "location", location: { lat: 91, lon: 0 } } },
    },
    {
      field: "message.contact.name",
      payload: { message: { type: "contact", contact: { name: "", phone: "+7" } } },
    },
    { field: "sender.avatar", payload: { sender: { id: "tg-7", name: "Ann", avatar: "a.jpg" } } },
    { field: "reply_to.message", payload: { reply_to: { message: { id: 5 } } } },
    { field: "reply_to.message", payload: { reply_to: { message: { ...quoted } } } },
    {
      field: "reply_to.message",
      payload: { reply_to: { message: { ...quoted, text: "x", sender: {} } } },
    },
  ])("with a wrong $field is refused by name: $payload", async ({ field, payload }) => {
    const answer = await client.call("POST", "", aNewMessage(payload));

    expect(answer.status).toBe(400);
    expect(answer.body["error_description"]).toContain(`payload.${field}`);
  });

  test("may quote a message in full", async () => {
    const reply_to = { message: { ...quoted, text: "Before" } };

    expect((await client.call("POST", "", aNewMessage({ reply_to }))).status).toBe(200);
  });

  test("quotes only messages of its own chat", async () => {
    await client.call("POST", "", aNewMessage({ conversation_id: "tg-1-8", msgid: "tg-1-8-1" }));

    const reply_to = { message: { msgid: "tg-1-8-1" } };

    expect((await client.call("POST", "", aNewMessage({ reply_to }))).status).toBe(400);
  });
});

describe("an edit", () => {
  test.each([
    { type: "picture", media: "a.jpg" },
    { type: "picture", file_size: "7" },
    { type: "picture", text: 5 },
    { type: "video", text: "another type" },
  ])("with a wrong message is refused: %j", async (message) => {
    const picture = { type: "picture", media, file_name: "a", file_size: 7, text: "caption" };
    await client.call("POST", "", aNewMessage({ message: picture }));

    const edit = { ...aNewMessage({ message }), event_type: "edit_message" };

    expect((await client.call("POST", "", edit)).status).toBe(400);
    expect(client.amocrm.messages()).toMatchObject([{ text: "caption", edited: false }]);
  });
});

describe("a message that the bridge sends", () => {
  const file = { address: media, fileName: "a.bin", sizeBytes: undefined, durationSeconds: 2.6 };
  const contents: CrmContent[] = [
    { type: "text", text: "Hello" },
    ...(["picture", "video", "voice", "audio", "file", "sticker"] as const).map((type) => ({
      ...file,
      type,
      text: "",
    })),
    { type: "location", latitude: -90, longitude: 180, text: "Office" },
    { type: "contact", name: "Bob", phone: "+7" },
  ];
  const customer = { id: "tg-7", name: "Ann", language: "en", avatarAddress: media } as const;
  const aMessage = (content: CrmContent, changes: Partial<CrmMessage> = {}): CrmMessage => ({
    conversationId: "tg-1-7",
    msgid: "tg-1-7-1",
    customer,
    from: "customer",
    sentAtMillis: 1_700_000_000_599,
    silent: false,
    content,
    ...changes,
  });
  const send = (event: "new_message" | "edit_message", message: CrmMessage) =>
    client.call("POST", "", encodeMessage(event, message, channel.bot));

  test.each(contents)("of type $type is accepted, from both sides and edited", async (content) => {
    const answers = [
      await send("new_message", aMessage(content)),
      await send("edit_message", aMessage(content)),
      await send("new_message", aMessage(content, { from: "bot", msgid: "tg-1-7-2" })),
    ];

    expect(answers.map(({ status, text }) => (status === 200 ? 200 : text))).toEqual([
      200, 200, 200,
    ]);
    expect(client.amocrm.messages()).toMatchObject([
      { type: content.type, direction: "customer", edited: true },
      { type: content.type, direction: "bot" },
    ]);
  });

  test("as an answer, a choice and a reaction is accepted by either id", async () => {
    const text = { type: "text", text: "Hello" } as const;
    const id = amojoId(await send("new_message", aMessage(text)));

    for (const message of [{ msgid: "tg-1-7-1" }, { amocrmMessageId: id }]) {
      const msgid = `tg-1-7-${Object.keys(message).join()}`;
      const answer = aMessage(text, { msgid, repliesTo: message, choice: "d1" });
      const reaction = {
        conversationId: "tg-1-7",
        message,
        customer,
        type: "react",
        emoji: "👍",
      } as const;
      expect((await send("new_message", answer)).status).toBe(200);
      expect((await client.call("POST", "react", encodeReaction(reaction))).status).toBe(200);
      expect(
        (await client.call("POST", "react", encodeReaction({ ...reaction, type: "unreact" })))
          .status,
      ).toBe(200);
    }
    expect(client.amocrm.messages()[1]).toMatchObject({
      replyTo: { message: { msgid: "tg-1-7-1" } },
      content: { callback_data: "d1" },
    });
  });
});
