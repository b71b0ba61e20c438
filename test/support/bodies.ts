import { readFileSync } from "node:fs";
import { createHmac } from "node:crypto";
import { accountId } from "./events.ts";

/** The bytes of a value as a vendor sends them. */
export function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

/** A message of a private chat; a field set to undefined is left out. */
export function aTelegramMessage(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    message_id: 5,
    date: 1_699_999_999,
    chat: { id: 42, type: "private", first_name: "Anna" },
    from: { id: 42, is_bot: false, first_name: "Anna", last_name: "Petrova", language_code: "en" },
    text: "Good morning",
    ...changes,
  };
}

/** An update with a message in a private chat, unless the fields say otherwise. */
export function aTelegramUpdate(
  message: Readonly<Record<string, unknown>> = {},
  changes: Readonly<Record<string, unknown>> = {},
) {
  return { update_id: 1, message: aTelegramMessage(message), ...changes };
}

/** A v2 hook with an operator's text. */
export function anAmocrmHook(
  message: Readonly<Record<string, unknown>> = {},
  changes: Readonly<Record<string, unknown>> = {},
) {
  return {
    account_id: accountId,
    time: 1_700_000_000,
    message: {
      conversation: { id: "amojo-chat", client_id: "tg-700-42" },
      sender: { id: "amojo-operator" },
      receiver: { id: "amojo-user", client_id: "tg-42" },
      timestamp: 1_700_000_000,
      msec_timestamp: 1_700_000_000_123,
      message: { id: "amojo-message", type: "text", text: "How can we help?", ...message },
      ...changes,
    },
  };
}

/** The signature of amoCRM for a hook. */
export function hookSignature(body: Uint8Array | string, secret: string): string {
  return createHmac("sha1", secret).update(body).digest("hex");
}

/** A payload of the amoCRM documentation, as text. */
export function amocrmFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/amocrm/${name}`, import.meta.url), "utf8");
}
