import { describe, expect, test } from "@jest/globals";
import { readAnswer } from "../../../lambdas/amocrm/chats/failures.ts";
import {
  connectedChannel,
  createdChat,
  history,
  sentMessage,
} from "../../../lambdas/amocrm/decode/wire.ts";
import { amocrmFixture } from "../../support/bodies.ts";

const answer = (text: string) => ({ status: 200, headers: new Headers(), text });

describe("documented answers of amoCRM", () => {
  test.each([
    { name: "res-new-message.json", msgid: "8f1176d7-c357-42b0-b944-a15d537a27d3" },
    { name: "res-new-message-old-shape.json", msgid: "8e6afe4e-a08a-4801-b6cb-37963c1a6f3c" },
  ])("$name has amoCRM's id of the message", ({ name, msgid }) => {
    expect(readAnswer(sentMessage, answer(amocrmFixture(name))).new_message.msgid).toBe(msgid);
  });

  test.each([
    { name: "res-create-chat.json", id: "6cbab3d5-c4c1-46ff-b710-ad59ad10805f" },
    { name: "res-create-chat-stepbystep.json", id: "31d43a78-e09d-46ae-8994-7e93560169b8" },
  ])("$name has the chat and its user", ({ name, id }) => {
    expect(readAnswer(createdChat, answer(amocrmFixture(name)))).toMatchObject({
      id,
      user: { id: expect.any(String) },
    });
  });

  test("a created chat without its user is valid", () => {
    expect(readAnswer(createdChat, answer('{"id":"c1"}'))).toEqual({ id: "c1" });
  });

  test("the history has the bridge's ids of messages", () => {
    const { messages } = readAnswer(history, answer(amocrmFixture("res-history.json")));

    expect(messages.map(({ message }) => message.client_id)).toEqual([
      "skm-5f2836a8ca468",
      "5f283618af2c8",
    ]);
  });

  test("a connected channel has its scope", () => {
    expect(
      readAnswer(connectedChannel, answer(amocrmFixture("res-connect.json"))).scope_id,
    ).toMatch(/_af9945ff/);
  });
});

describe("an unreadable success", () => {
  test.each(["", "<html>", "{}", '{"new_message":{"msgid":5}}'])(
    "such as '%s' is a transient failure",
    (text) => {
      expect(() => readAnswer(sentMessage, answer(text))).toThrow(
        expect.objectContaining({
          name: "TransientFailure",
          message: "amoCRM answered in an unknown shape",
        }),
      );
    },
  );
});
