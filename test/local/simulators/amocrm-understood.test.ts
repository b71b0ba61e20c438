import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { Client, aNewMessage } from "./support/amocrm-client.ts";
import { Receiver } from "./support/receiver.ts";

let receiver: Receiver;
let client: Client;
beforeEach(async () => {
  receiver = await Receiver.start();
  client = await Client.start();
  client.amocrm.setHookUrl(receiver.url);
  await client.call("POST", "", aNewMessage());
});
afterEach(() => Promise.all([receiver.close(), client.amocrm.close()]));

const understood = () =>
  receiver.received.map(({ raw }) => decodeHook(Buffer.from(raw), client.amocrm.scopeId));

test("the bridge understands every hook the simulator sends", async () => {
  const { amocrm } = client;
  const [{ id: quotedId } = { id: "" }] = amocrm.messages();
  const bytes = Buffer.from("file");
  const { id, address } = amocrm.addAttachment({
    bytes,
    fileName: "a.ogg",
    contentType: "audio/ogg",
  });
  const buttons = [[{ text: "Yes" }]];

  await amocrm.operatorSends("tg-1-7", {
    text: "Listen",
    attachments: [{ id, type: "voice" }],
    markup: { mode: "inline", buttons },
    reply_to: quotedId,
  });
  await amocrm.operatorSends("tg-1-7", { forward: "tg-1-7-1" });
  await amocrm.operatorTypes("tg-1-7");
  await amocrm.operatorReacts(quotedId, "👍", "msgid");
  await amocrm.operatorReacts(quotedId, undefined, "message");

  const conversationId = "tg-1-7";
  expect(understood()).toMatchObject([
    {
      kind: "message",
      conversationId,
      content: {
        type: "media",
        media: { kind: "voice", source: address, fileName: "a.ogg", sizeBytes: 4 },
        text: "Listen",
      },
      buttons,
      quote: { amocrmMessageId: quotedId, msgid: "tg-1-7-1", text: "Hello" },
    },
    { kind: "message", conversationId, content: { type: "text", text: "Hello" } },
    { kind: "typing", conversationId, untilSeconds: expect.any(Number) },
    { kind: "reaction", conversationId, message: { amocrmMessageId: quotedId }, emoji: "👍" },
    {
      kind: "reaction",
      conversationId,
      message: { amocrmMessageId: quotedId, msgid: "tg-1-7-1" },
    },
  ]);
});
