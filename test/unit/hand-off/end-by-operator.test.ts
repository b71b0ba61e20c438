import { describe, expect, test } from "@jest/globals";
import { endTalk, isEnd } from "../../../lambdas/hand-off/end.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { anEntry, anOperatorEvent, someSettings } from "../../support/events.ts";

const conversationId = "tg-700-42";
const eventId = "amo:end";
const why = "operator ends";

const ended = (
  known: Partial<Conversation> | undefined,
  end: Partial<Parameters<typeof endTalk>[0]> = {},
  entry = anEntry(),
) => {
  const conversation = known === undefined ? undefined : { conversationId, ...known };
  return endTalk({ conversationId, eventId, why, ...end }, conversation, entry, someSettings());
};

describe("the end of a talk", () => {
  test.each(["waiting", "operator"] as const)(
    "with operators in state '%s' returns the customer to the bot, even if the notice fails",
    (handOff) => {
      const message = { text: catalogue.en.talkClosed };
      const to = { conversationId, chatId: "42", where: { topicId: "77" } };

      expect(ended({ handOff, topics: ["10:77"] })).toEqual({
        kind: "steps",
        steps: [
          { name: "close-talk", conversationId, eventId },
          { name: "say", to, message, skip: "any-failure" },
        ],
      });
    },
  );

  test.each([
    { name: "of their choice", languages: { language: "en", languageChosen: "ru" } },
    { name: "of their Telegram app", languages: { language: "ru" } },
  ] as const)("is sent to the customer in the language $name", ({ languages }) => {
    expect(ended({ handOff: "operator", ...languages })).toMatchObject({
      steps: [{ name: "close-talk" }, { message: { text: catalogue.ru.talkClosed } }],
    });
  });

  test.each([
    { name: "the conversation is unknown", known: undefined },
    { name: "the bot is the responder", known: { handOff: "bot" } },
    { name: "it is closed", known: { handOff: "closed" } },
  ] as const)("by the operator's word is understood also where $name", ({ known }) => {
    expect(ended(known)).toEqual({ kind: "steps", steps: [{ name: "find-no-talk" }] });
  });

  test("after silence does nothing when no talk is open", () => {
    expect(ended({ handOff: "closed" }, { why: "a day of silence" })).toMatchObject({
      kind: "ignore",
    });
  });

  test.each([
    {
      name: "that moved the talk and then crashed",
      known: { handOff: "closed", handOffBy: eventId, handOffFrom: "operator" },
      entry: anEntry(),
    },
    {
      name: "that recorded it, whatever the talk's state is now",
      known: { handOff: "bot" },
      entry: anEntry({ steps: [{ step: "close-talk" }] }),
    },
  ] as const)("is continued after an attempt $name", ({ known, entry }) => {
    expect(ended(known, {}, entry)).toMatchObject({
      steps: [{ name: "close-talk" }, { name: "say" }],
    });
  });
});

describe("an operator's end command", () => {
  test.each([
    { text: "/end", is: true },
    { text: "/END \n", is: true },
    { text: "/end of story", is: false },
    { text: " /end", is: false },
    { text: "the /end", is: false },
    { text: "", is: false },
  ])("%j ends a talk: $is", ({ text, is }) => {
    expect(isEnd(anOperatorEvent({ content: { type: "text", text } }))).toBe(is);
  });

  test("as a file caption ends nothing: the file is for the customer", () => {
    const media = { kind: "file", source: "https://amojo.example/1" } as const;

    expect(isEnd(anOperatorEvent({ content: { type: "media", media, text: "/end" } }))).toBe(false);
  });
});
