import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  encodeDeepLink,
  findDeepLinkFault,
  isDeepLinkForm,
  readDeepLink,
} from "../../../lambdas/conversation/deep-link.ts";
import type { DeepLink } from "../../../lambdas/model/stores.ts";

const hourMillis = 3_600_000;
const nowMillis = 1_700_000_000_000;
const keys = { current: "k".repeat(64) };
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".split("");
const word = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });

/** Every link that fits: words of 1 to 32 characters together, with contact and expiry or without. */
const links: fc.Arbitrary<DeepLink> = word(1, 32)
  .chain((source) => fc.tuple(fc.constant(source), word(0, 32 - source.length)))
  .chain(([source, campaign]) => {
    const later = fc
      .integer({ min: Math.ceil((nowMillis + 1) / hourMillis), max: 36 ** 4 - 1 })
      .map((hours) => hours * hourMillis);
    return fc.oneof(
      fc.constant({ source, campaign }),
      later.map((expiresAtMillis) => ({ source, campaign, expiresAtMillis })),
      fc
        .tuple(fc.integer({ min: 1, max: 36 ** 9 - 1 }), later)
        .map(([contactId, expiresAtMillis]) => ({ source, campaign, contactId, expiresAtMillis })),
    );
  });

describe("a deep link", () => {
  test("has at most 64 characters that Telegram allows, and is read as it was made", () => {
    fc.assert(
      fc.property(links, (link) => {
        const payload = encodeDeepLink(link, keys);

        expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(payload).toMatch(/[0-9a-z]$/);
        expect(readDeepLink(payload, keys, nowMillis)).toEqual({ kind: "ours", link });
      }),
      { numRuns: 500 },
    );
  });

  test("has 64 characters when every part is as long as it may be", () => {
    const link = {
      source: "-".repeat(16),
      campaign: "_".repeat(16),
      contactId: 36 ** 9 - 1,
      expiresAtMillis: (36 ** 4 - 1) * hourMillis,
    };

    expect(encodeDeepLink(link, keys)).toHaveLength(64);
  });

  test("keeps source and campaign apart", () => {
    const pairs = [
      { source: "ab", campaign: "c" },
      { source: "a", campaign: "bc" },
      { source: "abc", campaign: "" },
      { source: "a-b", campaign: "_c" },
      { source: "a-b_", campaign: "c" },
    ];

    const payloads = pairs.map((pair) => encodeDeepLink(pair, keys));

    expect(new Set(payloads).size).toBe(pairs.length);
    expect(payloads.map((payload) => readDeepLink(payload, keys, nowMillis))).toEqual(
      pairs.map((link) => ({ kind: "ours", link })),
    );
  });

  test("with any one character changed, added or left out is refused", () => {
    const change = fc.record({
      at: fc.nat(63),
      to: fc.constantFrom(...alphabet),
      how: fc.constantFrom("change", "add", "leave out"),
    });
    fc.assert(
      fc.property(links, change, (link, { at, to, how }) => {
        const payload = encodeDeepLink(link, keys);
        const index = at % payload.length;
        const before = payload.slice(0, index);
        const after = payload.slice(how === "add" ? index : index + 1);
        const changed = before + (how === "leave out" ? "" : to) + after;
        fc.pre(changed !== payload);

        expect(["forged", "not-ours"]).toContain(readDeepLink(changed, keys, nowMillis).kind);
      }),
      { numRuns: 2000 },
    );
  });

  test("of another bridge is forged, in every case", () => {
    fc.assert(
      fc.property(links, (link) => {
        const payload = encodeDeepLink(link, { current: "another" });

        expect(readDeepLink(payload, keys, nowMillis)).toEqual({ kind: "forged" });
      }),
    );
  });

  test.each([
    { name: "the current key", made: "new", isOurs: true },
    { name: "the previous key", made: "old", isOurs: true },
    { name: "a key before both", made: "older", isOurs: false },
    { name: "an empty key", made: "", isOurs: false },
  ])("made with $name works during a rotation: $isOurs", ({ made, isOurs }) => {
    const payload = encodeDeepLink({ source: "site", campaign: "" }, { current: made });

    const read = readDeepLink(payload, { current: "new", previous: "old" }, nowMillis);

    expect(read.kind).toBe(isOurs ? "ours" : "forged");
  });

  test("under an unset key is forged", () => {
    const payload = encodeDeepLink({ source: "site", campaign: "" }, { current: "" });

    expect(readDeepLink(payload, { current: "", previous: "" }, nowMillis).kind).toBe("forged");
  });

  test("works until the full hour after its expiry", () => {
    const expiresAtMillis = 1_700_000_000_001;
    const payload = encodeDeepLink({ source: "site", campaign: "", expiresAtMillis }, keys);
    const endMillis = Math.ceil(expiresAtMillis / hourMillis) * hourMillis;
    const link = { source: "site", campaign: "", expiresAtMillis: endMillis };

    expect(readDeepLink(payload, keys, endMillis - 1)).toEqual({ kind: "ours", link });
    expect(readDeepLink(payload, keys, endMillis)).toEqual({ kind: "expired", link });
  });

  test.each([
    { name: "no source", link: { source: "" }, says: "expected a source" },
    { name: "a space", link: { source: "my site" }, says: "the source may have only" },
    { name: "Cyrillic letters", link: { campaign: "весна" }, says: "the campaign may have only" },
    {
      name: "33 characters",
      link: { source: "a".repeat(16), campaign: "b".repeat(17) },
      says: "source and campaign have 33 characters together, at most 32 fit",
    },
    { name: "a contact of zero", link: { contactId: 0 }, says: "the contact's id" },
    { name: "a broken contact", link: { contactId: 1.5 }, says: "the contact's id" },
    { name: "a huge contact", link: { contactId: 36 ** 9 }, says: "the contact's id" },
    { name: "a contact and no expiry", link: { contactId: 7 }, says: "must expire" },
    { name: "a far expiry", link: { expiresAtMillis: 1e15 }, says: "before the year 2161" },
  ])("with $name is not made", ({ link, says }) => {
    const whole = { source: "site", campaign: "", ...link };

    expect(findDeepLinkFault(whole)).toContain(says);
    expect(() => encodeDeepLink(whole, keys)).toThrow(says);
  });
});

describe("a payload of another program", () => {
  test.each([
    "ig_spring",
    "ref_1",
    "",
    "_-1",
    "_-1spring",
    "_-2" + "a".repeat(40),
    "1-_" + "a".repeat(40),
    // Long enough, with lengths at the end that do not fit the rest.
    "_-1" + "a".repeat(40) + "zz",
    "_-1" + "a".repeat(14) + "source" + "61x",
    "_-1" + "a".repeat(14) + "00",
  ])("is not called forged: %s", (payload) => {
    expect(isDeepLinkForm(payload)).toBe(false);
    expect(readDeepLink(payload, keys, nowMillis)).toEqual({ kind: "not-ours" });
  });

  test("is any that begins with a letter or a digit", () => {
    const first = fc.constantFrom(...alphabet.filter((sign) => /[A-Za-z0-9]/.test(sign)));
    fc.assert(
      fc.property(first, word(0, 63), (begin, rest) => {
        expect(readDeepLink(begin + rest, keys, nowMillis).kind).toBe("not-ours");
      }),
    );
  });
});
