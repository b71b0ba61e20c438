import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, opened, sightings, useBridge } from "./bridge.ts";
import { files, operatorSends } from "./operator.ts";

const anna = { id: 42, first_name: "Anna" };
const longLabel = "Ждать, пока позвонят с номера, который начинается на 8 800";

const bridge = useBridge();
beforeAll(async () => {
  await opened(bridge, anna);
});

const buttons = [
  [{ text: "Yes" }, { text: "No" }],
  [{ text: longLabel }],
  [{ text: "Our shop", url: "https://shop.example/" }],
];
const asked = async (text = "Deliver tomorrow?") => {
  const markup = { mode: "inline" as const, buttons };
  const { messages } = await operatorSends(bridge, anna.id, { text, markup });
  return messages.at(-1) ?? { messageId: 0, replyMarkup: undefined, text: "" };
};
const labels = (markup: unknown) =>
  (markup as { inline_keyboard: { text: string; url?: string }[][] }).inline_keyboard.map((row) =>
    row.map(({ text, url }) => url ?? text),
  );
/** What amoCRM got from the button press that was accepted as this update. */
const pressShown = (text: string, after: number) =>
  eventually("the press in amoCRM", () =>
    bridge.amocrm
      .messages()
      .slice(after)
      .find((message) => message.direction === "customer" && message.text === text),
  );

describe("a Salesbot's buttons", () => {
  test("appear under the message, row by row, and a button with an address opens it", async () => {
    const { replyMarkup, text } = await asked();

    expect(text).toBe("Deliver tomorrow?");
    expect(labels(replyMarkup)).toEqual([["Yes", "No"], [longLabel], ["https://shop.example/"]]);
  });

  test.each([
    { name: "return their text when pressed", text: "No", isOld: false },
    { name: "return a long text too", text: longLabel, isOld: false },
    {
      name: "work under a message that Telegram no longer sends in full",
      text: "Yes",
      isOld: true,
    },
  ])("$name, with an immediate acknowledgement", async ({ text, isOld }) => {
    const { messageId } = await asked();
    const before = bridge.amocrm.messages().length;

    const press = await bridge.telegram.customer.press(anna.id, messageId, { text, isOld });

    expect(press.isAnswered).toBe(true);
    const message = await pressShown(text, before);
    expect(message).toMatchObject({ type: "text", text, silent: false });
  });

  test("do not lose a press of a long button under such a message, though its text is unknown", async () => {
    const { messageId } = await asked();
    const before = bridge.amocrm.messages().length;
    const press = { text: longLabel, isOld: true };

    await bridge.telegram.customer.press(anna.id, messageId, press);

    const message = await pressShown("[callback_query]", before);
    expect(message.silent).toBe(false);
  });

  test("work after the functions were replaced", async () => {
    const { messageId } = await asked();
    const before = bridge.amocrm.messages().length;
    for (const name of ["telegram-webhook", "delivery-sender"]) {
      for (const pid of bridge.run.host.processes(name)) process.kill(pid, "SIGKILL");
    }

    await bridge.telegram.customer.press(anna.id, messageId, { text: "No" });

    expect(await pressShown("No", before)).toMatchObject({ type: "text", silent: false });
  });

  test("pressed twice are shown twice, because each press is an answer", async () => {
    const { messageId } = await asked();
    const before = bridge.amocrm.messages().length;

    for (const text of ["Yes", "Yes"])
      await bridge.telegram.customer.press(anna.id, messageId, { text });

    const both = await eventually("both", () => {
      const texts = bridge.amocrm
        .messages()
        .slice(before)
        .map(({ text }) => text);
      return texts.length > 1 && texts;
    });
    expect(both).toEqual(["Yes", "Yes"]);
  });

  test("also appear under a file's message, and under the last part of a long message", async () => {
    const { id } = bridge.amocrm.addAttachment(files.jpeg);
    const markup = { mode: "inline" as const, buttons };
    const attachments = [{ id, type: "picture" as const }];
    const picture = await operatorSends(bridge, anna.id, { text: "This?", attachments, markup });
    const long = await operatorSends(bridge, anna.id, { text: "Long. ".repeat(900), markup });

    expect(picture.messages.map(({ replyMarkup }) => replyMarkup !== undefined)).toEqual([true]);
    expect(long.messages.map(({ replyMarkup }) => replyMarkup !== undefined)).toEqual([
      false,
      true,
    ]);
  });
});

test("are written as text if Telegram refuses them, and a typed label is an answer too", async () => {
  const description = "Bad Request: BUTTON_URL_INVALID";
  const body = { ok: false, error_code: 400, description };
  bridge.telegram.faults.add({ match: "sendMessage", status: 400, body });

  const { text } = await asked("And this?");

  expect(text).toBe(`And this?\n\n• Yes\n• No\n• ${longLabel}\n• Our shop: https://shop.example/`);
});

describe("a list instead of buttons", () => {
  const list_message = {
    header: "Delivery",
    body: "When shall we come?",
    footer: "Any day but Sunday",
    button: "Choose",
    sections: [
      {
        title: "Morning",
        rows: [
          { callback_data: "slot-9", title: "At nine", description: "the first" },
          { callback_data: "slot-10", title: "At ten" },
        ],
      },
    ],
  };

  test("shows its text, and a press returns the value that amoCRM expects for the entry", async () => {
    const { messages } = await operatorSends(bridge, anna.id, {
      text: "When shall we come?",
      markup: { list_message },
    });
    const [message] = messages;
    expect(message?.text).toBe(
      "When shall we come?\nDelivery\nMorning\n• At nine: the first\nAny day but Sunday",
    );
    expect(labels(message?.replyMarkup)).toEqual([["At nine"], ["At ten"]]);
    const before = bridge.amocrm.messages().length;

    await bridge.telegram.customer.press(anna.id, message?.messageId ?? 0, { text: "At ten" });

    const pressed = await pressShown("At ten", before);
    expect(pressed.content).toMatchObject({ text: "At ten", callback_data: "slot-10" });
  });
});

test("no label and no button press is in a log", () => {
  const words = ["Deliver tomorrow", longLabel.slice(0, 12), "shop.example", "At ten", "slot-10"];
  expect(sightings(bridge, words).inLog).toEqual([]);
});
