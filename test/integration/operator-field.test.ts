import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../local/simulators/faults.ts";
import type { OperatorMessage } from "../../local/simulators/amocrm/operator-schemas.ts";
import {
  eventually,
  opened,
  sightings,
  useBridge,
  textsTo,
  timesOf,
  finalStatusOf,
} from "./bridge.ts";
import { conversationOf } from "./bridge.ts";
import { bytesIn, files, operatorSends } from "./operator.ts";

/** The customer in these inputs. They are modeled on real input. */
const clara = { id: 1020, first_name: "Clara", language_code: "en" };
type Hook = { message: { timestamp: number; message: Record<string, unknown> & { id: string } } };
const inputOf = (name: string) =>
  readFileSync(new URL(`../fixtures/field/${name}.json`, import.meta.url), "utf8");
/** A hook that came as soon as its message was written. */
const hookOf = (name: string) => {
  const hook = JSON.parse(inputOf(name)) as Hook;
  Object.assign(hook.message, timesOf(Date.now()));
  return { ...hook, time: hook.message.timestamp };
};

const bridge = useBridge();
beforeAll(async () => {
  await opened(bridge, clara);
});

/**
 * amoCRM knows the message. Its own hook is lost, and this hook goes out under its id. Returns the
 * id.
 */
const sendInstead = async (hook: Hook, encode = (json: string) => json): Promise<string> => {
  bridge.amocrm.faults.add({ match: "hook", dropRequest: true });
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(clara.id), "replaced");
  hook.message.message.id = messageId;
  expect(await bridge.amocrm.sendHook(undefined, { raw: encode(JSON.stringify(hook)) })).toBe(200);
  return messageId;
};
/** What the customer got from such a hook, and which status the operator saw. */
const got = async (hook: Hook, encode?: (json: string) => string) => {
  const before = bridge.telegram.messages().length;
  const status = await finalStatusOf(bridge, await sendInstead(hook, encode));
  return { status, messages: bridge.telegram.messages().slice(before) };
};

describe("real messages of operators", () => {
  test("a forward with equal lines keeps all of them", async () => {
    const { status, messages } = await got(hookOf("forward-of-equal-lines"));

    expect(status).toEqual({ status: 1 });
    expect(messages.map(({ text }) => text)).toEqual(["yes\nyes\nno"]);
  });

  test("half an emoji becomes U+FFFD, in the request too", async () => {
    const { status, messages } = await got(hookOf("lone-surrogate"));

    expect(status).toEqual({ status: 1 });
    expect(messages.map(({ text }) => text)).toEqual(["cut emoji \ufffd"]);
  });

  test("the text of an unknown type arrives, and the operator is notified of what did not", async () => {
    const { status, messages } = await got(hookOf("unknown-type-with-words"));

    expect(messages.map(({ text }) => text)).toEqual(["See our post about chairs"]);
    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/только текст.*shared_post/);
    expect(await bridge.parked("kind-not-supported")).toEqual([]);
  });

  test("a hook with a byte order mark at its start is not parked", async () => {
    const hook = hookOf("forward-of-equal-lines");
    const { messages } = await got(hook, (json) => `\uFEFF${json}`);

    expect(messages.map(({ text }) => text)).toEqual(["yes\nyes\nno"]);
  });
});

