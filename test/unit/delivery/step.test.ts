import { describe, expect, test } from "@jest/globals";
import { recipientOf, timeLimitOf } from "../../../lambdas/delivery/step.ts";
import type { Step } from "../../../lambdas/delivery/step.ts";
import type { Media } from "../../../lambdas/model/content.ts";

const conversationId = "tg-700-42";
const to = { conversationId, chatId: "42" };
const media: Media = { kind: "picture", source: "https://amojo.example/1" };
const message = { text: "Hello" };
const file = { media, caption: "", linkText: "", options: {} };

const toTelegram: readonly Step[] = [
  { name: "say", to, message },
  { name: "answer-as-bot", to, message: { method: "sendDice", payload: {} } },
  { name: "send-preface", to, message },
  { name: "send-text", to, message },
  { name: "send-file", to, way: "as-itself", ...file },
  { name: "react", to, telegramMessageId: "7", emoji: undefined, inWords: "" },
];

describe("a step", () => {
  test.each(toTelegram)("'$name' sends into a chat, where a repeat would be visible", (step) => {
    expect(recipientOf(step)).toEqual(to);
  });

  test.each<Step>([
    { name: "show-typing", to },
    { name: "keep-file", media },
    { name: "catch-up" },
    { name: "find-no-talk" },
    { name: "open-talk", conversationId, eventId: "tg:700:1" },
    { name: "close-talk", conversationId, eventId: "tg:700:1" },
    { name: "remember-language", conversationId, changes: { languageChosen: "en" } },
    { name: "report-status", conversationId, amocrmMessageId: "a", status: { statusCode: 1 } },
  ])("'$name' may be repeated without a check of the chat", (step) => {
    expect(recipientOf(step)).toBeUndefined();
  });

  test("has a longer timeout when it carries a file, the longest when it downloads and uploads one", () => {
    const upload = timeLimitOf({ name: "send-file", to, way: "as-itself", ...file });
    const keep = timeLimitOf({ name: "keep-file", media });
    const call = timeLimitOf({ name: "send-text", to, message });

    expect([upload, keep, call]).toEqual([62_000, 40_000, 12_000]);
  });

  test("that is missing at the end of an event has the limit of one call", () => {
    expect(timeLimitOf(undefined)).toBe(12_000);
  });
});
