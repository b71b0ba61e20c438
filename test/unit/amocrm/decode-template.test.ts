import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeHook(bytesOf(anAmocrmHook(message)), scopeId);
const media = "https://amojo.amocrm.ru/attachments/a";

describe("a template", () => {
  const template = {
    id: 7103,
    content: "Deal {{lead.id}} of {{ contact.name }}: {{lead.name}}",
    params: [
      { key: "{{lead.id}}", value: "15926745" },
      { key: "contact.name", value: "{{lead.id}} & $& Co" },
    ],
  };

  test("is the text next to it, which is final", () => {
    expect(decode({ template, text: "Deal 15926745" })).toMatchObject({
      content: { type: "text", text: "Deal 15926745" },
    });
  });

  test("without a text is filled in once, and keeps a marker without a value", () => {
    expect(decode({ template, text: "" })).toMatchObject({
      content: { text: "Deal 15926745 of {{lead.id}} & $& Co: {{lead.name}}" },
    });
  });

  test.each([
    { params: null },
    { params: "x" },
    { params: [null, 5, {}, { key: null, value: null }] },
    { params: undefined },
  ])("without values is its content: %j", (odd) => {
    expect(decode({ template: { ...template, ...odd }, text: "" })).toMatchObject({
      content: { type: "text", text: template.content },
    });
  });

  describe("that is filled in has 64 KB at most", () => {
    const marker = "{{a}}";
    /** As many markers as needed, each for a value of a kilobyte. */
    const of = (kilobytes: number, rest = "") => ({
      content: marker.repeat(kilobytes) + rest,
      params: [{ key: "a", value: "v".repeat(1024) }],
    });
    const tooLarge = {
      kind: "not-understood",
      reason: "not-understood",
      amocrmMessageId: "amojo-message",
      detail: "its templates come to more than 65536 bytes",
    };

    test("and is delivered", () => {
      expect(decode({ template: of(64), text: "" })).toMatchObject({
        content: { type: "text", text: "v".repeat(65_536) },
      });
    });

    test.each([
      { name: "by one character more", template: of(64, "!") },
      {
        name: "counted in bytes",
        template: { content: marker.repeat(33), params: [{ key: "a", value: "я".repeat(1000) }] },
      },
      {
        name: "of gigabytes, which fit in no memory",
        template: {
          content: marker.repeat(20_000),
          params: [{ key: "a", value: "v".repeat(100_000) }],
        },
      },
      { name: "of markers without a value", template: { content: "{{none}}".repeat(9000) } },
      { name: "of plain text", template: { content: "w".repeat(65_537) } },
    ])("else the message is rejected and reported: $name", ({ template: given }) => {
      expect(decode({ template: given, text: "" })).toEqual(tooLarge);
      expect(decode({ template: given, text: undefined, type: "picture", media })).toEqual(
        tooLarge,
      );
    });

    test("including all forwarded messages", () => {
      const forwards = { messages: [{ template: of(40) }, { template: of(30) }] };

      expect(decode({ text: "", forwards })).toEqual(tooLarge);
    });

    test.each([
      { name: "an answer", quote: { reply_to: { message: { id: "q", template: of(65) } } } },
      { name: "a forward", quote: { forwards: { messages: [{ id: "q", template: of(65) }] } } },
    ])(
      "else it is left out of the quote of $name, and the message's own text is sent",
      ({ quote }) => {
        expect(decode({ text: "Yes", ...quote })).toMatchObject({
          kind: "message",
          content: { text: "Yes" },
          quote: { amocrmMessageId: "q", text: "" },
        });
      },
    );

    test("for any content when the message has its final text", () => {
      expect(decode({ template: of(65), text: "Final" })).toMatchObject({
        content: { text: "Final" },
      });
    });
  });

  test.each([null, [], {}, "x", { content: null }])("%j is not a template", (odd) => {
    expect(decode({ template: odd, text: "" })).toMatchObject({
      content: { type: "text", text: "" },
    });
  });
});
