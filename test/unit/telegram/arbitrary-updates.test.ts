import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: unknown) => decodeUpdate(bytesOf(update), botId);
const folder = new URL("../../fixtures/telegram/", import.meta.url);
const fixtures = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Record<string, object>,
);
const messages = fixtures.flatMap(({ message }) => message ?? []) as Record<string, unknown>[];
const fields = [...new Set(messages.flatMap((message) => Object.keys(message)))].filter(
  (name) => !["message_id", "chat"].includes(name),
);
const chat = { id: 42, type: "private", first_name: "Anna" };

/** An arbitrary value, sometimes one from another field of the update. */
const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(...messages.flatMap((message) => Object.values(message))),
);
const aMessage = fc
  .dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), anyValue)
  .map((odd) => ({ ...odd, message_id: 5, chat }));

describe("a message of a private chat with arbitrary fields", () => {
  test.each(["message", "edited_message"])("is shown as %s", (type) => {
    fc.assert(
      fc.property(aMessage, (message) => {
        const event = decode({ update_id: 1, [type]: message });

        const isShown = "content" in event && event.chatId === "42";
        // Of another bot, or of the bot itself: not the customer's.
        const isNotShown =
          event.kind === "ignored" &&
          /^live location moved$|^(?:another|the) bot's/.test(event.reason);
        expect(isShown || isNotShown).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("reports its kind as a word that may be logged", () => {
    fc.assert(
      fc.property(aMessage, (message) => {
        const event = decode({ update_id: 1, message });

        const content = "content" in event ? event.content : undefined;
        const kind = content?.type === "unsupported" ? content.kind : "text";
        expect(kind).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
      }),
      { numRuns: 400 },
    );
  });
});

describe("an update of an unknown type", () => {
  const person = { id: 42, first_name: "Anna" };

  test.each([
    { name: "a private chat", subject: { chat } },
    { name: "a message in a private chat", subject: { message: { chat } } },
    { name: "a person", subject: { from: person } },
    { name: "a user", subject: { user: person } },
  ])("with $name is shown to the operator with its type and its text", ({ subject }) => {
    expect(decode({ update_id: 9, hologram: { ...subject, title: "A chair" } })).toMatchObject({
      kind: "message",
      chatId: "42",
      msgid: "tg-700-42-upd-9",
      content: { type: "unsupported", kind: "hologram", text: "A chair" },
    });
  });

  test("never takes the id of a message that may exist already", () => {
    const update = { update_id: 9, hologram_message: { message_id: 5, chat, text: "Hello" } };

    expect(decode(update)).toMatchObject({ msgid: "tg-700-42-upd-9", content: { text: "Hello" } });
  });
});

describe("an arbitrary body", () => {
  const types = fixtures.flatMap((update) => Object.keys(update).filter((n) => n !== "update_id"));
  const kinds = "message edit reaction membership unsupported-chat ignored not-understood".split(
    " ",
  );
  const anUpdate = fc
    .dictionary(fc.oneof(fc.constantFrom(...types), fc.string()), anyValue)
    .map((odd) => JSON.stringify({ ...odd, update_id: 1 }));
  const aChangedFixture = fc
    .tuple(fc.constantFrom(...fixtures), fc.constantFrom(...fields, "chat", "id"), anyValue)
    .map(([update, field, value]) => {
      const put = JSON.stringify(value) ?? "null";
      return JSON.stringify(update, (name, old: unknown) =>
        name === field ? "PUT" : old,
      ).replaceAll('"PUT"', () => put);
    });

  test("is decoded without an exception", () => {
    const bodies = fc.oneof(fc.string(), fc.json(), anUpdate, aChangedFixture);
    fc.assert(
      fc.property(bodies, (body) => {
        expect(kinds).toContain(decode(body).kind);
      }),
      { numRuns: 1000 },
    );
  });

  test("is decoded even when it is nested deeper than the call stack allows", () => {
    const deep = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
    const body = `{"update_id":1,"message":{"message_id":5,"chat":{"id":42},"hologram":${deep}}}`;

    expect(decode(body)).toMatchObject({ content: { kind: "hologram" } });
  });
});
