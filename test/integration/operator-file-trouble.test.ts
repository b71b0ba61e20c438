import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, hookInstead, opened, sightings, useBridge, finalStatusOf } from "./bridge.ts";
import { bytesIn, files, operatorAttaches } from "./operator.ts";
import type { Attached, AttachedAs } from "./operator.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };
const { jpeg, mp4 } = files;

const bridge = useBridge();
beforeAll(async () => {
  await opened(bridge, anna);
});

const sent = (attached: { type: AttachedAs; file: Attached }[], text?: string) =>
  operatorAttaches(bridge, anna.id, attached, text);

describe("a file that Telegram refuses", () => {
  const refusal = { ok: false, error_code: 400, description: "Bad Request: IMAGE_PROCESS_FAILED" };
  const refuse = (match: string) =>
    bridge.telegram.faults.add({ match, status: 400, body: refusal, times: 9 });

  test("as a photo goes out as a document, with its caption", async () => {
    refuse("sendPhoto");

    const { status, messages } = await sent([{ type: "picture", file: jpeg }], "The door");

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ method: "sendDocument", text: "The door" }]);
    expect(bytesIn(bridge, messages[0]).equals(jpeg.bytes)).toBe(true);
  });

  test("as a document too goes out as its address", async () => {
    refuse("sendVideo");
    refuse("sendDocument");

    const { status, messages } = await sent([{ type: "video", file: mp4 }], "The yard");

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ method: "sendMessage" }]);
    expect(messages[0]?.text).toMatch(/^The yard\n\nA file for you: yard\.mp4\nhttp:\/\/127\.\S+$/);
    const [address = ""] = /http\S+/.exec(messages[0]?.text ?? "") ?? [];
    expect(Buffer.from(await (await fetch(address)).arrayBuffer())).toEqual(mp4.bytes);
  });

  test("because it is empty goes out as its address", async () => {
    const empty = { ...jpeg, bytes: Buffer.alloc(0), fileName: "empty.jpg" };

    const { status, messages } = await sent([{ type: "picture", file: empty }]);

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ method: "sendMessage" }]);
    expect(messages[0]?.text).toMatch(/empty\.jpg\nhttp:/);
  });

  test("in every form is an error for the operator", async () => {
    for (const method of ["sendPhoto", "sendDocument", "sendMessage"]) refuse(method);

    const { status, messages } = await sent([{ type: "picture", file: jpeg }]);

    expect(messages).toEqual([]);
    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/Telegram не принял/);
  });
});

describe("a file that cannot be fetched", () => {
  const at = (address: string) =>
    hookInstead(bridge, anna.id, { type: "picture", text: "", media: address });

  test("because it is gone: the operator gets an error", async () => {
    const messageId = await at(`${bridge.amocrm.origin}/attachments/gone/door.jpg`);

    const status = await finalStatusOf(bridge, messageId);
    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/Не удалось получить вложенный файл/);
  });

  test.each([
    { where: "a host that is not allowed", address: () => "https://files.example/door.jpg" },
    {
      where: "another port of the machine",
      address: () => `${bridge.telegram.root}/_sim/messages`,
    },
    { where: "the metadata service", address: () => "http://169.254.169.254/latest/meta-data" },
  ])(
    "because it is at $where: the operator gets an error, and no call goes there",
    async ({ address }) => {
      const before = bridge.telegram.messages().length;
      const status = await finalStatusOf(bridge, await at(address()));

      expect(status).toMatchObject({ status: -1, errorCode: 905 });
      expect(bridge.telegram.messages().slice(before)).toEqual([]);
    },
  );

  test("temporarily arrives when it is available", async () => {
    bridge.amocrm.faults.add({ match: "GET /attachments/", status: 503 });

    const { status, messages } = await sent([{ type: "picture", file: jpeg }]);

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ method: "sendPhoto" }]);
  });

  test("because it is over 50 MB goes out as its address, with a sentence", async () => {
    const { address } = bridge.amocrm.addAttachment(mp4);
    const before = bridge.telegram.messages().length;
    const large = { type: "video", text: "The whole film", media: address, file_name: "film.mp4" };
    const messageId = await hookInstead(bridge, anna.id, { ...large, file_size: 60 * 1024 * 1024 });

    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });
    const messages = await eventually("the address", () => {
      const sentNow = bridge.telegram.messages().slice(before);
      return sentNow.length > 0 && sentNow;
    });
    expect(messages.map(({ text }) => text)).toEqual([
      `The whole film\n\nA file for you: film.mp4\n${address}`,
    ]);
    expect(bridge.amocrm.calls().some(({ path }) => address.endsWith(path))).toBe(false);
  });
});

test("no operator's text and no name or address of a file is in a log", () => {
  const words = ["The door", "The yard", "yard.mp4", "/attachments/", "film", "gone/"];

  expect(sightings(bridge, words).inLog).toEqual([]);
});
