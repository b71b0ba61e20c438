import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramMessage, aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: unknown) => decodeUpdate(bytesOf(update), botId);
const topic = { message_thread_id: 77, is_topic_message: true };
const where = { where: { topicId: "77" } };
const from = { id: 42, is_bot: false, first_name: "Anna" };

describe("the topic of a private chat", () => {
  test("is read from a message", () => {
    expect(decode(aTelegramUpdate(topic))).toMatchObject(where);
  });

  test("is read from an edit", () => {
    const edited_message = { ...aTelegramMessage(), ...topic, edit_date: 1_700_000_000 };

    expect(decode({ update_id: 1, edited_message })).toMatchObject({ kind: "edit", ...where });
  });

  test("is read from a button press in it", () => {
    const message = { ...aTelegramMessage(), ...topic };
    const callback_query = { id: "7", from, chat_instance: "c", data: "t:Yes", message };

    expect(decode({ update_id: 1, callback_query })).toMatchObject(where);
  });

  test("is read from an update of an unknown type", () => {
    const hologram = { ...aTelegramMessage(), ...topic };

    expect(decode({ update_id: 1, hologram })).toMatchObject(where);
  });

  test.each([
    { name: "a chain of replies", fields: { message_thread_id: 77 } },
    { name: "explicitly not a topic", fields: { message_thread_id: 77, is_topic_message: false } },
    {
      name: "a message outside of topics",
      fields: { message_thread_id: 1, is_topic_message: true },
    },
    { name: "without an id", fields: { is_topic_message: true } },
    { name: "a malformed id", fields: { message_thread_id: "x", is_topic_message: true } },
  ])("is absent: $name", ({ fields }) => {
    expect(decode(aTelegramUpdate(fields))).not.toHaveProperty("where");
  });
});
