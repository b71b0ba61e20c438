import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { packedEnvelope, plainEnvelope, readEnvelope } from "../../lambdas/model/envelope.ts";

/** Every written version: the first for small bodies, the second for large ones. */
const written = [
  { version: 1, schema: z.toJSONSchema(plainEnvelope) },
  { version: 2, schema: z.toJSONSchema(packedEnvelope) },
];
const newest = 2;
const fixture = (name: string) => new URL(`../fixtures/envelopes/${name}`, import.meta.url);
const read = (name: string) =>
  JSON.parse(readFileSync(fixture(name), "utf8")) as Record<string, object>;
const keptMessages = written.flatMap(({ version }) =>
  Object.entries(read(`v${version}.json`)).map(([name, message]) => ({ version, name, message })),
);

describe("queued messages during a code change", () => {
  test.each(keptMessages)("version $version, $name: is readable", ({ message }) => {
    expect(readEnvelope(JSON.stringify(message))).toEqual(message);
  });

  test.each(written)(
    "the kept messages of version $version have every possible field and value",
    ({ version, schema: { properties = {} } }) => {
      const messages = Object.values(read(`v${version}.json`)) as Record<string, unknown>[];

      for (const [field, schema] of Object.entries(properties)) {
        const values = messages.flatMap((message) => message[field] ?? []);
        expect(values).not.toEqual([]);
        for (const value of (schema as { enum?: unknown[] }).enum ?? []) {
          expect(values).toContain(value);
        }
        for (const form of (schema as { anyOf?: { required: string[] }[] }).anyOf ?? []) {
          expect(values.map((value) => Object.keys(value as object))).toContainEqual(form.required);
        }
      }
    },
  );

  test.each(keptMessages)(
    "version $version, $name: is not mistaken for the next version",
    (row) => {
      expect(readEnvelope(JSON.stringify({ ...row.message, v: newest + 1 }))).toBeUndefined();
    },
  );

  test("a body of one version is not mistaken for that of the other", () => {
    const [plain] = Object.values(read("v1.json"));
    const [packed] = Object.values(read("v2.json"));

    expect(readEnvelope(JSON.stringify({ ...plain, v: 2 }))).toBeUndefined();
    expect(readEnvelope(JSON.stringify({ ...packed, v: 1 }))).toBeUndefined();
  });
});

describe("a change of the envelope", () => {
  // Failed? The release before parks messages that it cannot read. Raise `v`, add the new version's two
  // files, and read the version before as well: docs/rollout.md, "When the envelope changes".
  test.each(written)("needs a new version: the schema of $version is the kept one", (row) => {
    expect(row.schema).toEqual(read(`v${row.version}.schema.json`));
  });

  test("needs kept messages for the version after", () => {
    expect(existsSync(fixture(`v${newest + 1}.json`))).toBe(false);
  });
});
