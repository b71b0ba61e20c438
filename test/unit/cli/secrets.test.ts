import { describe, expect, test } from "@jest/globals";
import { changeField, chooseField } from "../../../cli/secrets.ts";

const rotates = { rotates: true };

describe("a change of a secret", () => {
  test("sets one field, leaves the others and removes the placeholder of the stack", () => {
    const before = { channelId: "c", scopeId: "c_a", current: "", note: "ours", unset: "random" };

    expect(changeField(before, "current", "new", rotates)).toEqual({
      fields: { channelId: "c", scopeId: "c_a", current: "new", note: "ours" },
      changed: true,
      keptPrevious: false,
      forgotScope: false,
    });
  });

  test("stores the replaced value of a rotating field as the previous one", () => {
    const { fields, keptPrevious } = changeField({ current: "old" }, "current", "new", rotates);

    expect(fields).toEqual({ current: "new", previous: "old" });
    expect(keptPrevious).toBe(true);
  });

  test("repeated changes nothing and leaves the previous value", () => {
    const before = { current: "new", previous: "old" };

    const { fields, changed } = changeField(before, "current", "new", rotates);

    expect(fields).toEqual(before);
    expect(changed).toBe(false);
  });

  test("back to the previous value stores the replaced one", () => {
    const before = { current: "new", previous: "old" };

    const { fields } = changeField(before, "current", "old", rotates);

    expect(fields).toEqual({ current: "old", previous: "new" });
  });

  test("of a field that does not rotate stores no previous value", () => {
    expect(changeField({ token: "1:old" }, "token", "1:new").fields).toEqual({ token: "1:new" });
  });

  test("to the same value removes the placeholder", () => {
    const { fields, changed } = changeField({ token: "1:a", unset: "random" }, "token", "1:a");

    expect(fields).toEqual({ token: "1:a" });
    expect(changed).toBe(true);
  });

  test.each([
    { scopeId: "old_account", forgets: true },
    { scopeId: "new_account", forgets: false },
    { scopeId: "", forgets: false },
  ])(
    "of the channel id deletes the scope id of another channel: $scopeId",
    ({ scopeId, forgets }) => {
      const { fields, forgotScope } = changeField(
        { channelId: "old", scopeId },
        "channelId",
        "new",
      );

      expect(forgotScope).toBe(forgets);
      expect(fields["scopeId"]).toBe(forgets ? "" : scopeId);
    },
  );
});

describe("a secret's field", () => {
  test.each([
    { name: "telegram-bot", field: "token", good: "123:AAE-x_9", bad: ["123", "x:y", "1:a b", ""] },
    { name: "amocrm-api", field: "token", good: "eyJ0.eyJh.c2ln", bad: ["short", "two words !"] },
    {
      name: "telegram-webhook",
      field: "current",
      good: "a".repeat(64),
      bad: ["a", "a".repeat(300)],
    },
  ])("$name needs no --field and checks its value", ({ name, field, good, bad }) => {
    const chosen = chooseField(name, undefined);

    expect(chosen.field).toBe(field);
    expect(chosen.plan.shape.test(good)).toBe(true);
    expect(bad.filter((value) => chosen.plan.shape.test(value))).toEqual([]);
  });

  test.each([
    { field: "channelId", good: "f90ba33d-c9d9-44da-b76c-c349b0ecbe41", bad: ["a_b", "a/b", ""] },
    { field: "current", good: "f2d7f8704eff95087ed45b23ba99c0b5aac8278e", bad: ["a b", "abc\n"] },
  ])("amocrm-channel checks $field", ({ field, good, bad }) => {
    const { plan } = chooseField("amocrm-channel", field);

    expect(plan.shape.test(good)).toBe(true);
    expect(bad.filter((value) => plan.shape.test(value))).toEqual([]);
  });

  test.each([
    { given: ["telegram", undefined], says: "expected one of telegram-bot, amocrm-channel" },
    { given: ["constructor", undefined], says: "there is no secret" },
    { given: ["amocrm-channel", undefined], says: "channelId, current: choose one with --field" },
    { given: ["amocrm-channel", "scopeId"], says: "expected channelId or current" },
    { given: ["telegram-bot", "constructor"], says: "expected token" },
  ] as const)("$given is wrong usage", ({ given: [name, field], says }) => {
    expect(() => chooseField(name, field)).toThrow(says);
  });
});
