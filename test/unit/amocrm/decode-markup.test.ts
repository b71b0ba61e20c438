import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const decode = (markup: unknown, text = "Choose") =>
  decodeHook(bytesOf(anAmocrmHook({ markup, text })), scopeId);

describe("buttons", () => {
  test("keep their rows and addresses, and do not change the text", () => {
    const buttons = [
      [{ text: "Yes" }, { text: "No" }],
      [{ text: "Prices", url: "https://shop.example/prices" }],
    ];

    expect(decode({ mode: "inline", buttons })).toMatchObject({
      content: { type: "text", text: "Choose" },
      buttons,
    });
  });

  test.each([
    { name: "outside a row", buttons: [{ text: "Yes" }], rows: [[{ text: "Yes" }]] },
    {
      name: "next to malformed ones",
      buttons: [[null, 5, { text: "Yes" }, {}]],
      rows: [[{ text: "Yes" }]],
    },
    {
      name: "with a number as label",
      buttons: [[{ text: 24, url: "" }]],
      rows: [[{ text: "24" }]],
    },
    {
      name: "without a label",
      buttons: [[{ text: "", url: "https://a.example" }]],
      rows: [[{ text: "https://a.example", url: "https://a.example" }]],
    },
    {
      name: "with a label of white space",
      buttons: [[{ text: " ", url: "https://a.example" }, { text: " " }]],
      rows: [[{ text: "https://a.example", url: "https://a.example" }]],
    },
    {
      name: "with an invisible label",
      buttons: [[{ text: "\u200b", url: "https://a.example" }, { text: "\u2800" }]],
      rows: [[{ text: "https://a.example", url: "https://a.example" }]],
    },
    {
      name: "of emoji alone",
      buttons: [[{ text: "👍🏽" }, { text: "1️⃣" }, { text: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" }]],
      rows: [[{ text: "👍🏽" }, { text: "1️⃣" }, { text: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" }]],
    },
    { name: "below an empty row", buttons: [[], [{ text: "a" }]], rows: [[{ text: "a" }]] },
  ])("$name are buttons", ({ buttons, rows }) => {
    expect(decode({ buttons })).toMatchObject({ buttons: rows });
  });

  test.each([null, 5, "buttons", {}, [], { buttons: "no" }, { buttons: [] }, { buttons: [[{}]] }])(
    "are absent in an unreadable markup: %j",
    (markup) => {
      const event = decode(markup);

      expect(event).toMatchObject({ content: { type: "text", text: "Choose" } });
      expect(event).not.toHaveProperty("buttons");
    },
  );
});

describe("a list", () => {
  const list = {
    header: "Delivery",
    body: "When shall we come?",
    footer: "Every day",
    button: "Open",
    sections: [
      {
        title: "Morning",
        rows: [
          { callback_data: "m1", title: "9 to 12", description: "not on Sundays" },
          { callback_data: "m2", title: "10 to 13" },
        ],
      },
      { title: "Evening", rows: [{ callback_data: "e1", title: "18 to 21", description: null }] },
    ],
  };

  test("has one entry a row, each with amoCRM's callback data", () => {
    expect(decode({ list_message: list })).toMatchObject({
      buttons: [
        [{ text: "9 to 12", choice: "m1" }],
        [{ text: "10 to 13", choice: "m2" }],
        [{ text: "18 to 21", choice: "e1" }],
      ],
    });
  });

  test("has its other text as lines, so that all of it is readable", () => {
    expect(decode({ list_message: list })).toMatchObject({
      content: {
        type: "text",
        text: [
          "Choose",
          "Delivery",
          "When shall we come?",
          "Morning",
          "• 9 to 12: not on Sundays",
          "Evening",
          "Every day",
        ].join("\n"),
      },
    });
  });

  test.each(["", "When shall we come?"])("has its body once next to the text '%s'", (text) => {
    expect(decode({ list_message: { body: "When shall we come?" } }, text)).toMatchObject({
      content: { text: "When shall we come?" },
    });
  });

  test("names an entry with an invisible title by its callback data", () => {
    const rows = [{ title: " ", callback_data: "m1" }, { title: "\u200b" }];

    expect(decode({ list_message: { body: "Body", sections: [{ rows }] } })).toMatchObject({
      buttons: [[{ text: "m1", choice: "m1" }]],
    });
  });

  test.each([
    { sections: null },
    { sections: [null, { rows: "x" }, { title: null, rows: [null, {}, { title: "" }] }] },
    { sections: "x" },
  ])("with unreadable sections keeps its text: %j", (odd) => {
    const event = decode({ list_message: { body: "Body", ...odd } });

    expect(event).toMatchObject({ content: { text: "Choose\nBody" } });
    expect(event).not.toHaveProperty("buttons");
  });
});
