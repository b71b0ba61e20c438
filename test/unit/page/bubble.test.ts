import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { h } from "preact";
import { render } from "preact-render-to-string";
import { contentsOf, wordsOf } from "../../../lambdas/telegram/decode/content.ts";
import { Message } from "../../../local/page/app/desk/message.tsx";
import { Bubble } from "../../../local/page/app/phone/bubble.tsx";
import type { DeskMessage, PhoneMessage } from "../../../local/page/stream.ts";

const folder = new URL("../../fixtures/telegram/", import.meta.url);
const fixtures = readdirSync(folder).flatMap((name) => {
  const update = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as {
    message?: Readonly<Record<string, unknown>>;
  };
  return update.message === undefined ? [] : [[name, update.message] as const];
});

function onPhone(message: Readonly<Record<string, unknown>>, rest: Partial<PhoneMessage> = {}) {
  const record = {
    chatId: 42,
    messageId: 5,
    from: "customer" as const,
    message,
    reactions: { customer: [] },
    ...rest,
  };
  return render(h(Bubble, { record, row: undefined, isOfAlbum: false }));
}
function onDesk(message: Partial<DeskMessage>) {
  const whole: DeskMessage = {
    id: "m1",
    conversationId: "tg-1-42",
    chatId: "c1",
    direction: "customer",
    type: "text",
    text: "",
    content: {},
    silent: false,
    timestamp: 1,
    msecTimestamp: 1000,
    sender: { id: "p1", name: "Anna" },
    edited: false,
    deliveryStatus: [],
    reactions: [],
    ...message,
  };
  const rest = { quote: undefined, eventId: undefined, customerId: "p1", isOfGroup: false };
  return render(h(Message, { message: whole, ...rest }));
}
/** The text of the markup, as a person reads it. */
const readable = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

describe("a message on the phone", () => {
  test.each(fixtures)("%s is shown", (_name, message) => {
    expect(onPhone(message)).toContain("From the customer");
  });

  // A spoiler and a link show their words in another way than the operator's text.
  const withWords = fixtures.filter(([name]) =>
    /^(text|photo|rich_message|contact|poll|checklist|venue|dice|document|reply|forwarded.*|album-part)\.json$/.test(
      name,
    ),
  );
  test.each(withWords)("%s has the words that the operator gets", (_name, message) => {
    const shown = readable(onPhone(message));
    const words = contentsOf(message)
      .flatMap((content) => wordsOf(content).match(/[\p{L}\p{N}]{2,}/gu) ?? [])
      .filter((word) => !["https", "example", "com"].includes(word));
    expect(words.filter((word) => !shown.includes(word))).toEqual([]);
  });

  test("a customer's text is text", () => {
    const text = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    const html = onPhone({ text });
    expect(html).not.toMatch(/<img|<script/);
    expect(readable(html)).toContain(text);
  });

  test("an address of another protocol is no link", () => {
    const entities = [{ type: "text_link", offset: 0, length: 4, url: "javascript:alert(1)" }];
    expect(onPhone({ text: "here", entities })).not.toContain("href");
    const markup = { inline_keyboard: [[{ text: "Go", url: "javascript:alert(1)" }]] };
    expect(onPhone({ text: "x", reply_markup: markup })).not.toContain("href");
  });

  test("a link leads out without a trace of the page", () => {
    expect(onPhone({ text: "See https://a.example/" })).toContain(
      '<a href="https://a.example/" target="_blank" rel="noreferrer">',
    );
  });

  test("a spoiler hides its words until a press", () => {
    const entities = [{ type: "spoiler", offset: 0, length: 6 }];
    expect(onPhone({ text: "secret", entities })).not.toContain("secret");
  });

  test("a photo is shown in its largest size", () => {
    const photo = [{ file_id: "small" }, { file_id: "large/1" }];
    expect(onPhone({ photo })).toContain('src="/media/telegram/large%2F1"');
  });

  test("a rich message of any depth is drawn", () => {
    let text: unknown = "end";
    for (let depth = 0; depth < 5000; depth += 1) text = { type: "bold", text: [text] };
    const html = onPhone({ rich_message: { blocks: [{ type: "paragraph", text }] } });
    expect(html).toContain("…");
  });

  test("the bot's buttons come back to it, and those with an address are links", () => {
    const rows = [
      [{ text: "S", callback_data: "s" }],
      [{ text: "Page", url: "https://a.example" }],
    ];
    const html = onPhone({ text: "Size?", reply_markup: { inline_keyboard: rows } });
    expect(html).toMatch(/<button type="button">S<\/button>/);
    expect(html).toContain('href="https://a.example/"');
  });
});

describe("a message on the desk", () => {
  test("a failure is told in its very sentence, with its code", () => {
    const error = "The customer has blocked the bot.";
    const deliveryStatus = [{ status: -1, errorCode: 905, error }];
    const html = onDesk({ direction: "operator", hookStatus: 200, deliveryStatus });
    expect(readable(html)).toContain(`not delivered (905): ${error}`);
  });

  test("a customer's text is text, and its addresses are links", () => {
    const html = onDesk({ text: "<b>no</b> https://a.example/" });
    expect(html).not.toContain("<b>no");
    expect(html).toContain('href="https://a.example/"');
  });

  test("place, contact, buttons, forward and reactions are shown", () => {
    const html = onDesk({
      content: {
        location: { lat: 55.7, lon: 37.6 },
        contact: { name: "Ivan", phone: "+7999" },
        markup: { mode: "inline", buttons: [[{ text: "S" }]] },
        forwards: { messages: [{ type: "text", text: "Chairs" }] },
      },
      reactions: [
        { userId: "p1", emoji: "👍" },
        { userId: "operator", emoji: "🔥" },
      ],
      edited: true,
    });
    for (const words of ["55.7", "Ivan", "+7999", "Chairs", "👍", "🔥", "edited"]) {
      expect(readable(html)).toContain(words);
    }
    expect(html).toMatch(/<li class="button">S<\/li>/);
  });
});
