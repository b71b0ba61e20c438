import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { healthCheckBody, healthCheckIn } from "../../../lambdas/model/envelope.ts";
import type { HealthCheck } from "../../../lambdas/model/envelope.ts";
import { aTelegramUpdate, anAmocrmHook } from "../../support/bodies.ts";

const check: HealthCheck = { kind: "synthetic", sentAtMillis: 1_700_000_000_000, nonce: "a1-b2" };
const isCheck = (body: unknown) => healthCheckIn(JSON.stringify(body)) !== undefined;

describe("a health check", () => {
  test.each(["synthetic", "rollout", "setup"] as const)("of kind %s is recognised", (kind) => {
    expect(healthCheckIn(healthCheckBody({ ...check, kind }))).toEqual({ ...check, kind });
  });

  test("is exactly one key with exactly three fields", () => {
    expect(JSON.parse(healthCheckBody(check))).toEqual({ bridge_check: check });
  });

  test.each<[string, unknown]>([
    ["another key at the top", { bridge_check: check, message: {} }],
    ["an update's id at the top", { bridge_check: check, update_id: 1 }],
    ["a field more", { bridge_check: { ...check, text: "hello" } }],
    ["a field less", { bridge_check: { kind: "synthetic", sentAtMillis: 1 } }],
    ["an unknown kind", { bridge_check: { ...check, kind: "else" } }],
    ["text as a nonce", { bridge_check: { ...check, nonce: "hello there" } }],
    ["a time as text", { bridge_check: { ...check, sentAtMillis: "now" } }],
    ["a list", { bridge_check: [check] }],
    ["null", { bridge_check: null }],
    ["a check within a message", { message: { bridge_check: check } }],
  ])("is not a body with %s", (_, body) => {
    expect(isCheck(body)).toBe(false);
  });

  test("is not an incomplete one", () => {
    const body = healthCheckBody(check);

    expect(healthCheckIn(body.slice(0, -1))).toBeUndefined();
    expect(healthCheckIn(`${body} and more`)).toBeUndefined();
  });
});

describe("people's messages are never a health check", () => {
  const written = fc.oneof(
    fc.constant(healthCheckBody(check)),
    fc.constant(check),
    fc.constant({ bridge_check: check }),
    fc.json().map((text) => `${text}${healthCheckBody(check)}`),
    fc.anything(),
  );

  test("with any content in the fields of an update or a hook", () => {
    fc.assert(
      fc.property(written, fc.string(), (value, field) => {
        const from = { id: 42, first_name: value };
        expect(isCheck(aTelegramUpdate({ text: value, from, bridge_check: value }))).toBe(false);
        expect(isCheck({ ...aTelegramUpdate({}), bridge_check: check })).toBe(false);
        expect(isCheck(anAmocrmHook({ text: value, [field]: value }))).toBe(false);
        expect(isCheck({ ...anAmocrmHook({}), bridge_check: check })).toBe(false);
      }),
    );
  });

  test.each(["telegram", "amocrm"])("in any of %s's documented forms", (vendor) => {
    const folder = new URL(`../../fixtures/${vendor}/`, import.meta.url);
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const body = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as object;
      expect(isCheck(body)).toBe(false);
      expect(isCheck({ ...body, bridge_check: check })).toBe(false);
    }
  });
});
