import { describe, expect, test } from "@jest/globals";
import { operatorToCustomer } from "../../../lambdas/domain/operator-to-customer.ts";
import type { Button } from "../../../lambdas/model/content.ts";
import { anEntry, anOperatorEvent } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";

describe("an operator's message", () => {
  test.each(["", " \n"])(
    "with buttons and no text (%j) has their labels as its text",
    async (text) => {
      const messenger = aFakeMessenger();
      const buttons = [
        [{ text: "Yes" }, { text: " No " }],
        [{ text: "Site", url: "https://a.example" }],
      ];

      const event = anOperatorEvent({ content: { type: "text", text }, buttons });
      const work = await operatorToCustomer(event, {}, jobDependencies({ messenger }));
      await stepsOf(work)[0]?.run(anEntry());

      expect(messenger.sent).toMatchObject([{ text: "Yes\nNo\nSite", options: { buttons } }]);
    },
  );

  test("with more labels than one message holds and no text has them once", async () => {
    const messenger = aFakeMessenger();
    const buttons = Array.from({ length: 5 }, (_, row) => [{ text: `${row}${"x".repeat(999)}` }]);

    const event = anOperatorEvent({ content: { type: "text", text: "" }, buttons });
    const work = await operatorToCustomer(event, {}, jobDependencies({ messenger }));
    for (const step of stepsOf(work)) await step.run(anEntry());

    const words = buttons.map(([button]) => `• ${button?.text}`).join("\n");
    expect(messenger.sent.map(({ text }) => text).join("")).toBe(words);
  });

  describe("whose buttons Telegram may refuse", () => {
    const sentOf = async (text: string, buttons: readonly (readonly Button[])[]) => {
      const messenger = aFakeMessenger();
      const event = anOperatorEvent({ content: { type: "text", text }, buttons });
      const work = await operatorToCustomer(event, {}, jobDependencies({ messenger }));
      for (const step of stepsOf(work)) await step.run(anEntry());
      return messenger.sent.map(({ text: said, options }) => [said, options?.buttons] as const);
    };

    test("has them under its last part, where that has room for their words", async () => {
      const buttons = [[{ text: "Yes" }]];
      const text = "x".repeat(4096 - "\n\n• Yes".length);

      expect(await sentOf(text, buttons)).toEqual([[text, buttons]]);
    });

    test("has them under their labels, where its last part has no room for their words", async () => {
      const buttons = [[{ text: "Yes" }]];
      const text = "x".repeat(4096);

      expect(await sentOf(text, buttons)).toEqual([
        [text, undefined],
        ["Yes", buttons],
      ]);
    });

    test("says them in words at once, where these fill more than one message", async () => {
      const url = `https://a.example/${"x".repeat(1000)}`;
      const labels = ["One", "Two", "Three", "Four", "Five"];
      const buttons = labels.map((label) => [{ text: label, url }]);

      const sent = await sentOf("Choose", buttons);

      const words = labels.map((label) => `• ${label}: ${url}`).join("\n");
      expect(sent.map(([, under]) => under)).toEqual([undefined, undefined, undefined]);
      expect(sent.map(([said]) => said)[0]).toBe("Choose");
      expect(
        sent
          .slice(1)
          .map(([said]) => said)
          .join(""),
      ).toBe(words);
    });
  });
});
