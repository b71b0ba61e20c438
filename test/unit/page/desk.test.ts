import { describe, expect, test } from "@jest/globals";
import {
  deskMessagesByChat,
  leadOfContact,
  listedChats,
  unreadOf,
} from "../../../local/page/app/desk/chats.ts";
import { attachmentType, operatorMessage } from "../../../local/page/app/desk/compose.ts";
import type { DeskDraft } from "../../../local/page/app/desk/compose.ts";
import {
  buttonsOf,
  eventIdOf,
  forwardedIn,
  mediaOf,
  quoteOf,
  stateOfAnswer,
  usernameIn,
  wordsOf,
} from "../../../local/page/app/desk/messages.ts";
import { operatorMessageSchema } from "../../../local/simulators/amocrm/operator-schemas.ts";
import type { DeskChat, DeskLead, DeskMessage } from "../../../local/page/stream.ts";

function aMessage(id: string, rest: Partial<DeskMessage> = {}): DeskMessage {
  return {
    id,
    conversationId: "tg-1-42",
    chatId: "c1",
    direction: "customer",
    type: "text",
    text: id,
    content: {},
    silent: false,
    timestamp: 1,
    msecTimestamp: 1000,
    sender: { id: "p1", name: "Anna" },
    edited: false,
    deliveryStatus: [],
    reactions: [],
    ...rest,
  };
}
const answer = (id: string) => aMessage(id, { direction: "operator" });

describe("unread messages", () => {
  const one = aMessage("1");
  const two = aMessage("2");
  test.each<[string, DeskMessage[], string | undefined, number]>([
    ["all, in a chat that was never open", [one, two], undefined, 2],
    ["those after the last seen one", [one, two], "1", 1],
    ["those after the last answer", [one, answer("a"), two], undefined, 1],
    ["none after an answer at the end", [one, two, answer("a")], "1", 0],
    [
      "the bot's messages and silent ones do not count",
      [one, aMessage("b", { direction: "bot" }), aMessage("s", { silent: true })],
      undefined,
      1,
    ],
    ["none in an empty chat", [], undefined, 0],
  ])("%s", (_what, messages, seenId, expected) => {
    expect(unreadOf(messages, seenId)).toBe(expected);
  });
});

describe("the list of chats", () => {
  const aChat = (id: string, name: string, contactId?: number): DeskChat => ({
    id,
    conversationId: `tg-1-${id}`,
    customer: { id: `p-${id}`, name },
    contactId,
    isTalkOpen: true,
    source: undefined,
  });
  const contact = { id: 7, name: "Anna Petrova", fields: [], notes: [], tasks: [] };
  const facts = {
    messages: deskMessagesByChat([
      aMessage("1", { chatId: "c1", msecTimestamp: 1 }),
      aMessage("2", { chatId: "c2", msecTimestamp: 2 }),
    ]),
    contacts: new Map([["7", contact]]),
    seen: new Map([["c2", "2"]]),
    words: "",
  };
  const chats = [aChat("c1", "Anna", 7), aChat("c2", "Boris")];

  test("has the newest message first, the contact's name, and the unread ones", () => {
    const listed = listedChats(chats, facts);
    expect(listed.map(({ name, unread }) => [name, unread])).toEqual([
      ["Boris", 0],
      ["Anna Petrova", 1],
    ]);
  });

  test("is searched by name", () => {
    const listed = listedChats(chats, { ...facts, words: " petrova" });
    expect(listed.map(({ chat }) => chat.id)).toEqual(["c1"]);
  });
});

describe("the lead of a contact", () => {
  const aLead = (id: number, rest: Partial<DeskLead> = {}) =>
    ({ id, contactId: 7, isOpen: true, isDeleted: false, ...rest }) as DeskLead;
  test.each<[string, DeskLead[], number | undefined]>([
    ["the newest open one", [aLead(1), aLead(2), aLead(3, { isOpen: false })], 2],
    ["else the newest closed one", [aLead(1, { isOpen: false }), aLead(2, { isOpen: false })], 2],
    ["no deleted one", [aLead(1, { isDeleted: true })], undefined],
    ["none of another contact", [aLead(1, { contactId: 8 })], undefined],
  ])("%s", (_what, leads, id) => {
    expect(leadOfContact(leads, 7)?.id).toBe(id);
  });

  test("a chat without a contact has no lead, also where a lead has no contact", () => {
    expect(leadOfContact([aLead(1, { contactId: undefined })], undefined)).toBeUndefined();
  });
});

