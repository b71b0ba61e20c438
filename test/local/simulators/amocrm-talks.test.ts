import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage } from "./support/amocrm-client.ts";

let client: Client;
let chatId = "";
let contactId = 0;
beforeEach(async () => {
  client = await Client.start();
  const user = { id: "tg-7", name: "Ann" };
  const chat = await client.call("POST", "chats", { conversation_id: "tg-1-7", user });
  chatId = String(chat.body["id"]);
  const { body } = await client.api("POST", "contacts", [{ name: "Ann" }]);
  contactId = (body["_embedded"] as { contacts: { id: number }[] }).contacts[0]?.id ?? 0;
  await client.api("POST", "contacts/chats", [{ contact_id: contactId, chat_id: chatId }]);
});
afterEach(() => client.amocrm.close());

const writes = (number: number, silent = false) =>
  client.call("POST", "", aNewMessage({ msgid: `tg-1-7-${number}`, silent }));
const types = "filter[type][]=incoming_chat_message&filter[type][]=outgoing_chat_message";
const talksOf = async (contact: number) => {
  const query = `filter[entity][]=contact&filter[entity_id][]=${contact}&${types}`;
  const { status, body } = await client.api("GET", `events?${query}`);
  if (status === 204) return [];
  const { events } = body["_embedded"] as {
    events: { type: string; value_after: { message: { talk_id: number } }[] }[];
  };
  return events.map(({ type, value_after: [change] }) => ({
    type,
    talkId: change?.message.talk_id ?? 0,
  }));
};
const talkOf = async (talkId: number) => (await client.api("GET", `talks/${talkId}`)).body;

describe("a talk", () => {
  test("starts with a message that is not silent, and contains the later ones until it is closed", async () => {
    await writes(1, true);
    const before = await talksOf(contactId);
    await writes(2);
    await client.amocrm.operatorSays("tg-1-7", "Hello");
    await writes(3, true);

    const [{ talkId } = { talkId: 0 }] = await talksOf(contactId);

    expect(before).toEqual([]);
    expect((await talksOf(contactId)).map((event) => event.talkId)).toEqual([
      talkId,
      talkId,
      talkId,
    ]);
    expect(await talkOf(talkId)).toMatchObject({
      talk_id: talkId,
      chat_id: chatId,
      contact_id: contactId,
      is_in_work: true,
    });
  });

  test("is closed and reopened by operators; a message after a close starts another", async () => {
    await writes(1);
    const [{ talkId } = { talkId: 0 }] = await talksOf(contactId);
    client.amocrm.closeTalk("tg-1-7");
    const isClosed = (await talkOf(talkId))["is_in_work"];
    client.amocrm.reopenTalk(chatId);
    const isOpen = (await talkOf(talkId))["is_in_work"];
    client.amocrm.closeTalk("tg-1-7");

    await writes(2);

    expect([isClosed, isOpen]).toEqual([false, true]);
    expect(new Set((await talksOf(contactId)).map((event) => event.talkId)).size).toBe(2);
  });

  test("is closed by hand, and only if one is open", async () => {
    const close = async () => {
      const url = `${client.amocrm.origin}/_sim/conversations/tg-1-7/close`;
      return (await fetch(url, { method: "POST" })).status;
    };
    const before = await close();
    await writes(1);

    expect([before, await close(), await close()]).toEqual([400, 200, 400]);
  });

  test("belongs to its contact, and an unknown talk is not found", async () => {
    await writes(1);

    expect(await talksOf(contactId + 1)).toEqual([]);
    expect((await client.api("GET", "talks/5")).status).toBe(404);
    expect((await client.api("GET", `events?filter[entity_id][]=5&${types}`)).status).toBe(400);
  });
});
