import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { inlineKeyboard, replyKeyboard } from "../../../lambdas/telegram/send/messenger.ts";
import {
  callbackDataOf,
  readCallbackData,
  textOfButton,
} from "../../../lambdas/telegram/decode/callback-data.ts";

describe("a keyboard under a message", () => {
  test("has the given rows: link buttons open their address, text buttons send their text back", () => {
    const rows = [
      [{ text: "Yes" }, { text: "Site", url: "https://x.example" }],
      [{ text: "XL", choice: "size-xl" }],
      [{ text: "English", ownChoice: "language:en" }],
    ];

    expect(inlineKeyboard(rows)).toEqual({
      inline_keyboard: [
        [
          { text: "Yes", callback_data: "t:Yes" },
          { text: "Site", url: "https://x.example" },
        ],
        [{ text: "XL", callback_data: "c:size-xl" }],
        [{ text: "English", callback_data: "bridge:language:en" }],
      ],
    });
  });

  test("splits a row when Telegram would drop its end", () => {
    const labels = Array.from({ length: 17 }, (_, index) => String(index));
    const keyboard = inlineKeyboard([labels.map((text) => ({ text })), [{ text: "Last" }]]);

    const shown = keyboard?.inline_keyboard.map((row) => row.map(({ text }) => text));
    expect(shown?.flat()).toEqual([...labels, "Last"]);
    expect(shown?.map(({ length }) => length)).toEqual([8, 8, 1, 1]);
  });

  test("distinguishes long labels of one row even after the row is split", () => {
    const label = "я".repeat(40);
    const keyboard = inlineKeyboard([Array.from({ length: 9 }, () => ({ text: label }))]);

    const data = keyboard?.inline_keyboard.flat().map((button) => JSON.stringify(button));
    expect(new Set(data).size).toBe(9);
  });

  test.each([{ rows: undefined }, { rows: [] }, { rows: [[]] }, { rows: [[{ text: " " }]] }])(
    "is absent for $rows",
    ({ rows }) => {
      expect(inlineKeyboard(rows)).toBeUndefined();
    },
  );
});

describe("the markup that replaces the customer's keyboard", () => {
  test.each([
    { keyboard: undefined, markup: undefined },
    { keyboard: "remove", markup: { remove_keyboard: true } },
    {
      keyboard: { sharePhone: "My number" },
      markup: {
        keyboard: [[{ text: "My number", request_contact: true }]],
        one_time_keyboard: true,
        resize_keyboard: true,
      },
    },
  ] as const)("$keyboard", ({ keyboard, markup }) => {
    expect(replyKeyboard(keyboard)).toEqual(markup);
  });
});

const aButton = fc.record(
  { text: fc.string({ minLength: 1, unit: "grapheme" }), choice: fc.string({ unit: "grapheme" }) },
  { requiredKeys: ["text"] },
);
const place = fc.nat(20);

describe("the callback data of a button", () => {
  test("always fits Telegram's limit", () => {
    fc.assert(
      fc.property(aButton, place, place, (button, row, column) => {
        const data = callbackDataOf(button, row, column);

        expect(Buffer.byteLength(data)).toBeGreaterThan(0);
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      }),
    );
  });

  test("holds the text or the choice, unless it is too long", () => {
    fc.assert(
      fc.property(aButton, place, place, (button, row, column) => {
        const { text, choice = "" } = button;
        const value = choice || text;

        const read = readCallbackData(callbackDataOf(button, row, column));

        const isTooLong = Buffer.byteLength(value) > 62;
        expect(read).toEqual(isTooLong ? {} : choice === "" ? { text } : { choice });
      }),
    );
  });

  test("does not equal the bridge's own data for any button that amoCRM can make", () => {
    fc.assert(
      fc.property(aButton, place, place, (button, row, column) => {
        const read = readCallbackData(callbackDataOf(button, row, column));

        expect(read).not.toHaveProperty("ownChoice");
      }),
    );
    for (const text of ["bridge:language:en", "language:en"]) {
      const read = [{ text }, { text, choice: text }].map((button) =>
        readCallbackData(callbackDataOf(button, 0, 0)),
      );
      expect(read).toEqual([{ text }, { choice: text }]);
    }
  });

  test("finds its text in the message's keyboard, however long the text is", () => {
    fc.assert(
      fc.property(fc.array(fc.array(aButton, { minLength: 1 }), { minLength: 1 }), (rows) => {
        const keyboard = inlineKeyboard(rows);

        for (const button of keyboard?.inline_keyboard.flat() ?? []) {
          const data = "callback_data" in button ? button.callback_data : "";
          const found = keyboard?.inline_keyboard
            .flat()
            .find((other) => "callback_data" in other && other.callback_data === data);
          expect(textOfButton(keyboard, data)).toBe(found?.text);
        }
      }),
    );
  });

  test.each([undefined, null, 5, {}, { inline_keyboard: 5 }, { inline_keyboard: [[null, 5]] }])(
    "does not match the markup %j",
    (markup) => {
      expect(textOfButton(markup, "t:Yes")).toBeUndefined();
    },
  );
});
