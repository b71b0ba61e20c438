import { describe, expect, test } from "@jest/globals";
import { botKey, conversationOf, eventually, shown, sightings } from "./bridge.ts";
import { useBridge, textsIn, textsTo } from "./bridge.ts";

const bridge = useBridge();

const anna = { id: 42, first_name: "Anna", language_code: "en" };
const place = { latitude: 55.751244, longitude: 37.618423 };
const location = { lat: place.latitude, lon: place.longitude };
const options = ["Soup", "Salad"].map((text) => ({ persistent_id: text, text, voter_count: 0 }));
const chairs = { text: "Chairs, half price" };
const city = { id: -1001234567890, type: "channel", title: "City News" };
const first = (origin: object) => ({ ...chairs, forward_origin: { date: 1, ...origin } });

/** For each kind: Telegram's fields, and all that amoCRM gets. */
const kinds = [
  {
    kind: "location",
    fields: { location: place },
    shown: { type: "location", text: "", location },
  },
  {
    kind: "venue",
    fields: { location: place, venue: { location: place, title: "Red Square", address: "Moscow" } },
    shown: { type: "location", text: "Red Square\nMoscow", location },
  },
  {
    kind: "contact",
    fields: { contact: { phone_number: "+79990000001", first_name: "Ivan", last_name: "Sidorov" } },
    shown: { type: "contact", contact: { name: "Ivan Sidorov", phone: "+79990000001" } },
  },
  {
    kind: "poll",
    fields: { poll: { id: "5", question: "Lunch?", options, type: "regular" } },
    shown: { type: "text", text: "[опрос · poll] Lunch?\n○ Soup\n○ Salad" },
  },
  {
    kind: "dice",
    fields: { dice: { emoji: "🎲", value: 6 } },
    shown: { type: "text", text: "[кубик · dice] 🎲 6" },
  },
  {
    kind: "kind that the Bot API may add in the future",
    fields: { hologram: { depth: 3, title: "A teapot" }, caption: "turn it" },
    shown: { type: "text", text: "[hologram] turn it\nA teapot" },
  },
  {
    kind: "text with formatting, with link targets written out",
    fields: {
      text: "Read the terms, not the small print",
      entities: [
        { type: "text_link", offset: 9, length: 5, url: "https://shop.example/terms" },
        { type: "strikethrough", offset: 24, length: 11 },
      ],
    },
    shown: {
      type: "text",
      text: "Read the terms (https://shop.example/terms), not the ~~small print~~",
    },
  },
  {
    kind: "text forwarded from a person",
    fields: first({ type: "user", sender_user: { id: 7, is_bot: false, first_name: "Boris" } }),
    shown: { type: "text", text: "Переслано от Boris:\nChairs, half price" },
  },
  {
    kind: "text forwarded from a channel",
    fields: first({ type: "channel", chat: city, message_id: 7 }),
    shown: { type: "text", text: "Переслано от City News:\nChairs, half price" },
  },
  {
    kind: "forwarded location",
    fields: {
      location: place,
      forward_origin: { type: "hidden_user", date: 1, sender_user_name: "Maria" },
    },
    shown: { type: "location", text: "Переслано от Maria:", location },
  },
];

describe("what a customer sends reaches the operator", () => {
  test.each(kinds)("$kind", async ({ fields, shown: content }) => {
    const { messageId } = await bridge.telegram.customer.send(anna, fields);

    const message = await shown(bridge, anna.id, messageId);

    expect(message.content).toEqual(content);
    expect(message.direction).toBe("customer");
  });

  test("a live location: its start and its end, but not every update", async () => {
    const { telegram } = bridge;
    const otto = { id: 43, first_name: "Otto" };
    const start = { location: { ...place, live_period: 900 } };
    const { messageId } = await telegram.customer.send(otto, start);
    await telegram.customer.edit(otto.id, messageId, {
      location: { latitude: 55.76, longitude: 37.61, live_period: 900 },
    });
    const begun = await shown(bridge, otto.id, messageId);
    await telegram.customerSays(otto, "on my way");
    await shown(bridge, otto.id, messageId + 1);
    const moved = await shown(bridge, otto.id, messageId);
    await telegram.customer.edit(otto.id, messageId, {
      location: { latitude: 55.77, longitude: 37.62 },
    });

    const ended = await eventually("the end", async () => {
      const message = await shown(bridge, otto.id, messageId);
      return message.edited ? message : undefined;
    });

    expect(begun.content).toMatchObject({ type: "location", location });
    expect(moved.edited).toBe(false);
    expect(ended.content).toMatchObject({ location: { lat: 55.77, lon: 37.62 } });
    expect(ended.text).not.toBe("");
  });

  test("/start with its payload, silently, and the customer gets a greeting", async () => {
    const { messageId } = await bridge.telegram.customerSays(
      { id: 44, first_name: "Paula" },
      "/start summer-sale",
    );

    const message = await shown(bridge, 44, messageId);

    expect(message).toMatchObject({ text: "/start summer-sale", silent: true });
    await eventually("the greeting", () => textsTo(bridge.telegram, 44).length > 0);
  });

  test("an update of an unknown type from a person, by the type's name", async () => {
    await bridge.telegram.sendUpdate({
      message_pinched: { chat: { id: 42, type: "private" }, from: anna, comment: "gently" },
    });

    const placeholder = await eventually("the placeholder", () =>
      textsIn(bridge.amocrm, conversationOf(42)).find((text) => text.includes("message_pinched")),
    );
    expect(placeholder).toBe("[message_pinched] gently");
  });
});

describe("the bridge sends one explanation to a chat that it does not serve", () => {
  const from = { ...anna, id: 61, is_bot: false };
  const post = { message_id: 5, date: 1_750_000_000, text: "Hello, bot" };
  const connection = { business_connection_id: "bc1", chat: { id: 61, type: "private" } };
  const places = [
    {
      place: "a group",
      chatId: -1001111111111,
      update: { message: { ...post, from, chat: { id: -1001111111111, type: "supergroup" } } },
      expected: /private chats only/,
    },
    { place: "a channel", chatId: city.id, update: { channel_post: { ...post, chat: city } } },
    {
      place: "a business account's chat",
      chatId: 61,
      update: { business_message: { ...post, ...connection, from } },
      expected: /not passed on/,
    },
  ];

  test.each(places)("$place", async ({ chatId, update, expected = /private chats only/ }) => {
    const { telegram } = bridge;
    const before = bridge.log.length;
    await telegram.sendUpdate(update);
    await eventually("the answer", () => textsTo(telegram, chatId).length > 0);
    await telegram.sendUpdate(update);
    await eventually("the second one being left alone", () =>
      bridge.log.slice(before).some((line) => /EventIgnored.*has the notice already/.test(line)),
    );

    expect(textsTo(telegram, chatId)).toHaveLength(1);
    expect(textsTo(telegram, chatId)[0]).toMatch(expected);
    expect(textsIn(bridge.amocrm, conversationOf(chatId))).toEqual([]);
  });

  test("in the name of the business account that owns the chat", () => {
    const answer = bridge.telegram.messages().find(({ chatId }) => chatId === 61);

    expect(answer?.businessConnectionId).toBe("bc1");
  });
});

test("the bot's token appears nowhere, and no customer's text is in a log", () => {
  const words = ["half price", "Boris", "Maria", "Sidorov", "+7999", "Lunch", "teapot", "summer"];

  expect(sightings(bridge, [botKey])).toEqual({ inAmocrm: [], inLog: [] });
  expect(sightings(bridge, words).inLog).toEqual([]);
});
