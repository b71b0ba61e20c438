import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { identifyHook, messageEventIdOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import { isPlainId } from "../../../lambdas/model/ids.ts";
import { amocrmFixture, anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
const uuid = "0371a0ff-b78a-4c7b-8538-a7d547e10692";

describe("the id of a hook", () => {
  test("consists of the scope and amoCRM's id of the message", () => {
    expect(identifyHook(bytesOf(anAmocrmHook({ id: "m1" })), "scope").id).toBe("amo:scope:m1");
  });

  test("is the same in the chat's history", () => {
    const { id } = identifyHook(bytesOf(amocrmFixture("hook-v2-text-with-source.json")), scopeId);

    expect(id).toBe(messageEventIdOf(scopeId, uuid));
  });

  test("is the same for a message whose hook has another form", () => {
    const hook = anAmocrmHook();

    expect(identifyHook(bytesOf(JSON.stringify(hook, null, 2)), "scope")).toEqual(
      identifyHook(bytesOf(hook), "scope"),
    );
  });

  test.each(["\uFEFF", "\uFEFF\uFEFF", "\uFEFF\r\n\uFEFF"])(
    "and its group are the same behind byte order marks: %j",
    (marks) => {
      const hook = JSON.stringify(anAmocrmHook({ id: "m1" }));

      expect(identifyHook(bytesOf(`${marks}${hook}`), "scope")).toEqual({
        id: "amo:scope:m1",
        group: "tg-700-42",
      });
    },
  );

  test("of a hook without a message is the hash of its bytes", () => {
    const typing = bytesOf(amocrmFixture("hook-typing.json"));

    expect(identifyHook(typing, "scope").id).toMatch(/^amo:scope:[0-9a-f]{64}$/);
    expect(identifyHook(typing, "scope").id).not.toBe(
      identifyHook(bytesOf(amocrmFixture("hook-reaction.json")), "scope").id,
    );
  });

  test("is the same with any line breaks at the end, and differs for any other change", () => {
    const bodies = fc.oneof(fc.json(), fc.string());
    fc.assert(
      fc.property(bodies, fc.stringMatching(/^[\r\n]{0,9}$/), (body, lineBreaks) => {
        const { id } = identifyHook(bytesOf(body), "scope");

        expect(identifyHook(bytesOf(body + lineBreaks), "scope").id).toBe(id);
        expect(identifyHook(bytesOf(`${body} ${lineBreaks}`), "scope").id).not.toBe(id);
      }),
    );
  });

  test.each([
    { name: "special characters", id: "сообщение 1" },
    { name: "a great length", id: "m".repeat(5000) },
  ])("with $name is replaced by its hash", ({ id }) => {
    expect(identifyHook(bytesOf(anAmocrmHook({ id })), "scope").id).toEqual(sha256);
  });

  test.each([{ id: [5] }, { id: "" }, { id: null }, { id: undefined }])(
    "a message without a usable id ($id) has the hash of its bytes",
    (message) => {
      expect(identifyHook(bytesOf(anAmocrmHook(message)), "scope").id).toMatch(
        /^amo:scope:[0-9a-f]{64}$/,
      );
    },
  );

  test.each(["", "<html>", "[]", "null", "5"])(
    "of the body '%s' is its hash, in the group of malformed hooks",
    (body) => {
      expect(identifyHook(bytesOf(body), "scope")).toEqual({ id: sha256, group: "unidentified" });
    },
  );
});

describe("the group of a hook", () => {
  const conversation = (value: unknown) => anAmocrmHook({}, { conversation: value });

  test.each([
    { name: "a message of the bridge's chat", hook: anAmocrmHook(), group: "tg-700-42" },
    {
      name: "a message without the bridge's chat",
      hook: conversation({ id: "c1" }),
      group: "amo-c1",
    },
    {
      name: "a foreign client_id",
      hook: conversation({ id: "c1", client_id: "my_int-d5" }),
      group: "amo-c1",
    },
    {
      name: "a client_id with a line break",
      hook: conversation({ id: "c1", client_id: "tg-700-42\n" }),
      group: "amo-c1",
    },
    ...["tg-700-042", "tg-0700-42", "tg-700--42", "tg-700-0", `tg-700-${"4".repeat(5000)}`].map(
      (client_id) => ({
        name: `a client_id that resembles the bridge's (${client_id.slice(0, 20)})`,
        hook: conversation({ id: "c1", client_id }),
        group: "amo-c1",
      }),
    ),
    {
      name: "a client_id that resembles the bridge's, and no amoCRM id",
      hook: conversation({ client_id: "tg-700-042" }),
      group: "unidentified",
    },
    { name: "no conversation", hook: conversation(undefined), group: "unidentified" },
    { name: "a conversation that is a string", hook: conversation("c1"), group: "unidentified" },
    {
      name: "typing",
      hook: { action: { typing: { conversation: { id: "c1" } } } },
      group: "amo-c1",
    },
    {
      name: "a reaction",
      hook: { action: { reaction: { conversation: { client_id: "tg-700-42" } } } },
      group: "tg-700-42",
    },
    {
      name: "an unknown action",
      hook: { action: { pinning: { conversation: { id: "c1" } } } },
      group: "amo-c1",
    },
    {
      name: "the deprecated form",
      hook: JSON.parse(amocrmFixture("hook-v1-deprecated.json")),
      group: "unidentified",
    },
  ])("of $name is $group", ({ hook, group }) => {
    expect(identifyHook(bytesOf(hook), "scope").group).toBe(group);
  });

  test("with special characters is replaced by its hash", () => {
    expect(identifyHook(bytesOf(conversation({ id: "беседа" })), "scope").group).toEqual(sha256);
  });
});

describe("identifying an arbitrary body", () => {
  test("never throws, and returns ids that the queue accepts", () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((json) => `{"message":{"message":{"id":${json}},"conversation":${json}}}`),
    );
    fc.assert(
      fc.property(bodies, fc.string(), (body, scope) => {
        const { id, group } = identifyHook(bytesOf(body), scope);

        expect([isPlainId(id), isPlainId(group)]).toEqual([true, true]);
      }),
    );
  });
});
