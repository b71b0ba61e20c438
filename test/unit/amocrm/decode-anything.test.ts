import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { identifyHook, messageEventIdOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import { maxFilledInBytes } from "../../../lambdas/amocrm/decode/content.ts";
import { anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const decode = (hook: unknown) => decodeHook(bytesOf(hook), scopeId);
const kinds = ["message", "reaction", "typing", "not-understood"];
/** The value of an optional field: absent, or slightly wrong. */
const nothingMuch = fc.constantFrom(undefined, null, "", 0, false, [], 5, "5");
const fields = [
  "media",
  "thumbnail",
  "file_name",
  "file_size",
  "media_duration",
  "media_group_id",
  "tag",
  "markup",
  "template",
  "reply_to",
  "forwards",
  "post",
  "client_id",
] as const;

describe("an arbitrary hook of amoCRM", () => {
  test("with arbitrary JSON causes no exception", () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .json()
        .map((json) => `{"message":{"message":${json},"conversation":${json}},"action":${json}}`),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(kinds).toContain(decode(body).kind);
      }),
    );
  });

  test("loses no message for its optional fields: the text is in the event", () => {
    const optional = fc.record(Object.fromEntries(fields.map((field) => [field, nothingMuch])), {
      requiredKeys: [],
    });
    const types = fc.constantFrom("text", "picture", "voice", "hologram", null, undefined, 5);
    fc.assert(
      fc.property(optional, types, (changes, type) => {
        const event = decode(anAmocrmHook({ ...changes, type }));

        expect(event).toMatchObject({
          kind: "message",
          amocrmMessageId: "amojo-message",
          content: { text: "How can we help?" },
        });
      }),
    );
  });

  test("with arbitrary optional fields is read, or rejected under its id", () => {
    const optional = fc.record(Object.fromEntries(fields.map((field) => [field, fc.jsonValue()])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(optional, fc.jsonValue(), fc.jsonValue(), (changes, type, text) => {
        const event = decode(anAmocrmHook({ ...changes, type, text }));

        expect(["message", "not-understood"]).toContain(event.kind);
        expect(event).toMatchObject({ amocrmMessageId: "amojo-message" });
      }),
    );
  });

  test("with arbitrary quotes, lists and templates never loses the message itself", () => {
    const json = fc.jsonValue();
    const inside = fc.record({
      reply_to: fc.record({ message: json }),
      forwards: fc.record({ messages: fc.array(json) }),
      template: fc.record({ content: json, params: json }),
      markup: fc.record({
        buttons: fc.array(json),
        list_message: fc.record({
          header: json,
          sections: fc.array(fc.record({ title: json, rows: fc.array(json) })),
        }),
      }),
    });
    fc.assert(
      fc.property(inside, (changes) => {
        const event = decode(anAmocrmHook(changes));

        const text = event.kind === "message" && "text" in event.content ? event.content.text : "";
        expect(text).toMatch(/^How can we help\?/);
      }),
    );
  });

  test("makes an event that is not much larger than the hook, with any repeated content", () => {
    const word = fc.constantFrom("", "a", "{{a}}", "{{a}} and {{b}}, ", "{{a}}".repeat(200));
    const filled = fc.record({
      content: word,
      params: fc.array(fc.record({ key: fc.constantFrom("a", "{{b}}"), value: word })),
    });
    const content = fc.record(
      { text: word, media: word, file_name: word, template: filled, type: word },
      { requiredKeys: [] },
    );
    const markup = fc.record({
      buttons: fc.array(fc.array(fc.record({ text: word, url: word }))),
      list_message: fc.record({
        header: word,
        body: word,
        sections: fc.array(
          fc.record({
            title: word,
            rows: fc.array(fc.record({ title: word, description: word, callback_data: word })),
          }),
        ),
      }),
    });
    const message = fc.record({
      template: filled,
      markup,
      reply_to: fc.record({ message: content }),
      forwards: fc.record({ messages: fc.array(content) }),
    });
    fc.assert(
      fc.property(message, (changes) => {
        const hook = anAmocrmHook({ text: undefined, ...changes });

        const ofEvent = JSON.stringify(decode(hook)).length;

        // A title is in its button and before its description.
        const mostBytes = 2 * JSON.stringify(hook).length + 2 * maxFilledInBytes;
        expect(ofEvent).toBeLessThanOrEqual(mostBytes);
      }),
    );
  });

  test("for a reaction or typing causes no exception", () => {
    const json = fc.jsonValue();
    const actions = fc.record(
      {
        reaction: fc.record({ msgid: json, message: json, emoji: json, type: json }),
        typing: json,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(actions, (action) => {
        expect(["reaction", "typing", "not-understood"]).toContain(decode({ action }).kind);
      }),
    );
  });
});

test.each([5, 1_700_000_000_123])(
  "has one event id for a message with the number %j as id",
  (id) => {
    const hook = anAmocrmHook({ id });

    expect(decode(hook)).toMatchObject({ kind: "message", amocrmMessageId: String(id) });
    expect(identifyHook(bytesOf(hook), scopeId).id).toBe(messageEventIdOf(scopeId, String(id)));
  },
);

test.each([
  { timestamp: 1_700_000_000, msec_timestamp: 1_700_000_000_123, millis: 1_700_000_000_123 },
  { timestamp: "1700000000", msec_timestamp: undefined, millis: 1_700_000_000_000 },
  { timestamp: 1_700_000_000, msec_timestamp: 0, millis: 1_700_000_000_000 },
  { timestamp: null, msec_timestamp: null, millis: undefined },
  { timestamp: 9e15, msec_timestamp: 9e15, millis: undefined },
  { timestamp: null, msec_timestamp: null, time: 1_700_000_007, millis: 1_700_000_007_000 },
  { timestamp: 1_700_000_000, time: 1_700_000_007, millis: 1_700_000_000_000 },
])("has the message time $millis for $msec_timestamp, $timestamp and $time", (row) => {
  const { millis, time, timestamp, msec_timestamp } = row;
  const hook = { ...anAmocrmHook({}, { timestamp, msec_timestamp }), time };

  expect(decode(hook)).toMatchObject({ sentAtMillis: millis });
});
