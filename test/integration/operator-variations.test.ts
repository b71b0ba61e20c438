import { beforeAll, describe, expect, test } from "@jest/globals";
import type { OperatorMessage } from "../../local/simulators/amocrm/operator-schemas.ts";
import { anAmocrmHook, hookSignature } from "../support/bodies.ts";
import { conversationOf, hookInstead, opened, shown, sightings, useBridge } from "./bridge.ts";
import { timesOf, finalStatusOf } from "./bridge.ts";
import { bytesIn, files, operatorAttaches, operatorSends } from "./operator.ts";
import type { Attached, AttachedAs } from "./operator.ts";

const channelSecret = "an-integration-test-secret";
const anna = { id: 1030, first_name: "Anna", language_code: "en" };

const bridge = useBridge({ AMOCRM_CHANNEL_SECRET: channelSecret });
beforeAll(async () => {
  await opened(bridge, anna);
});

const refuse = (match: string, description: string, status = 400) =>
  bridge.telegram.faults.add({
    match,
    status,
    body: { ok: false, error_code: status, description },
  });
/**
 * The result of a hook with this content: what the customer got, and which status the operator saw.
 */
const got = async (message: Readonly<Record<string, unknown>>) => {
  const before = bridge.telegram.messages().length;
  const status = await finalStatusOf(bridge, await hookInstead(bridge, anna.id, message));
  return { status, messages: bridge.telegram.messages().slice(before) };
};
const addressOf = (file: Attached) => bridge.amocrm.addAttachment(file).address;
const labelsUnder = (message?: { replyMarkup?: unknown }) =>
  (message?.replyMarkup as { inline_keyboard: { text: string }[][] } | undefined)?.inline_keyboard
    .flat()
    .map(({ text }) => text);
const sent = { status: 1 };

describe("a refused addition to a file is left out, and the file keeps its form", () => {
  const kinds: readonly { type: AttachedAs; file: Attached; method: string }[] = [
    { type: "picture", file: files.png, method: "sendPhoto" },
    { type: "video", file: files.mp4, method: "sendVideo" },
    { type: "file", file: files.pdf, method: "sendDocument" },
    { type: "voice", file: files.voice, method: "sendVoice" },
    { type: "audio", file: files.mp3, method: "sendAudio" },
  ];
  const noButtons = ["BUTTON_URL_INVALID", "BUTTON_DATA_INVALID", "reply markup is too long"];
  const noQuote = ["message to be replied not found", "REPLY_MESSAGE_ID_INVALID"];
  const refusals = [
    ...noButtons.map((words) => [words]),
    ...noQuote.map((words) => [words]),
    ["message to be replied not found", "BUTTON_URL_INVALID"],
    ["BUTTON_DATA_INVALID", "REPLY_MESSAGE_ID_INVALID"],
  ];
  const message = ({ type, file }: (typeof kinds)[number]): OperatorMessage => ({
    text: "Look",
    attachments: [{ id: bridge.amocrm.addAttachment(file).id, type }],
    markup: { mode: "inline", buttons: [[{ text: "Buy" }]] },
    reply_to: `${conversationOf(anna.id)}-1`,
  });

  test.each(kinds.flatMap((kind) => refusals.map((words) => ({ ...kind, words }))))(
    "$type: $words",
    async ({ words, ...kind }) => {
      for (const each of words) refuse(kind.method, `Bad Request: ${each}`);

      const { status, messages } = await operatorSends(bridge, anna.id, message(kind));

      const hasButtons = !words.some((each) => noButtons.includes(each));
      const hasQuote = !words.some((each) => noQuote.includes(each));
      expect(status).toEqual(sent);
      expect(messages).toMatchObject([
        { method: kind.method, text: hasButtons ? "Look" : "Look\n\n• Buy" },
      ]);
      expect(messages[0]?.replyMarkup !== undefined).toBe(hasButtons);
      expect(messages[0]?.replyToMessageId).toBe(hasQuote ? 1 : undefined);
      expect(bytesIn(bridge, messages[0]).equals(kind.file.bytes)).toBe(true);
    },
  );

  test("on a sticker, whose buttons then go under their own message", async () => {
    refuse("sendSticker", "Bad Request: message to be replied not found");
    refuse("sendMessage", "Bad Request: BUTTON_DATA_INVALID");
    const sticker = { type: "sticker", file: files.webp, method: "" } as const;
    const { text: _, ...wordless } = message(sticker);

    const { status, messages } = await operatorSends(bridge, anna.id, wordless);

    expect(status).toEqual(sent);
    expect(messages.map(({ method, text }) => [method, text])).toEqual([
      ["sendSticker", ""],
      ["sendMessage", "• Buy"],
    ]);
  });

  test("with an unknown error text: the file goes out alone, and not as its address", async () => {
    refuse("sendDocument", "Bad Request: SOMETHING_NEW");

    const { status, messages } = await operatorSends(
      bridge,
      anna.id,
      message({ type: "file", file: files.pdf, method: "" }),
    );

    expect(status).toEqual(sent);
    expect(messages).toMatchObject([{ method: "sendDocument", text: "Look\n\n• Buy" }]);
  });
});

