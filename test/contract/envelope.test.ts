import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { envelope, readEnvelope } from "../../lambdas/model/envelope.ts";

const { properties = {} } = z.toJSONSchema(envelope);
const written = Number((properties["v"] as { const: number }).const);
const fixture = (name: string) => new URL(`../fixtures/envelopes/${name}`, import.meta.url);
const read = (name: string) =>
  JSON.parse(readFileSync(fixture(name), "utf8")) as Record<string, object>;

/** The version that is written, and the one before it, where there was one. */
const readable = [written, written - 1].filter((version) => version > 0);
const kept = readable.flatMap((version) =>
  Object.entries(read(`v${version}.json`)).map(([name, message]) => ({ version, name, message })),
);

describe("what waits in a queue while the code around it changes", () => {
  test.each(kept)("version $version, $name: is read", ({ message }) => {
    const { id, group, source, body } = message as Record<string, string>;

    expect(readEnvelope(JSON.stringify(message))).toMatchObject({
      v: written,
      id,
      group,
      source,
      body,
    });
  });

  test("the kept messages have every field and every value that an envelope can have", () => {
    const messages = Object.values(read(`v${written}.json`)) as Record<string, unknown>[];

    for (const [field, schema] of Object.entries(properties)) {
      const values = messages.flatMap((message) => message[field] ?? []);
      expect(values).not.toEqual([]);
      for (const value of (schema as { enum?: unknown[] }).enum ?? []) {
        expect(values).toContain(value);
      }
    }
  });

  test("the next version is not taken for this one", () => {
    const [message] = Object.values(read(`v${written}.json`));

    expect(readEnvelope(JSON.stringify({ ...message, v: written + 1 }))).toBeUndefined();
  });
});

describe("whoever changes the envelope", () => {
  // Red? Code of the release before parks what it cannot read. Raise `v`, add the new version's two
  // files, and read the version before as well: docs/rollout.md, "When the envelope changes".
  test("raises its version: the schema is the one that is kept for it", () => {
    expect(z.toJSONSchema(envelope)).toEqual(read(`v${written}.schema.json`));
  });

  test("keeps messages of it for the version after", () => {
    expect(existsSync(fixture(`v${written + 1}.json`))).toBe(false);
  });
});
