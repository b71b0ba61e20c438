import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeUpdate } from "../../../lambdas/adapters/telegram/decode.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: unknown) => decodeUpdate(bytesOf(update), botId);

describe("an update with nothing to show", () => {
  test.each([
    {
      name: "a reaction",
      update: { message_reaction: {} },
      reason: "nothing to show in message_reaction",
    },
    { name: "a kind of tomorrow", update: { hologram: {} }, reason: "nothing to show in hologram" },
    { name: "nothing beside its id", update: {}, reason: "nothing to show in the update" },
    {
      name: "a message of a group",
      update: aTelegramUpdate({ chat: { id: -5, type: "group" } }),
      reason: "not a private chat",
    },
    {
      name: "a message of nothing",
      update: aTelegramUpdate({ text: undefined }),
      reason: "a message without content",
    },
    {
      name: "a message of empty text",
      update: aTelegramUpdate({ text: "" }),
      reason: "a message without content",
    },
  ])("such as $name is ignored, with a reason for the log", ({ update, reason }) => {
    expect(decode({ update_id: 1, ...update })).toEqual({ kind: "ignored", reason });
  });
});

describe("the reason why an update is ignored", () => {
  test("holds names like the Bot API's and nobody's words", () => {
    const words = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[A-Za-zА-Яа-я0-9 ]{1,60}$/),
      fc.constant("hologram"),
    );
    fc.assert(
      fc.property(words, words, (name, type) => {
        const updates = [
          { update_id: 1, [name]: { text: name } },
          aTelegramUpdate({ chat: { id: 42, type } }),
          aTelegramUpdate({ text: undefined, [name]: undefined }),
        ];
        for (const event of updates.map(decode)) {
          if (event.kind !== "ignored") continue;
          expect(event.reason).toMatch(
            /^(nothing to show in ([a-z_]{1,40}|the update)|not a private chat|a message without content)$/,
          );
        }
      }),
    );
  });

  test("names the first kind that looks like one of the Bot API's", () => {
    expect(decode({ update_id: 1, "Иван Петров": {}, hologram: {} })).toEqual({
      kind: "ignored",
      reason: "nothing to show in hologram",
    });
  });
});