describe("more buttons than Telegram accepts", () => {
  const buttons = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ text: `B${index}` }));

  test("in a row are all sent", async () => {
    const markup = { mode: "inline" as const, buttons: [buttons(13)] };

    const { messages } = await operatorSends(bridge, anna.id, { text: "Which?", markup });

    expect(labelsUnder(messages[0])).toEqual(buttons(13).map(({ text }) => text));
  });

  test("in all become text under a picture that stays a picture", async () => {
    const markup = { mode: "inline" as const, buttons: [buttons(101)] };
    const { id } = bridge.amocrm.addAttachment(files.jpeg);
    const attachments = [{ id, type: "picture" as const }];

    const { status, messages } = await operatorSends(bridge, anna.id, { attachments, markup });

    expect(status).toEqual(sent);
    const words = buttons(101).map(({ text }) => `• ${text}`);
    expect(messages).toMatchObject([{ method: "sendPhoto", text: words.join("\n") }]);
  });
});

describe("a forward without the operator's own text", () => {
  const line = (text: string, index: number) => ({ id: `l${index}`, type: "text", text });
  const of = (messages: readonly object[]) => got({ text: "", forwards: { messages } });

  test.each([
    { lines: ["yes", "yes"] },
    { lines: ["no", "no", "no"] },
    { lines: ["yes", "", "yes"] },
  ])("contains each of its lines: $lines", async ({ lines }) => {
    const { status, messages } = await of(lines.map(line));

    expect(status).toEqual(sent);
    expect(messages.map(({ text }) => text)).toEqual([
      lines.filter((each) => each !== "").join("\n"),
    ]);
  });

  test.each([{ at: 0 }, { at: 1 }, { at: 2 }])(
    "has its file next to the same lines, at any position: $at",
    async ({ at }) => {
      const picture = { ...line("yes", 9), type: "picture", media: addressOf(files.jpeg) };
      const { status, messages } = await of(["yes", "yes"].map(line).toSpliced(at, 0, picture));

      expect(status).toEqual(sent);
      expect(messages).toMatchObject([{ method: "sendPhoto", text: "yes\nyes\nyes" }]);
      expect(bytesIn(bridge, messages[0]).equals(files.jpeg.bytes)).toBe(true);
    },
  );

  test("gives the address of a second file", async () => {
    const [first, second] = [files.pdf, files.jpeg].map((file, index) => ({
      ...line("", index),
      type: "file",
      file_name: file.fileName,
      media: addressOf(file),
    }));
    const { messages } = await of([{ ...first }, { ...second }]);

    expect(messages).toMatchObject([
      { method: "sendDocument", text: `[file: door.jpg] ${second?.media}` },
    ]);
  });
});

describe("half of a surrogate pair becomes U+FFFD, because Telegram accepts no half", () => {
  test.each(["\ud83d", "a\ud83d", "\ude00a", "\ude00\ud83d", "\ud83d\ud83d\ude00", "a\ud83db"])(
    "in a text: %j",
    async (text) => {
      const { status, messages } = await got({ text });

      expect(status).toEqual(sent);
      expect(messages.map((message) => message.text)).toEqual([text.toWellFormed()]);
    },
  );

  test.each(["Cut \ud83d", "\ude00 cut"])(
    "in a label, an address, a caption, the name of a file and of a field: %j",
    async (half) => {
      const buttons = [[{ text: half }], [{ text: "Site", url: `https://a.example/${half}` }]];
      const { status, messages } = await got({
        type: "file",
        text: half,
        media: addressOf(files.pdf),
        file_name: `${half}.pdf`,
        markup: { mode: "inline", buttons, [half]: half },
        [half]: { [half]: half },
      });

      const whole = half.toWellFormed();
      expect(status).toEqual(sent);
      expect(messages).toMatchObject([
        {
          text: whole,
          file: { fileName: `${whole}.pdf` },
          replyMarkup: {
            inline_keyboard: [[{ text: whole }], [{ url: `https://a.example/${whole}` }]],
          },
        },
      ]);
    },
  );

  test("in a quotation, and in the id of the message itself", async () => {
    const quoted = { id: "q\ud83d", type: "text", text: "cut \ud83d" };
    const { status, messages } = await got({ text: "Yes", reply_to: { message: quoted } });

    expect(status).toEqual(sent);
    expect(messages.map(({ text }) => text)).toEqual(["> cut \ufffd\nYes"]);
  });
});

