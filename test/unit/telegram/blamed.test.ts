import { describe, expect, test } from "@jest/globals";
import { GrammyError } from "grammy/web";
import { failureOf } from "../../../lambdas/telegram/send/failures.ts";

const refusal = (errorCode: number, description: string) =>
  new GrammyError("refused", { ok: false, error_code: errorCode, description }, "sendMessage", {});

describe("a refusal of an attribute of a message", () => {
  test.each([
    {
      blames: "buttons",
      description: "inline keyboard button URL 'tel:+1' is invalid: Unsupported URL protocol",
    },
    { blames: "buttons", description: "BUTTON_URL_INVALID" },
    { blames: "buttons", description: "BUTTON_DATA_INVALID" },
    { blames: "buttons", description: "BUTTON_TYPE_INVALID" },
    { blames: "buttons", description: "BUTTON_USER_PRIVACY_RESTRICTED" },
    { blames: "buttons", description: "KEYBOARD_BUTTON_INVALID" },
    { blames: "buttons", description: "reply markup is too long" },
    { blames: "buttons", description: "REPLY_MARKUP_TOO_LONG" },
    { blames: "buttons", description: "object expected as reply markup" },
    {
      blames: "buttons",
      description: "can't parse inline keyboard button: Text buttons are unallowed",
    },
    { blames: "buttons", description: "can't parse reply keyboard markup JSON object" },
    { blames: "buttons", description: "Inline keyboard button text must be non-empty" },
    { blames: "buttons", description: "too many buttons" },
    // Telegram puts the button's text into its description.
    {
      blames: "buttons",
      description: "inline keyboard button URL 'tg://chat not found' is invalid: Wrong HTTP URL",
    },
    { blames: "quote", description: "message to be replied not found" },
    { blames: "quote", description: "message to reply not found" },
    { blames: "quote", description: "reply message not found" },
    { blames: "quote", description: "replied message not found" },
    { blames: "quote", description: "QUOTE_TEXT_INVALID" },
    { blames: "quote", description: "REPLY_MESSAGE_ID_INVALID" },
    { blames: "quote", description: "can't parse reply parameters: field message_id" },
    { blames: "quote", description: "message can't be replied" },
    { blames: "quote", description: "MESSAGE_ID_INVALID" },
    { blames: "quote", description: "MSG_ID_INVALID" },
    { blames: "topic", description: "message thread not found" },
    { blames: "topic", description: "topic is closed" },
    { blames: "topic", description: "TOPIC_CLOSED" },
    { blames: "topic", description: "TOPIC_DELETED" },
    { blames: undefined, description: "PHOTO_INVALID_DIMENSIONS" },
    { blames: undefined, description: "message is too long" },
    { blames: undefined, description: "chat not found" },
  ])("'$description' blames: $blames", ({ blames, description }) => {
    const failure = failureOf(refusal(400, `Bad Request: ${description}`));

    expect(failure).toMatchObject({ name: "PermanentFailure", blames });
    expect(failure.message).toBe("Telegram answered 400");
  });
});
