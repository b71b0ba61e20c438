import { describe, expect, test } from "@jest/globals";
import type { Button } from "../../../lambdas/model/content.ts";
import { operatorSteps, textsIn } from "../../support/operator-steps.ts";

const stepsOfText = (text: string, buttons: readonly (readonly Button[])[]) =>
  operatorSteps({ content: { type: "text", text }, buttons });

describe("an operator's message", () => {
  test.each(["", " \n"])("with buttons and no text (%j) has their labels as its text", (text) => {
    const buttons = [
      [{ text: "Yes" }, { text: " No " }],
      [{ text: "Site", url: "https://a.example" }],
    ];

    expect(stepsOfText(text, buttons)).toMatchObject([
      { name: "send-text", message: { text: "Yes\nNo\nSite", options: { buttons } } },
    ]);
  });

  test("with more labels than one message holds and no text has them once", () => {
    const buttons = Array.from({ length: 5 }, (_, row) => [{ text: `${row}${"x".repeat(999)}` }]);

    const words = buttons.map(([button]) => `• ${button?.text}`).join("\n");
    expect(textsIn(stepsOfText("", buttons)).join("")).toBe(words);
  });

  describe("with buttons that Telegram may refuse", () => {
    test("has them under its last part when the part has room for their words", () => {
      const buttons = [[{ text: "Yes" }]];
      const text = "x".repeat(4096 - "\n\n• Yes".length);

      expect(stepsOfText(text, buttons)).toMatchObject([
        { message: { text, options: { buttons } } },
      ]);
    });

    test("has them under their labels when the last part has no room for their words", () => {
      const buttons = [[{ text: "Yes" }]];
      const text = "x".repeat(4096);

      expect(stepsOfText(text, buttons)).toMatchObject([
        { message: { text, options: {} } },
        { message: { text: "Yes", options: { buttons } } },
      ]);
      expect(stepsOfText(text, buttons)[0]).not.toHaveProperty("message.options.buttons");
    });

    test("has them as words at once when the words fill more than one message", () => {
      const url = `https://a.example/${"x".repeat(1000)}`;
      const labels = ["One", "Two", "Three", "Four", "Five"];
      const buttons = labels.map((label) => [{ text: label, url }]);

      const steps = stepsOfText("Choose", buttons);

      const words = labels.map((label) => `• ${label}: ${url}`).join("\n");
      const [first, ...others] = textsIn(steps);
      expect(first).toBe("Choose");
      expect(others.join("")).toBe(words);
      expect(steps).toHaveLength(3);
      for (const step of steps) expect(step).not.toHaveProperty("message.options.buttons");
    });
  });
});