describe("a hook of an unknown type", () => {
  test("with text: the text goes out, and the operator is notified of what did not", async () => {
    const { status, messages } = await got({ type: "shared_post", text: "Our chairs" });

    expect(messages.map(({ text }) => text)).toEqual(["Our chairs"]);
    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/shared_post/);
  });

  test.each(["", "The bill"])(
    "with a file goes out as that file, with its text: %j",
    async (text) => {
      const { status, messages } = await got({
        type: "hologram",
        text,
        media: addressOf(files.pdf),
      });

      expect(status).toEqual(sent);
      expect(messages).toMatchObject([{ method: "sendDocument", text }]);
      expect(bytesIn(bridge, messages[0]).equals(files.pdf.bytes)).toBe(true);
    },
  );

  test("with buttons only: their labels go out", async () => {
    const markup = { mode: "inline", buttons: [[{ text: "Yes" }]] };
    const { status, messages } = await got({ type: "carousel", text: "", markup });

    expect(messages).toMatchObject([{ text: "Yes" }]);
    expect(status.error).toMatch(/carousel/);
  });

  test.each(["", " ", "\u200b"])(
    "with no content is an error for the operator: %j",
    async (text) => {
      const { status, messages } = await got({ type: "hologram", text });

      expect(messages).toEqual([]);
      expect(status).toMatchObject({ status: -1, errorCode: 905 });
      expect(status.error).toMatch(/пока нельзя/);
    },
  );
});

describe("buttons without a text", () => {
  const of = (...buttons: readonly object[]) =>
    got({ text: "", markup: { mode: "inline", buttons: [buttons] } });

  test("with only emoji appear under these emoji", async () => {
    const { status, messages } = await of({ text: "👍🏽" }, { text: "❤️" }, { text: "1️⃣" });

    expect(status).toEqual(sent);
    expect(messages).toMatchObject([{ text: "👍🏽\n❤️\n1️⃣" }]);
    expect(labelsUnder(messages[0])).toEqual(["👍🏽", "❤️", "1️⃣"]);
  });

  test.each(["", " ", "\u200b", "\u2800"])(
    "with an invisible label (%j) get their address as the label",
    async (text) => {
      const { status, messages } = await of({ text, url: "https://a.example/" }, { text: "Yes" });

      expect(status).toEqual(sent);
      expect(messages).toMatchObject([{ text: "https://a.example/\nYes" }]);
      expect(labelsUnder(messages[0])).toEqual(["https://a.example/", "Yes"]);
    },
  );

  test("that are all invisible are reported as a message without text", async () => {
    const { status, messages } = await of({ text: "" }, { text: " " }, { text: "\u200b" });

    expect(messages).toEqual([]);
    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/нет текста/);
  });
});

describe("byte order marks before a hook", () => {
  const posted = async (marks: string, signedMarks = marks) => {
    bridge.amocrm.faults.add({ match: "hook", dropRequest: true });
    const { messageId } = await bridge.amocrm.operatorSays(conversationOf(anna.id), "replaced");
    const conversation = { client_id: conversationOf(anna.id) };
    const hook = anAmocrmHook(
      { id: messageId, text: "Marked" },
      { conversation, ...timesOf(Date.now()) },
    );
    const { account_id: _, ...plain } = hook;
    const json = JSON.stringify({ ...plain, time: hook.message.timestamp });
    const before = bridge.telegram.messages().length;
    const signature = hookSignature(`${signedMarks}${json}`, channelSecret);
    const status = await bridge.amocrm.sendHook(undefined, { raw: `${marks}${json}`, signature });
    return { status, messageId, before };
  };

  test.each(["\uFEFF", "\uFEFF\uFEFF", "\uFEFF\r\n\uFEFF"])(
    "that are part of the signed body are skipped: %j",
    async (marks) => {
      const { status, messageId, before } = await posted(marks);

      expect(status).toBe(200);
      expect(await finalStatusOf(bridge, messageId)).toEqual(sent);
      const texts = bridge.telegram.messages().slice(before);
      expect(texts.map(({ text }) => text)).toEqual(["Marked"]);
    },
  );

  test("that are not part of the signed body make it another body, which is refused", async () => {
    expect((await posted("\uFEFF", "")).status).toBe(401);
  });
});

