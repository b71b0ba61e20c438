import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage, amojoId } from "./support/amocrm-client.ts";
import { startFileHost } from "./support/file-host.ts";
import { eventually } from "./support/receiver.ts";

let client: Client;
let host: Awaited<ReturnType<typeof startFileHost>>;
let answer: (response: ServerResponse, path: string) => void;
const jpeg = Buffer.from([0xff, 0xd8, 0, 13, 10, 0xff, 0xd9]);
beforeEach(async () => {
  answer = (response) => response.writeHead(200, { "content-type": "image/jpeg" }).end(jpeg);
  host = await startFileHost((response, path) => answer(response, path));
  client = await Client.start({ fetchDelayMillis: 1 });
});
afterEach(() => Promise.all([host.close(), client.amocrm.close()]));

const aPicture = (address: string, more: object = {}) => ({
  message: { type: "picture", media: address, file_name: "a.jpg", file_size: 7, ...more },
});
const send = async (address: string) =>
  amojoId(await client.call("POST", "", aNewMessage(aPicture(address))));
const fetchedCount = (count: number) => () => client.amocrm.fetched().length === count;
const control = (method: string, path: string) =>
  fetch(`${client.amocrm.origin}/_sim/${path}`, { method });

describe("the file of a message", () => {
  test("is fetched soon after the message, and its bytes can be read back", async () => {
    const id = await send(`${host.origin}/a.jpg`);
    await eventually(fetchedCount(1));

    expect(client.amocrm.mediaOf("tg-1-7-1")).toMatchObject({
      ownerId: id,
      status: 200,
      contentType: "image/jpeg",
      bytes: jpeg,
    });
    const seen = await control("GET", `messages/${id}/media`);
    expect(seen.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await seen.arrayBuffer())).toEqual(jpeg);
  });

  test.each([404, 403, 500])("is reported as missing after a %i", async (status) => {
    answer = (response) => response.writeHead(status).end();

    const id = await send(`${host.origin}/a.jpg`);
    await eventually(fetchedCount(1));

    expect(client.amocrm.mediaOf(id)?.status).toBe(status);
    const seen = await control("GET", `messages/${id}/media`);
    expect([seen.status, await seen.text()]).toEqual([
      400,
      expect.stringContaining(String(status)),
    ]);
  });

  test("is reported as missing if no server answers", async () => {
    const { origin } = host;
    await host.close();

    const id = await send(`${origin}/a.jpg`);
    await eventually(fetchedCount(1));

    expect(client.amocrm.mediaOf(id)).toMatchObject({ status: 0, reason: expect.any(String) });
  });

  test("is not fetched from outside this machine", async () => {
    const id = await send("https://example.com/a.jpg");
    await eventually(fetchedCount(1));

    expect(client.amocrm.mediaOf(id)).toMatchObject({ status: 0, bytes: Buffer.alloc(0) });
  });

  test.each([
    { to: "/b.jpg", status: 200 },
    { to: "https://example.com/b.jpg", status: 0 },
    { to: "/again", status: 0 },
  ])("behind a redirect to $to arrives with status $status", async ({ to, status }) => {
    const plain = answer;
    answer = (response, path) =>
      path === "/b.jpg" ? plain(response, path) : response.writeHead(302, { location: to }).end();

    const id = await send(`${host.origin}/again`);
    await eventually(fetchedCount(1));

    expect(client.amocrm.mediaOf(id)?.status).toBe(status);
  });

  test("can be fetched again much later", async () => {
    const id = await send(`${host.origin}/a.jpg`);
    await eventually(fetchedCount(1));
    answer = (response) => response.writeHead(410).end();

    const again = (await (await control("POST", `messages/${id}/fetch`)).json()) as object;

    expect(again).toMatchObject({ status: 410, sizeBytes: 0 });
    expect((await control("POST", "messages/unknown/fetch")).status).toBe(400);
  });

  test("is fetched again when an edit names another file, and not otherwise", async () => {
    const anEdit = (message: object) => ({
      ...aNewMessage(message as Record<string, unknown>),
      event_type: "edit_message",
    });
    const id = await send(`${host.origin}/a.jpg`);
    await eventually(fetchedCount(1));

    const caption = await client.call(
      "POST",
      "",
      anEdit({ message: { type: "picture", text: "x" } }),
    );
    const other = await client.call("POST", "", anEdit(aPicture(`${host.origin}/b.jpg`)));
    await eventually(fetchedCount(2));

    expect([caption.status, other.status]).toEqual([200, 200]);
    expect(host.paths).toEqual(["/a.jpg", "/b.jpg"]);
    expect(client.amocrm.messages()).toMatchObject([{ id, text: "x", edited: true }]);
  });
});

describe("the picture of a person", () => {
  const user = (file: string) => ({ id: "tg-7", name: "Ann", avatar: `${host.origin}/${file}` });

  test("is fetched once per address", async () => {
    for (const file of ["ann.jpg", "ann.jpg", "new.jpg"]) {
      await client.call("POST", "chats", { conversation_id: "tg-1-7", user: user(file) });
    }
    await eventually(fetchedCount(2));

    expect(host.paths.toSorted()).toEqual(["/ann.jpg", "/new.jpg"]);
    expect(client.amocrm.avatarOf("tg-7")?.bytes).toEqual(jpeg);
    const seen = await control("GET", "people/tg-7/avatar");
    expect(Buffer.from(await seen.arrayBuffer())).toEqual(jpeg);
  });

  test("must be an address", async () => {
    const answered = await client.call("POST", "chats", {
      conversation_id: "tg-1-7",
      user: { ...user("a"), avatar: "ann.jpg" },
    });

    expect(answered.status).toBe(400);
    expect(answered.body["error_description"]).toContain("user.avatar");
  });
});
