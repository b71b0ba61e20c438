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
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);

describe("a chat created before its first message", () => {
  const aChat = { conversation_id: "tg-1-7", user: { id: "tg-7", name: "Ann" } };

  test("always has the same id, and no lead", async () => {
    const first = await client.call("POST", "chats", aChat);
    const second = await client.call("POST", "chats", aChat);

    expect(second).toEqual(first);
    expect(first.body).toMatchObject({ id: uuid, user: { id: uuid, client_id: "tg-7" } });
    expect(client.amocrm.leads()).toEqual([]);
  });

  test("is the chat of the later messages", async () => {
    const { body } = await client.call("POST", "chats", aChat);

    const answer = await client.call("POST", "", aNewMessage());

    expect(answer.body["new_message"]).toMatchObject({
      conversation_id: body["id"],
      sender_id: (body["user"] as { id: string }).id,
    });
  });

  test("is accepted in the documented form", async () => {
    expect((await client.call("POST", "chats", fixture("req-create-chat.json"))).status).toBe(200);
  });

  test.each([
    { ...aChat, conversation_id: 7 },
    { ...aChat, user: undefined },
    { ...aChat, user: { id: 7, name: "Ann" } },
    { ...aChat, user: { id: "tg-7" } },
  ])("with wrong types is refused: %j", async (body) => {
    expect((await client.call("POST", "chats", body)).status).toBe(400);
  });
});

describe("a delivery status", () => {
  let id: string;
  beforeEach(async () => {
    id = amojoId(await client.call("POST", "", aNewMessage()));
  });

  test.each([
    { body: { status_code: 1 }, status: { status: 1 } },
    { body: { delivery_status: 1 }, status: { status: 1 } },
    { body: { status_code: 2, delivery_status: 2 }, status: { status: 2 } },
    {
      body: { status_code: -1, error_code: 904, error: "" },
      status: { status: -1, errorCode: 904, error: "" },
    },
    {
      body: fixture("req-delivery-status-reference.json"),
      status: { status: -1, errorCode: 905, error: "Error text" },
    },
  ])("$body is stored", async ({ body, status }) => {
    const answer = await client.call("POST", `${id}/delivery_status`, body);

    expect(answer).toEqual({ status: 200, body: {}, text: "" });
    expect(client.amocrm.messages()[0]?.deliveryStatus).toEqual([status]);
  });

  test.each([
    {},
    { status_code: "1" },
    { status_code: 3 },
    { status_code: 0 },
    { status_code: 1, delivery_status: -1 },
    { status_code: -1, error: "text" },
    { status_code: -1, error_code: "905", error: "text" },
    { status_code: -1, error_code: 906, error: "text" },
    { status_code: -1, error_code: 904 },
    { status_code: -1, error_code: 905, error: "" },
    { status_code: 1, msgid: "another" },
  ])("%j is refused", async (body) => {
    expect((await client.call("POST", `${id}/delivery_status`, body)).status).toBe(400);
    expect(client.amocrm.messages()[0]?.deliveryStatus).toEqual([]);
  });

  test("addressed by our own id finds no message", async () => {
    const answer = await client.call("POST", "tg-1-7-1/delivery_status", { status_code: 1 });

    expect(answer.status).toBe(404);
  });
});

describe("the history", () => {
  const page = (chatId: string, query: string) =>
    client.call("GET", `chats/${chatId}/history`, undefined, { query });

  test("is newest first, one page at a time", async () => {
    for (const second of [1, 2, 3]) {
      const timestamp = 1639604760 + second;
      const times = { timestamp, msec_timestamp: timestamp * 1000, msgid: `m${second}` };
      await client.call("POST", "", aNewMessage(times));
    }
    const chatId = client.amocrm.messages()[0]?.chatId ?? "";

    const ids = async (query: string) =>
      ((await page(chatId, query)).body["messages"] as { message: { client_id: string } }[]).map(
        ({ message }) => message.client_id,
      );

    expect(await ids("")).toEqual(["m3", "m2", "m1"]);
    expect(await ids("?limit=2&offset=1")).toEqual(["m2", "m1"]);
    expect((await page(chatId, "?offset=3")).status).toBe(204);
  });

  test.each(["?limit=51", "?limit=0", "?limit=x", "?offset=-1"])("%s is refused", async (query) => {
    expect((await page("any", query)).status).toBe(400);
  });

  test("of a chat addressed by our own id is empty", async () => {
    await client.call("POST", "", aNewMessage());

    expect((await page("tg-1-7", "")).status).toBe(204);
  });
});

describe("typing and reactions", () => {
  test("typing is accepted only for a known conversation", async () => {
    await client.call("POST", "", aNewMessage());
    const sender = { id: "tg-7" };

    const known = await client.call("POST", "typing", { conversation_id: "tg-1-7", sender });
    const unknown = await client.call("POST", "typing", { conversation_id: "x", sender });

    expect([known.status, unknown.status]).toEqual([204, 404]);
  });

  test("a reaction stays until it is removed", async () => {
    await client.call("POST", "", aNewMessage());
    const reaction = {
      conversation_id: "tg-1-7",
      msgid: "tg-1-7-1",
      user: { id: "tg-7" },
      type: "react",
      emoji: "👍",
    };

    expect((await client.call("POST", "react", reaction)).status).toBe(200);
    expect(client.amocrm.messages()[0]?.reactions).toEqual([{ userId: "tg-7", emoji: "👍" }]);

    await client.call("POST", "react", { ...reaction, type: "unreact" });
    expect(client.amocrm.messages()[0]?.reactions).toEqual([]);
  });

  test.each([
    { change: { msgid: "unknown" }, status: 404 },
    { change: { msgid: undefined }, status: 400 },
    { change: { emoji: undefined }, status: 400 },
    { change: { type: "like" }, status: 400 },
  ])("a reaction with $change gets $status", async ({ change, status }) => {
    await client.call("POST", "", aNewMessage());
    const reaction = {
      conversation_id: "tg-1-7",
      msgid: "tg-1-7-1",
      user: { id: "tg-7" },
      type: "react",
      emoji: "👍",
    };

    expect((await client.call("POST", "react", { ...reaction, ...change })).status).toBe(status);
  });
});

describe("the connection of the account", () => {
  const connectPath = `/v2/origin/custom/${channel.channelId}/connect`;
  const disconnectPath = `/v2/origin/custom/${channel.channelId}/disconnect`;
  const { accountId } = channel;

  test("ends with disconnect and starts again with connect", async () => {
    await client.call("DELETE", disconnectPath, { account_id: accountId });
    const disconnected = await client.call("POST", "", aNewMessage());
    const connect = { account_id: accountId, hook_api_version: "v2" };
    const answer = await client.call("POST", connectPath, connect);
    const connected = await client.call("POST", "", aNewMessage());

    expect(disconnected.status).toBe(404);
    expect(answer.body).toMatchObject({
      scope_id: `${channel.channelId}_${accountId}`,
      ...connect,
    });
    expect(connected.status).toBe(200);
  });

  test.each([{}, { account_id: 5 }, { account_id: "other" }])("%j is refused", async (body) => {
    expect((await client.call("POST", connectPath, body)).status).toBe(400);
  });

  test.each([{}, { account_id: 5 }, { account_id: "other" }])(
    "%j does not end it",
    async (body) => {
      expect((await client.call("DELETE", disconnectPath, body)).status).toBe(400);
      expect((await client.call("POST", "", aNewMessage())).status).toBe(200);
    },
  );

  test("a path that does not exist gets an empty 404", async () => {
    expect(await client.call("POST", "messages", {})).toEqual({ status: 404, body: {}, text: "" });
  });
});