describe("a voice", () => {
  const wav = Buffer.concat([Buffer.from("RIFF$\0\0\0WAVEfmt ", "latin1"), Buffer.alloc(30)]);
  const aac = Buffer.concat([Buffer.from("fff15080", "hex"), Buffer.alloc(60)]);
  const types = ["audio/mpeg", "audio/mp4", "application/octet-stream", "text/plain"];

  test.each(
    [files.mp3, files.m4a, files.voice].flatMap((file) =>
      types.map((contentType) => ({ ...file, contentType })),
    ),
  )("$fileName goes out as a voice, served as $contentType", async (file) => {
    const { status, messages } = await operatorAttaches(bridge, anna.id, [{ type: "voice", file }]);

    expect(status).toEqual(sent);
    expect(messages).toMatchObject([{ method: "sendVoice", file: { form: "voice" } }]);
    expect(bytesIn(bridge, messages[0]).equals(file.bytes)).toBe(true);
  });

  test.each([
    { bytes: wav, fileName: "voice.wav", contentType: "audio/wav" },
    { bytes: wav, fileName: "voice.m4a", contentType: "audio/mp4" },
    { bytes: aac, fileName: "voice.aac", contentType: "audio/aac" },
    { bytes: aac, fileName: "voice.mp3", contentType: "audio/mpeg" },
  ])("in a format that is no voice goes out as audio: $fileName, $contentType", async (file) => {
    const { status, messages } = await operatorAttaches(bridge, anna.id, [{ type: "voice", file }]);

    expect(status).toEqual(sent);
    expect(messages).toMatchObject([{ method: "sendAudio" }]);
    expect(bytesIn(bridge, messages[0]).equals(file.bytes)).toBe(true);
  });
});

describe("a 403 gets its own error text", () => {
  let nextId = 1100;
  test.each([
    { words: "bot was blocked by the user", errorCode: 901, expected: /заблокировал/ },
    { words: "user is deactivated", errorCode: 901, expected: /удалил/ },
    {
      words: "bot can't initiate conversation with a user",
      errorCode: 904,
      expected: /первым.*https:\/\/t\.me\//,
    },
    { words: "bot can't send messages to bots", errorCode: 904, expected: /Собеседник — бот/ },
    {
      words: "not enough rights to send photos to the chat",
      errorCode: 905,
      expected: /нет права/,
    },
    { words: "CHAT_WRITE_FORBIDDEN", errorCode: 905, expected: /нет права/ },
    {
      words: "need administrator rights in the channel chat",
      errorCode: 905,
      expected: /нет права/,
    },
    {
      words: "bot was kicked from the group chat",
      errorCode: 905,
      expected: /больше нет в этом чате/,
    },
    { words: "bot is not a member of the channel chat", errorCode: 905, expected: /больше нет/ },
    { words: "the group chat was deleted", errorCode: 905, expected: /больше нет в этом чате/ },
    { words: "a rule of tomorrow", errorCode: 905, expected: /не разрешает боту писать сюда/ },
  ])("for a text and for a picture: $words", async ({ words, errorCode, expected }) => {
    const { id } = bridge.amocrm.addAttachment(files.jpeg);
    const picture = { attachments: [{ id, type: "picture" as const }] };
    for (const message of [{ text: "Hi" }, picture]) {
      nextId += 1;
      const customer = { ...anna, id: nextId };
      await opened(bridge, customer);
      // A file is tried in three ways.
      for (let way = 0; way < 3; way += 1) refuse("send", `Forbidden: ${words}`, 403);

      const { status, messages } = await operatorSends(bridge, customer.id, message);

      expect(messages).toEqual([]);
      expect(status).toMatchObject({ status: -1, errorCode });
      expect(status.error).toMatch(expected);
      bridge.telegram.faults.clear();
    }
  });

  test.each([
    { place: "in it", topic: { message_thread_id: 77, is_topic_message: true }, got: ["Hello"] },
    { place: "outside of topics", topic: {}, got: [] },
  ])("a closed topic, for a customer $place", async ({ topic, got: texts }) => {
    nextId += 1;
    const customer = { ...anna, id: nextId };
    const { messageId } = await bridge.telegram.customer.send(customer, { text: "Hi", ...topic });
    await shown(bridge, customer.id, messageId);
    refuse("sendMessage", "Bad Request: TOPIC_CLOSED");

    const { status, messages } = await operatorSends(bridge, customer.id, { text: "Hello" });

    expect(messages.map(({ text }) => text)).toEqual(texts);
    expect(messages.filter((message) => "topic" in message)).toEqual([]);
    const refused = { status: -1, error: expect.stringMatching(/Telegram не принял/) };
    expect(status).toMatchObject(texts.length > 0 ? sent : refused);
  });
});

test("no operator's text is in a log", () => {
  const words = ["Our chairs", "The bill", "Marked", "door.jpg", "a.example"];

  expect(sightings(bridge, words).inLog).toEqual([]);
});
