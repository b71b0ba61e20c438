import { describe, expect, test } from "@jest/globals";
import { messageNamedBy, pieceMsgidOf } from "../../../lambdas/model/ids.ts";

const conversationId = "tg-700-42";

describe("the id of a piece of a message", () => {
  test("is the message's own for the first piece, and numbered for the next ones", () => {
    const names = [1, 2, 12].map((number) => pieceMsgidOf("tg-700-42-5", number));

    expect(names).toEqual(["tg-700-42-5", "tg-700-42-5.2", "tg-700-42-5.12"]);
  });

  test.each([
    { msgid: "tg-700-42-5", message: "5" },
    { msgid: "tg-700-42-5.2", message: "5" },
    { msgid: "tg-700-42-5.2-edit-1700000000599", message: "5" },
    { msgid: "tg-700-42-5-edit-1700000000599", message: "5" },
    { msgid: "tg-700-42-upd-5.2", message: undefined },
    { msgid: "tg-700-42-5.", message: undefined },
    { msgid: "tg-700-42-.2", message: undefined },
    { msgid: "tg-700-42-5.2.3", message: undefined },
    { msgid: "tg-700-421-5.2", message: undefined },
  ])("$msgid is the id of message $message in the chat", ({ msgid, message }) => {
    expect(messageNamedBy(msgid, conversationId)).toBe(message);
  });
});