describe("a refused button", () => {
  const markup = { mode: "inline" as const, buttons: [[{ text: "Call", url: "tel:+15550100" }]] };
  const asAttached = () => [
    { id: bridge.amocrm.addAttachment(files.png).id, type: "picture" as const },
  ];

  test("leaves the picture as a picture, with the button as text", async () => {
    const input = JSON.parse(inputOf("picture-with-refused-button")) as {
      faults_at_telegram_first: Fault[];
      operator_sends: OperatorMessage;
    };
    const faults = input.faults_at_telegram_first.filter(({ match }) => match === "sendPhoto");
    for (const fault of faults) bridge.telegram.faults.add(fault);

    const message = { ...input.operator_sends, attachments: asAttached() };
    const { status, messages } = await operatorSends(bridge, clara.id, message);

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([
      { method: "sendPhoto", text: "Call us\n\n• Call: tel:+15550100", file: { form: "photo" } },
    ]);
    expect(messages[0]).not.toHaveProperty("replyMarkup");
    expect(bytesIn(bridge, messages[0]).equals(files.png.bytes)).toBe(true);
  });

  test("is refused by Telegram itself, in a text among other buttons and without a text", async () => {
    const some = [[{ text: "Yes" }, { text: "Call", url: "tel:+15550100" }], [{ text: "No" }]];

    const text = await operatorSends(bridge, clara.id, {
      text: "Sure?",
      markup: { mode: "inline", buttons: some },
    });
    const bare = await operatorSends(bridge, clara.id, { markup });

    expect(text.status).toEqual({ status: 1 });
    expect(text.messages.map(({ text: shown }) => shown)).toEqual([
      "Sure?\n\n• Yes\n• Call: tel:+15550100\n• No",
    ]);
    expect(bare.status).toEqual({ status: 1 });
    expect(bare.messages.map(({ text: shown }) => shown)).toEqual(["• Call: tel:+15550100"]);
  });

  test("under a picture without a caption, or with a caption that fills the limit, loses no text", async () => {
    const long = "x".repeat(1020);
    const attachments = asAttached();
    const bare = await operatorSends(bridge, clara.id, { attachments, markup });
    const full = await operatorSends(bridge, clara.id, { attachments, markup, text: long });

    expect(bare.messages).toMatchObject([{ method: "sendPhoto", text: "• Call: tel:+15550100" }]);
    expect(full.messages).toMatchObject([
      { method: "sendPhoto", text: "" },
      { method: "sendMessage", text: `${long}\n\n• Call: tel:+15550100` },
    ]);
  });
});

test("a refused quote leaves the picture as a picture, with its button", async () => {
  const description = "Bad Request: message to be replied not found";
  const body = { ok: false, error_code: 400, description };
  bridge.telegram.faults.add({ match: "sendPhoto", status: 400, body });

  const { status, messages } = await operatorSends(bridge, clara.id, {
    text: "The door",
    attachments: [{ id: bridge.amocrm.addAttachment(files.jpeg).id, type: "picture" }],
    markup: { mode: "inline", buttons: [[{ text: "Buy" }]] },
    reply_to: `${conversationOf(clara.id)}-1`,
  });

  expect(status).toEqual({ status: 1 });
  expect(messages).toMatchObject([{ method: "sendPhoto", text: "The door" }]);
  expect(messages[0]).toHaveProperty("replyMarkup");
  expect(messages[0]).not.toHaveProperty("replyToMessageId");
});

test("buttons without a text appear under their labels", async () => {
  const { status, messages } = await operatorSends(bridge, clara.id, {
    markup: { mode: "inline", buttons: [[{ text: "Yes" }, { text: "No" }]] },
  });

  expect(status).toEqual({ status: 1 });
  expect(messages).toMatchObject([{ text: "Yes\nNo" }]);
  expect(messages[0]).toHaveProperty("replyMarkup");
});

test.each([
  { words: "bot can't initiate conversation with a user", expected: /не может написать первым/ },
  { words: "the bot can't send messages to the bot", expected: /Собеседник — бот/ },
  { words: "bot was kicked from the supergroup chat", expected: /больше нет в этом чате/ },
  { words: "not enough rights to send text messages to the chat", expected: /нет права/ },
  { words: "a rule of tomorrow", expected: /не разрешает боту писать сюда/ },
])(
  "a 403 '$words' gets its own error text, and the chat is not stored as unreachable",
  async ({ words, expected }) => {
    const body = { ok: false, error_code: 403, description: `Forbidden: ${words}` };
    bridge.telegram.faults.add({ match: "sendMessage", status: 403, body });

    const refused = await operatorSends(bridge, clara.id, { text: "Are you there?" });
    const next = await operatorSends(bridge, clara.id, { text: "And now?" });

    expect(refused.status).toMatchObject({ status: -1 });
    expect(refused.status.error).toMatch(expected);
    expect(next.status).toEqual({ status: 1 });
  },
);

test("half an emoji from a customer arrives as U+FFFD", async () => {
  await bridge.telegram.customerSays({ ...clara, first_name: "Clara \ud83d" }, "cut \ud83d");

  const shown = await eventually("the message", () =>
    bridge.amocrm.messages().find(({ text }) => text.startsWith("cut ")),
  );
  expect(shown).toMatchObject({ text: "cut \ufffd" });
});

test("no operator's text is in a log", () => {
  const words = ["See our post", "cut emoji", "Call us", "tel:+", "The door"];

  expect(textsTo(bridge.telegram, clara.id).length).toBeGreaterThan(0);
  expect(sightings(bridge, words).inLog).toEqual([]);
});