describe("the state of an operator's message", () => {
  const failed = { status: -1, errorCode: 905, error: "The customer has blocked the bot." };
  test.each([
    ["the hook is on its way", { deliveryStatus: [] }, { is: "leaving" }],
    ["the webhook has it", { hookStatus: 200, deliveryStatus: [] }, { is: "with-bridge" }],
    ["delivered", { hookStatus: 200, deliveryStatus: [{ status: 1 }] }, { is: "delivered" }],
    ["the hook is lost", { hookStatus: 0, deliveryStatus: [] }, { is: "hook-lost" }],
    [
      "the hook is refused",
      { hookStatus: 401, deliveryStatus: [] },
      { is: "hook-refused", status: 401 },
    ],
    [
      "found after a lost hook",
      { hookStatus: 0, deliveryStatus: [{ status: 1 }] },
      { is: "delivered" },
    ],
    [
      "failed, with the sentence",
      { hookStatus: 200, deliveryStatus: [{ status: 1 }, failed] },
      { is: "failed", error: failed.error, code: 905 },
    ],
    [
      "sent again after a failure",
      { hookStatus: 200, deliveryStatus: [failed, { status: 1 }] },
      { is: "delivered" },
    ],
  ])("%s", (_what, message, state) => {
    expect(stateOfAnswer(message)).toEqual(state);
  });
});

describe("what a message refers to", () => {
  const known = [aMessage("m1", { msgid: "tg-1-42-5", text: "Is it in stock?" })];
  test.each([
    ["by amoCRM's id", { content: { reply_to: { message: { id: "m1" } } } }, "Is it in stock?"],
    ["by our id", { replyTo: { message: { msgid: "tg-1-42-5" } }, content: {} }, "Is it in stock?"],
    [
      "a whole message",
      { replyTo: { message: { type: "text", text: "Old" } }, content: {} },
      "Old",
    ],
    ["a file", { replyTo: { message: { type: "picture" } }, content: {} }, "[picture]"],
    ["nothing", { content: {} }, undefined],
  ])("it quotes %s", (_what, message, words) => {
    expect(quoteOf(message, known)).toBe(words);
  });

  test("it forwards messages", () => {
    const messages = [{ type: "text", text: "Chairs" }, { type: "voice" }];
    expect(forwardedIn({ content: { forwards: { messages } } })).toEqual(["Chairs", "[voice]"]);
    expect(forwardedIn({ content: {} })).toEqual([]);
  });

  test("the event of a customer's message, and of a piece of it, is that of the phone's message", () => {
    const ofPhone = (id: string) => `event-${id}`;
    const event = (rest: Partial<DeskMessage>) => eventIdOf(aMessage("m", rest), ofPhone);
    expect(event({ msgid: "tg-1-42-5" })).toBe("event-5");
    expect(event({ msgid: "tg-1-42-5.2" })).toBe("event-5");
    expect(event({})).toBeUndefined();
    expect(event({ direction: "operator", eventId: "amo:1" })).toBe("amo:1");
  });
});

describe("files and buttons of a message", () => {
  const content = { media: "http://127.0.0.1:9/attachments/a1/x%20y.png", file_name: "x y.png" };
  test.each([
    [
      "a customer's picture, as amoCRM fetched it",
      aMessage("m/1", { type: "picture", content: { media: "https://files.example/p" } }),
      { address: "/media/amocrm/messages/m%2F1", form: "picture", name: "picture" },
    ],
    [
      "an operator's own attachment",
      aMessage("m1", { direction: "operator", type: "picture", content }),
      { address: "/media/amocrm/attachments/a1/x%20y.png", form: "picture", name: "x y.png" },
    ],
    [
      "a voice message",
      aMessage("m1", { type: "voice", content: { media: "https://files.example/v" } }),
      { address: "/media/amocrm/messages/m1", form: "sound", name: "voice" },
    ],
    ["no file", aMessage("m1", { content: { media: "" } }), undefined],
  ])("%s", (_what, message, expected) => {
    expect(mediaOf(message)).toEqual(expected);
  });

  test("buttons and the rows of a list", () => {
    const buttons = [[{ text: "S" }, { text: "Page", url: "https://a.example" }]];
    expect(buttonsOf({ content: { markup: { mode: "inline", buttons } } })).toEqual(buttons.flat());
    const sections = [{ rows: [{ title: "One" }] }, { rows: [{ title: "Two" }] }];
    const list = { markup: { list_message: { body: "b", button: "c", sections } } };
    expect(buttonsOf({ content: list })).toEqual([{ text: "One" }, { text: "Two" }]);
    expect(buttonsOf({ content: { markup: null } })).toEqual([]);
  });
});

