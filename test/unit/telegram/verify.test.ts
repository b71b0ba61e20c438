import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { verifySecretToken } from "../../../lambdas/telegram/webhook/verify.ts";

describe("the secret token of the Telegram webhook", () => {
  test.each([
    { name: "the current one", given: "new", secrets: ["new"], valid: true },
    {
      name: "the previous one during a rotation",
      given: "old",
      secrets: ["new", "old"],
      valid: true,
    },
    { name: "another", given: "other", secrets: ["new", "old"], valid: false },
    { name: "the beginning of it", given: "ne", secrets: ["new"], valid: false },
    { name: "it in other letters", given: "NEW", secrets: ["new"], valid: false },
    { name: "it twice, joined by a comma", given: "new,new", secrets: ["new"], valid: false },
    { name: "none", given: "", secrets: ["new"], valid: false },
    { name: "an empty one when none is set", given: "", secrets: [""], valid: false },
    { name: "any when no secret is known", given: "new", secrets: [], valid: false },
  ])("$name: $valid", ({ given, secrets, valid }) => {
    expect(verifySecretToken(given, secrets)).toBe(valid);
  });

  test("is valid only when it is equal", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, given) => {
        expect(verifySecretToken(secret, [secret])).toBe(true);
        expect(verifySecretToken(given, [secret])).toBe(given === secret);
      }),
    );
  });
});
