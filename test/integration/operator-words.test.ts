import { beforeAll, describe, expect, test } from "@jest/globals";
import { conversationOf, hookInstead, opened, shown, sightings } from "./bridge.ts";
import { useBridge, textsTo, finalStatusOf } from "./bridge.ts";
import { files, operatorAttaches, operatorSends } from "./operator.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };
/** The customer's message, and the operator's answer under its id on each side. */
let question: number;
let answer: { amocrm: string; telegram: number };

const bridge = useBridge();
beforeAll(async () => {
  question = (await bridge.telegram.customerSays(anna, "When will it come?")).messageId;
  await shown(bridge, anna.id, question);
  const { messageId, messages } = await operatorSends(bridge, anna.id, { text: "Tomorrow" });
  answer = { amocrm: messageId, telegram: messages[0]?.messageId ?? 0 };
});

describe("an operator's quote", () => {
  test("of the customer's message is an answer to it", async () => {
    const reply_to = `${conversationOf(anna.id)}-${question}`;
    const { messages } = await operatorSends(bridge, anna.id, { text: "By ten", reply_to });

    expect(messages).toMatchObject([{ text: "By ten", replyToMessageId: question }]);
  });

  test("of the customer's message by amoCRM's id only is an answer to it", async () => {
    const { id } = await shown(bridge, anna.id, question);
    const quoted = { id, type: "text", text: "When will it come?" };
    const message = { text: "At noon", reply_to: { message: quoted } };
    const messageId = await hookInstead(bridge, anna.id, message);

    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });
    expect(bridge.telegram.messages().at(-1)).toMatchObject({
      text: "At noon",
      replyToMessageId: question,
    });
  });

  test("of the operator's own message is an answer to it", async () => {
    const reply_to = answer.amocrm;
    const { messages } = await operatorSends(bridge, anna.id, { text: "Or later", reply_to });

    expect(messages).toMatchObject([{ text: "Or later", replyToMessageId: answer.telegram }]);
  });

  test("of the operator's own file is an answer to it, also when the answer is a file", async () => {
    const { jpeg: file } = files;
    const picture = await operatorAttaches(bridge, anna.id, [{ type: "picture", file }], "This");
    const { id } = bridge.amocrm.addAttachment(files.pdf);
    const { messages } = await operatorSends(bridge, anna.id, {
      text: "Its papers",
      attachments: [{ type: "file", id }],
      reply_to: picture.messageId,
    });

    const replyToMessageId = picture.messages[0]?.messageId;
    expect(messages).toMatchObject([{ text: "Its papers", replyToMessageId }]);
  });

  test("of an unknown message is sent as text", async () => {
    const quoted = { id: "gone", type: "text", text: "We are open", timestamp: 1 };
    const message = { text: "Still true", reply_to: { message: quoted } };
    const messageId = await hookInstead(bridge, anna.id, message);

    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).at(-1)).toBe("> We are open\nStill true");
  });

  test("of a message that is deleted in Telegram loses no text", async () => {
    const quoted = { id: "x", msgid: `${conversationOf(anna.id)}-7777`, type: "text", text: "?" };
    const message = { text: "All the same", reply_to: { message: quoted } };
    const messageId = await hookInstead(bridge, anna.id, message);

    expect(await finalStatusOf(bridge, messageId)).toEqual({ status: 1 });
    expect(textsTo(bridge.telegram, anna.id).at(-1)).toBe("All the same");
  });

  test("that Telegram refuses anyway loses no text", async () => {
    const description = "Bad Request: message to be replied not found";
    const body = { ok: false, error_code: 400, description };
    bridge.telegram.faults.add({ match: "sendMessage", status: 400, body });
    const reply_to = answer.amocrm;
    const { status, messages } = await operatorSends(bridge, anna.id, { text: "Sure", reply_to });

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ text: "Sure" }]);
  });

  test("that is a forward contains the forwarded text", async () => {
    const { messages } = await operatorSends(bridge, anna.id, { forward: answer.amocrm });

    expect(messages).toMatchObject([{ text: "Tomorrow" }]);
  });
});

test("a template arrives as its filled-in text", async () => {
  const template = {
    id: 7103,
    content: "Your deal {{lead.id}} is ready",
    params: [{ key: "{{lead.id}}", value: "1042" }],
  };
  const filled = await operatorSends(bridge, anna.id, {
    text: "Your deal 1042 is ready",
    template,
  });
  const bare = await operatorSends(bridge, anna.id, { template });

  expect(filled.messages).toMatchObject([{ text: "Your deal 1042 is ready" }]);
  expect(bare.messages).toMatchObject([{ text: "Your deal 1042 is ready" }]);
});

test("a text of more than 4,096 units with a quote arrives complete, and the first part has the quote", async () => {
  await opened(bridge, { id: 43, first_name: "Boris" });
  const long = Array.from({ length: 700 }, (_, index) => `Line ${index}.`).join(" ");
  const reply_to = `${conversationOf(43)}-1`;
  const { messages } = await operatorSends(bridge, 43, { text: long, reply_to });

  expect(
    messages
      .map(({ text }) => text)
      .join(" ")
      .replaceAll(/\s+/g, " "),
  ).toBe(long);
  expect(messages.map(({ replyToMessageId }) => replyToMessageId)).toEqual([1, undefined]);
});

test("no operator's text is in a log", () => {
  const words = ["Tomorrow", "By ten", "We are open", "Your deal", "Line 7"];

  expect(sightings(bridge, words).inLog).toEqual([]);
});