describe("what an operator sends is what amoCRM can send", () => {
  const draft: DeskDraft = { text: "", replyTo: undefined, extra: "none", lines: "" };
  const chooseLabel = "Choose";
  const lines = Array.from({ length: 12 }, (_, index) => `Row ${index}`).join("\n");
  test.each<[string, Partial<DeskDraft>, object, object]>([
    ["a text", { text: "Hello" }, {}, { text: "Hello" }],
    ["a quote", { text: "Yes", replyTo: "m1" }, {}, { reply_to: "m1" }],
    ["a forward alone", {}, { forward: "m1" }, { forward: "m1" }],
    ["files", {}, { attachments: [{ id: "a", type: "picture" }] }, { attachments: [{ id: "a" }] }],
    [
      "buttons, one with an address",
      {
        text: "Size?",
        extra: "buttons",
        lines: "S\n\nOur page https://a.example/x\nhttps://b.example",
      },
      {},
      {
        markup: {
          mode: "inline",
          buttons: [
            [{ text: "S" }],
            [{ text: "Our page", url: "https://a.example/x" }],
            [{ text: "https://b.example", url: "https://b.example" }],
          ],
        },
      },
    ],
    [
      "a list of more rows than a section has",
      { text: "Which?", extra: "list", lines },
      {},
      { markup: { list_message: { body: "Which?", button: "Choose", sections: [{}, {}] } } },
    ],
    [
      "a template with a value",
      { text: "Hello, {{name}}", extra: "template", lines: "name = Anna\nno value" },
      {},
      { template: { content: "Hello, {{name}}", params: [{ key: "{{name}}", value: "Anna" }] } },
    ],
  ])("%s", (_what, begun, more, expected) => {
    const message = operatorMessage({ ...draft, ...begun }, { chooseLabel, ...more });
    expect(message).toMatchObject(expected);
    expect(operatorMessageSchema.safeParse(message).error).toBeUndefined();
  });

  test("nothing, for an empty text", () => {
    expect(operatorMessage({ ...draft, text: "  " }, { chooseLabel })).toBeUndefined();
    expect(operatorMessage({ ...draft, extra: "buttons" }, { chooseLabel })).toBeUndefined();
  });

  test.each([
    ["image/png", "fitting", "picture"],
    ["image/svg+xml", "fitting", "file"],
    ["video/mp4", "fitting", "video"],
    ["audio/mpeg", "fitting", "audio"],
    ["text/plain", "fitting", "file"],
    ["audio/ogg", "voice", "voice"],
    ["image/webp", "sticker", "sticker"],
    ["image/png", "file", "file"],
  ] as const)("a %s sent as %s is a %s", (mimeType, as, type) => {
    expect(attachmentType(mimeType, as)).toBe(type);
  });
});

describe("the words of a message", () => {
  const template = {
    content: "Hello, {{name}}, {{lead.id}}",
    params: [{ key: "{{name}}", value: "Anna" }],
  };
  test.each([
    ["its text", { text: "Hi", content: {} }, "Hi"],
    ["a template with its values", { text: "", content: { template } }, "Hello, Anna, {{lead.id}}"],
    ["a final text beside a template", { text: "Hi", content: { template } }, "Hi"],
    ["none", { text: "", content: {} }, ""],
  ])("%s", (_what, message, words) => {
    expect(wordsOf(message)).toBe(words);
  });
});

test.each([
  ["https://t.me/anna_p", "@anna_p"],
  ["https://example.com/anna_p", ""],
  [undefined, ""],
])("the @username is in the profile's address: %s", (link, name) => {
  expect(usernameIn(link)).toBe(name);
});
