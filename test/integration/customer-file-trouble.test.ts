import { describe, expect, test } from "@jest/globals";
import { aRealMp4, aRealPdf } from "../support/real-files.ts";
import { conversationOf, eventually, fetchedFor, shown, sightings } from "./bridge.ts";
import { useBridge, textsIn, textsTo } from "./bridge.ts";

const bridge = useBridge();

const tooManyBytes = 20 * 1024 * 1024 + 1;

describe("a file over 20 MB, which Telegram does not give to bots", () => {
  const named = (fileId: string) => ({ file_id: fileId, file_unique_id: fileId });
  test.each([
    { name: "by its stated size", id: 53, sizes: { file_size: tooManyBytes }, size: / · 20 МБ/ },
    { name: "by its real size", id: 54, sizes: {}, size: /log\.zip\]/ },
  ])(
    "$name: the operator sees the file's name, and the customer gets a message",
    async ({ id, sizes, size }) => {
      bridge.telegram.putFile(`large-${id}`, Buffer.alloc(tooManyBytes));
      const document = { ...named(`large-${id}`), file_name: "log.zip", ...sizes };
      const gina = { id, first_name: "Gina", language_code: "en" };

      const sent = await bridge.telegram.customer.send(gina, { document, caption: "see line 7" });

      const message = await shown(bridge, id, sent.messageId);
      expect(message.type).toBe("text");
      expect(message.text).toMatch(/^\[file · log\.zip/);
      expect(message.text).toMatch(size);
      expect(message.text).toMatch(/слишком большой.*\nsee line 7$/);
      const [answer] = await eventually("the answer", () => {
        const texts = textsTo(bridge.telegram, id);
        return texts.length > 0 && texts;
      });
      expect(answer).toMatch(/too large.*at most 20 MB/);
    },
  );
});

test("a video whose real size is over 20 MB arrives in its largest smaller form", async () => {
  const small = aRealMp4();
  bridge.telegram.putFile("film", Buffer.alloc(tooManyBytes));
  bridge.telegram.putFile("film-720", small);
  const form = (name: string, height: number) => {
    return { file_id: name, file_unique_id: name, width: height * 2, height };
  };
  const qualities = [{ ...form("film-720", 720), codec: "h264", file_size: small.length }];
  const video = { ...form("film", 2160), duration: 1, qualities };

  const sent = await bridge.telegram.customer.send({ id: 58, first_name: "Kim" }, { video });

  const message = await shown(bridge, 58, sent.messageId);
  expect(message.type).toBe("video");
  expect((await fetchedFor(bridge, message)).bytes.equals(small)).toBe(true);
  expect(textsTo(bridge.telegram, 58)).toEqual([]);
});

describe("a file that Telegram does not give out", () => {
  const aDocument = (fileId: string) => {
    bridge.telegram.putFile(fileId, aRealPdf());
    return { document: { file_id: fileId, file_unique_id: fileId, file_name: "offer.pdf" } };
  };
  const refuse = (status: number, description: string, times: number) => {
    const body = { ok: false, error_code: status, description };
    bridge.telegram.faults.add({ match: "getFile", status, times, body });
  };

  test("temporarily arrives a little later, before the messages written after it", async () => {
    const iris = { id: 56, first_name: "Iris" };
    refuse(500, "Internal Server Error", 1);

    const { messageId } = await bridge.telegram.customer.send(iris, aDocument("later"));
    await bridge.telegram.customerSays(iris, "Did you get it?");

    const file = await shown(bridge, iris.id, messageId);
    await shown(bridge, iris.id, messageId + 1);
    expect(textsIn(bridge.amocrm, conversationOf(iris.id))).toEqual(["", "Did you get it?"]);
    expect((await fetchedFor(bridge, file)).bytes.equals(aRealPdf())).toBe(true);
  });

  test("permanently is shown by its name, and the chat goes on", async () => {
    const jon = { id: 57, first_name: "Jon" };
    refuse(400, "Bad Request: invalid file_id", 9);
    const fields = { ...aDocument("never"), caption: "our offer" };

    const { messageId } = await bridge.telegram.customer.send(jon, fields);
    await bridge.telegram.customerSays(jon, "Well?");

    await shown(bridge, jon.id, messageId + 1);
    await eventually("the answer", () => textsTo(bridge.telegram, jon.id).length > 0);
    expect(textsIn(bridge.amocrm, conversationOf(jon.id))).toEqual([
      "[file · offer.pdf] не удалось передать\nour offer",
      "Well?",
    ]);
    expect(textsTo(bridge.telegram, jon.id)).toEqual([
      expect.stringMatching(/^A file of yours did not come through/),
    ]);
  });
});

test("no customer's text and no file name is in a log", () => {
  const words = ["log.zip", "see line 7", "Gina", "offer", "Did you get it"];

  expect(sightings(bridge, words).inLog).toEqual([]);
});
