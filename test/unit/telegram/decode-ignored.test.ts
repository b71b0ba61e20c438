import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: unknown) => decodeUpdate(bytesOf(update), botId);

const anna = { id: 42, is_bot: false, first_name: "Anna" };
const chat = { id: 42, type: "private" };
const group = { id: -5, type: "group" };

describe("an update with nothing to show", () => {
  test.each([
    { name: "a poll's state", update: { poll: { id: "1", question: "Lunch?" } }, reason: "poll" },
    { name: "a search", update: { inline_query: { id: "1", from: anna } }, reason: "inline_query" },
    {
      name: "an unknown kind without a person",
      update: { hologram: { id: 1 } },
      reason: "hologram",
    },
    { name: "no field except its id", update: {}, reason: "the update" },
    {
      name: "a reaction in a group",
      update: { message_reaction: { chat: group, message_id: 1, user: anna } },
      reason: "message_reaction",
    },
    {
      name: "a reaction update without a change",
      update: { message_reaction: { chat, message_id: 1, user: anna, old_reaction: [] } },
      reason: "message_reaction",
    },
    {
      name: "the bot's removal from a group",
      update: { my_chat_member: { chat: group, date: 1, new_chat_member: { status: "left" } } },
      reason: "my_chat_member",
    },
    {
      name: "the service message about that removal",
      update: aTelegramUpdate({ chat: group, text: undefined, left_chat_member: { id: 700 } }),
      reason: "left_chat_member",
    },
    {
      name: "a business account's own message",
      update: {
        business_message: { message_id: 1, chat, from: { id: 43 }, business_connection_id: "bc" },
      },
      reason: "business_message",
    },
    {
      name: "a business account that removed the bot",
      update: {
        business_connection: { id: "bc", user: anna, user_chat_id: 42, is_enabled: false },
      },
      reason: "business_connection",
    },
  ])("such as $name is ignored, with a reason for the log", ({ update, reason }) => {
    expect(decode({ update_id: 1, ...update })).toEqual({
      kind: "ignored",
      reason: `nothing to show in ${reason}`,
    });
  });
});

describe("the reason why an update is ignored", () => {
  test("holds names in the Bot API's form and no customer text", () => {
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
        ];
        for (const event of updates.map(decode)) {
          if (event.kind !== "ignored") continue;
          expect(event.reason).toMatch(
            /^(nothing to show in ([a-z][a-z0-9_]{0,63}|the update)|live location moved)$/,
          );
        }
      }),
    );
  });

  test("does not repeat a name that does not have the Bot API's form", () => {
    expect(decode({ update_id: 1, "Иван Петров": {} })).toEqual({
      kind: "ignored",
      reason: "nothing to show in unknown",
    });
  });
});
