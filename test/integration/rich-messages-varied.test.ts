import { beforeAll, describe, expect, test } from "@jest/globals";
import { longestText } from "../../lambdas/customer-to-operator/content.ts";
import { aRealJpeg } from "../support/real-pictures.ts";
import { conversationOf, eventually, shown, useBridge, textsTo } from "./bridge.ts";

const bridge = useBridge();
beforeAll(async () => {
  bridge.amocrm.limitTexts(longestText);
});

const customer = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const paragraph = (text: string) => ({ type: "paragraph", text });
const rich = (...blocks: unknown[]) => ({ rich_message: { blocks } });
const photoOf = (id: string) => {
  bridge.telegram.putFile(id, aRealJpeg());
  return { type: "photo", photo: [{ file_id: id, file_unique_id: id, width: 90, height: 60 }] };
};
const piecesOf = (chatId: number, messageId: number) => {
  const msgid = `${conversationOf(chatId)}-${messageId}`;
  const isOurs = (id = "") => id === msgid || /^[.-]/.test(id.slice(msgid.length));
  return bridge.amocrm
    .messages()
    .filter((message) => message.msgid?.startsWith(msgid) === true && isOurs(message.msgid));
};
const partsOf = (chatId: number, messageId: number) =>
  piecesOf(chatId, messageId).map(({ type, text }) => [type, text]);
const sent = async (chatId: number, fields: Record<string, unknown>, last: number) => {
  const { messageId } = await bridge.telegram.customer.send(customer(chatId), fields);
  await shown(bridge, chatId, last === 1 ? messageId : `${messageId}.${last}`);
  return messageId;
};

describe("a rich message with files that cannot be delivered", () => {
  test("has the rest in the right order; the operator sees what is missing, and the customer gets one notice", async () => {
    const tooLarge = { file_id: "film", file_unique_id: "film", file_size: 30_000_000 };
    const unknown = [{ file_id: "gone", file_unique_id: "gone", width: 9, height: 9 }];
    const blocks = [
      paragraph("first"),
      { type: "video", video: tooLarge, caption: { text: "the fall" } },
      paragraph("second"),
      { type: "photo", photo: unknown, caption: { text: "the scratch" } },
      photoOf("good"),
      paragraph("last"),
    ];
    const body = { ok: false, error_code: 400, description: "Bad Request: invalid file_id" };
    bridge.telegram.faults.add({ match: "getFile", status: 400, times: 1, body });

    const messageId = await sent(81, rich(...blocks), 6);

    expect(partsOf(81, messageId)).toEqual([
      ["text", "first"],
      ["text", expect.stringMatching(/^\[video · .* МБ\] файл слишком большой.*\nthe fall$/)],
      ["text", "second"],
      ["text", expect.stringMatching(/^\[picture\] не удалось передать\nthe scratch$/)],
      ["picture", ""],
      ["text", "last"],
    ]);
    const answers = await eventually("both answers", () => {
      const texts = textsTo(bridge.telegram, 81);
      return texts.length === 2 && texts;
    });
    expect(answers).toEqual([
      expect.stringMatching(/too large/),
      expect.stringMatching(/^A file of yours did not come through/),
    ]);
  });
});

describe("an edit that changes the kind of message", () => {
  test("from text to a rich message that begins with a picture, and back to text", async () => {
    const messageId = await sent(82, { text: "Price: 100" }, 1);
    const { customer: acts } = bridge.telegram;

    await acts.edit(82, messageId, { text: null, ...rich(photoOf("p82"), paragraph("Price: 80")) });
    await shown(bridge, 82, `${messageId}.2`);
    const withPhoto = partsOf(82, messageId);
    await acts.edit(82, messageId, { text: "Price: 70", rich_message: null });
    await eventually("the second edit", () => partsOf(82, messageId)[0]?.[1] === "Price: 70");
    await eventually("the end of it", () => partsOf(82, messageId).at(-1)?.[1] === "[удалено]");

    expect(withPhoto).toEqual([
      ["text", "[удалено]"],
      ["picture", "[изменено] "],
      ["text", "Price: 80"],
    ]);
    expect(partsOf(82, messageId)).toEqual([
      ["text", "Price: 70"],
      ["picture", "[изменено] "],
      ["text", "[удалено]"],
    ]);
  });

  test("with fewer parts than before, and with more", async () => {
    const messageId = await sent(83, rich(paragraph("a"), photoOf("p83"), paragraph("b")), 3);
    const { customer: acts } = bridge.telegram;

    await acts.edit(83, messageId, rich(paragraph("A")));
    await eventually("the short one", () => partsOf(83, messageId).at(-1)?.[1] === "[удалено]");
    const short = partsOf(83, messageId);
    await acts.edit(
      83,
      messageId,
      rich(paragraph("a"), photoOf("p83"), paragraph("b"), photoOf("q83"), paragraph("c")),
    );
    await shown(bridge, 83, `${messageId}.5`);

    expect(short).toEqual([
      ["text", "A"],
      ["picture", "[удалено]"],
      ["text", "[удалено]"],
    ]);
    expect(partsOf(83, messageId)).toEqual([
      ["text", "a"],
      ["picture", ""],
      ["text", "b"],
      ["picture", ""],
      ["text", "c"],
    ]);
  });
});

describe("the largest rich messages that Telegram allows", () => {
  const characters = (text: string) => [...new Intl.Segmenter().segment(text)].length;

  test("32,768 characters without a break: no character is split or lost", async () => {
    const text = `a${"👨‍👩‍👧‍👦e\u0301🇷🇺".repeat(1900)}`;

    const messageId = await sent(84, rich(paragraph(text)), 4);

    const texts = piecesOf(84, messageId).map((piece) => piece.text);
    expect(texts.join("")).toBe(text);
    expect(texts.map(characters).reduce((sum, count) => sum + count)).toBe(characters(text));
  });

  test("500 blocks, 16 levels, 50 files: all texts and files, once and in order", async () => {
    const levels = (depth: number): unknown =>
      depth === 0
        ? paragraph("word 0")
        : { type: "blockquote", blocks: [paragraph(`word ${depth}`), levels(depth - 1)] };
    const blocks = Array.from({ length: 250 }, (_, at) => [
      paragraph(`word ${at + 100}`),
      at % 5 === 0 ? photoOf("p85") : { type: "divider" },
    ]);

    const messageId = await sent(85, rich(levels(15), ...blocks.flat()), 101);

    const pieces = piecesOf(85, messageId);
    const words = pieces.flatMap(({ text }) => text.match(/word \d+/g) ?? []);
    expect(words).toEqual([
      ...Array.from({ length: 16 }, (_, at) => `word ${15 - at}`),
      ...Array.from({ length: 250 }, (_, at) => `word ${at + 100}`),
    ]);
    expect(pieces.map(({ type }) => type).filter((type) => type === "picture")).toHaveLength(50);
  });
});

test("a rich message without visible content is shown by its name, and amoCRM refuses nothing", async () => {
  const empty = await sent(86, rich(), 1);
  const unseen = await sent(86, rich(paragraph("\u200b"), { type: "anchor", name: "top" }), 1);

  expect([empty, unseen].map((messageId) => partsOf(86, messageId))).toEqual([
    [["text", "[rich_message]"]],
    [["text", "[rich_message]"]],
  ]);
  expect(await bridge.parked("refused-by-amocrm")).toEqual([]);
});
