import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod/mini";
import {
  amocrmChannelCredentials,
  telegramWebhookCredentials,
} from "../../../lambdas/compose/credentials.ts";
import { channelCredentialsOf, webhookCredentialsOf } from "../../../lambdas/ingest/credentials.ts";
import {
  amocrmWebhookNames,
  readNames,
  telegramWebhookNames,
} from "../../../lambdas/compose/ingest-environment.ts";

describe("the environment of a webhook", () => {
  test.each([
    { name: "the Telegram webhook", names: telegramWebhookNames },
    { name: "the amoCRM webhook", names: amocrmWebhookNames },
  ])("of $name, when empty, is an error that names all the missing settings", ({ names }) => {
    for (const name of names) expect(() => readNames(names, {})).toThrow(`${name}: `);
  });

  test("is read unchanged, without the settings that the webhook does not use", () => {
    expect(readNames(["A", "B"], { A: "1", B: "2", PATH: "/bin" })).toEqual({ A: "1", B: "2" });
  });

  test("is an error that names an empty value and prints no other value", () => {
    expect(() => readNames(["A", "B"], { A: "", B: "canary" })).toThrow(
      /^Environment variables: A: expected a value$/,
    );
  });
});

const text = fc.constantFrom("", "s", "scope_a");
const odd = fc.constantFrom(null, 7, ["s"], {}, undefined);
const stored = fc.oneof(
  fc.record(
    {
      current: fc.oneof(text, odd),
      previous: fc.oneof(text, odd),
      scopeId: fc.oneof(text, odd),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);

/** The check's result for a stored secret; undefined when it refuses. */
const outcomeOf = (check: (json: unknown) => unknown, json: unknown) => {
  try {
    return check(json);
  } catch {
    return undefined;
  }
};

describe("a webhook's own check of a stored secret", () => {
  test.each([
    {
      name: "the Telegram webhook's",
      check: webhookCredentialsOf,
      schema: telegramWebhookCredentials,
      fixed: {},
      fields: ["current", "previous"],
    },
    {
      name: "the amoCRM webhook's",
      check: channelCredentialsOf,
      schema: amocrmChannelCredentials,
      fixed: { channelId: "c" },
      fields: ["current", "previous", "scopeId"],
    },
  ])("$name accepts and refuses the same as the schema", ({ check, schema, fixed, fields }) => {
    fc.assert(
      fc.property(stored, (value) => {
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        const json: unknown = isObject ? { ...fixed, ...value } : value;
        const parsed = z.safeParse(schema, json);
        const known = Object.entries(parsed.data ?? {}).filter(
          ([field, content]) => fields.includes(field) && content !== undefined,
        );

        const expected = parsed.success ? Object.fromEntries(known) : undefined;
        expect(outcomeOf(check, json)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { json: { current: "" }, message: "a secret is not set: current: not set yet" },
    { json: { current: ["canary"] }, message: "current: expected a text" },
    { json: { current: "canary", previous: 7 }, message: "previous: expected a text" },
  ])("reports '$message', and no value", ({ json, message }) => {
    expect(() => webhookCredentialsOf(json)).toThrow(message);
  });
});
