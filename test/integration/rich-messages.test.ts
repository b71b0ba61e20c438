import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { longestText } from "../../lambdas/customer-to-operator/content.ts";
import { aRealJpeg } from "../support/real-pictures.ts";
import {
  conversationOf,
  eventually,
  fetchedFor,
  shown,
  useBridge,
  finalStatusOf,
} from "./bridge.ts";

const bridge = useBridge();
beforeAll(async () => {
  bridge.amocrm.limitTexts(longestText);
});

/** Fields of a real message, sent by a customer of this run. */
const field = (name: string) => {
  const file = new URL(`../fixtures/field/${name}.json`, import.meta.url);
  const { message } = JSON.parse(readFileSync(file, "utf8")) as {
    message: Record<string, unknown>;
  };
  const { message_id: _id, from: _from, chat: _chat, date: _date, ...fields } = message;
  return fields;
};
const customer = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const paragraphs = (...texts: string[]) => ({
  rich_message: { blocks: texts.map((text) => ({ type: "paragraph", text })) },
});
/** All that amoCRM has of a message, part by part. */
const piecesOf = (chatId: number, messageId: number) => {
  const msgid = `${conversationOf(chatId)}-${messageId}`;
  return bridge.amocrm
    .messages()
    .filter((message) => message.msgid === msgid || message.msgid?.startsWith(`${msgid}.`));
};
const sent = async (chatId: number, fields: Record<string, unknown>, last = 1) => {
  const { messageId } = await bridge.telegram.customer.send(customer(chatId), fields);
  await shown(bridge, chatId, last === 1 ? messageId : `${messageId}.${last}`);
  return messageId;
};
const line = (number: number) => `line ${number} of a long letter`;

describe("real messages of customers, through the shipped bundles", () => {
  test.each([
    {
      name: "rich-message-meaning",
      text: "Old price ~~100~~ now 80\n☑ Paid\n☐ Shipped\nChair | 2",
    },
    {
      name: "rich-message-nested-list",
      text: "Order:\n• Furniture\n  • Chairs\n    • red x2\n    • blue x3",
    },
    { name: "rich-message-beside-text", text: "Please cancel order 12 and refund to card" },
  ])("$name", async ({ name, text }) => {
    const messageId = await sent(61, field(name));

    expect(piecesOf(61, messageId)).toMatchObject([{ type: "text", text }]);
  });

  test("rich-message-long: all of the text", async () => {
    const messageId = await sent(62, field("rich-message-long"));

    const text = piecesOf(62, messageId)
      .map((piece) => piece.text)
      .join("\n");
    const words = JSON.stringify(field("rich-message-long")).match(/word \d+/g);
    expect(text.match(/word \d+/g)).toEqual(words);
  });

  test("rich-message-files: each file as its own message, in order, the map as a place", async () => {
    const bytes = aRealJpeg();
    for (const id of ["rich-photo-1", "rich-doc-1", "rich-voice-1"])
      bridge.telegram.putFile(id, bytes);

    const messageId = await sent(63, field("rich-message-files"), 6);

    const pieces = piecesOf(63, messageId);
    expect(pieces.map(({ type, text }) => [type, text])).toEqual([
      ["text", "The chair came broken:"],
      ["picture", "the scratch"],
      ["picture", ""],
      ["file", ""],
      ["voice", ""],
      ["location", ""],
    ]);
    const fetched = await Promise.all(pieces.slice(1, 5).map((piece) => fetchedFor(bridge, piece)));
    expect(fetched.map(({ bytes: got }) => got.equals(bytes))).toEqual([true, true, true, true]);
    expect(pieces[3]?.content).toMatchObject({ file_name: "invoice.pdf" });
    expect(pieces[5]?.content).toMatchObject({ location: { lat: 55.75, lon: 37.62 } });
  });

  test("rich-message-only-photo: the photo under the message's own id", async () => {
    bridge.telegram.putFile("rich-photo-1", aRealJpeg());
    const messageId = await sent(64, field("rich-message-only-photo"));

    expect(piecesOf(64, messageId)).toMatchObject([{ type: "picture", text: "" }]);
  });

  test("poll-with-picture: its text with the explanation, then the picture", async () => {
    bridge.telegram.putFile("rich-photo-1", aRealJpeg());
    const messageId = await sent(65, field("poll-with-picture"), 2);

    expect(piecesOf(65, messageId)).toMatchObject([
      {
        type: "text",
        text: expect.stringMatching(/Which one\?\nSee the picture\n○ A\n○ B\nB is cheaper$/),
      },
      { type: "picture" },
    ]);
  });
});

describe("a long message", () => {
  const letter = Array.from({ length: 1200 }, (_, at) => line(at + 1));

  test("is sent in parts that amoCRM accepts, all of the text once and in order", async () => {
    const messageId = await sent(71, paragraphs(...letter), 4);

    const pieces = piecesOf(71, messageId);
    expect(pieces.map(({ text }) => text).join("")).toBe(letter.join("\n"));
    expect(await bridge.parked("refused-by-amocrm")).toEqual([]);
  });

  test("of a hundred links to long addresses is accepted too", async () => {
    const urls = Array.from(
      { length: 100 },
      (_, at) => `https://a.example/${at}/${"x".repeat(2000)}`,
    );
    const text = urls.map(() => "a ").join("");
    const entities = urls.map((url, at) => ({ type: "text_link", offset: at * 2, length: 1, url }));

    const messageId = await sent(72, { text, entities }, 20);

    await bridge.telegram.customerSays(customer(72), "that is all");
    await shown(bridge, 72, messageId + 1);
    const all = piecesOf(72, messageId)
      .map((piece) => piece.text)
      .join("");
    expect(urls.every((url) => all.includes(`(${url})`))).toBe(true);
  });

  test("is answered by an answer to any of its parts", async () => {
    const messageId = await sent(73, paragraphs(...letter), 4);
    const third = await shown(bridge, 73, `${messageId}.3`);

    const reply = { text: "About the middle of it:", reply_to: third.id };
    const [{ messageId: answer } = { messageId: "" }] = await bridge.amocrm.operatorSends(
      conversationOf(73),
      reply,
    );

    await finalStatusOf(bridge, answer);
    const inTelegram = bridge.telegram.messages().findLast((message) => message.chatId === 73);
    expect(inTelegram).toMatchObject({ text: reply.text, replyToMessageId: messageId });
  });

  test("is rewritten by an edit, which empties the leftover parts; the next edit fills them again", async () => {
    const messageId = await sent(74, paragraphs(...letter), 4);
    const { customer: acts } = bridge.telegram;
    const texts = () => piecesOf(74, messageId).map(({ text }) => text);

    await acts.edit(74, messageId, paragraphs("Never mind"));
    await eventually("the short one", () => texts().at(-1) === "[удалено]");
    const short = texts();
    await acts.edit(74, messageId, paragraphs(...letter.map((each) => `${each}!`)));
    await eventually("the long one", () => texts().at(-1)?.endsWith("!"));

    expect(short).toEqual(["Never mind", "[удалено]", "[удалено]", "[удалено]"]);
    expect(texts().join("")).toBe(letter.map((each) => `${each}!`).join("\n"));
  });

  test("results from an edit of a short one, which adds the parts", async () => {
    const messageId = await sent(75, { text: "One moment" });

    await bridge.telegram.customer.edit(75, messageId, paragraphs(...letter));
    await shown(bridge, 75, `${messageId}.4`);

    expect(
      piecesOf(75, messageId)
        .map(({ text }) => text)
        .join(""),
    ).toBe(letter.join("\n"));
  });
});
