import { createHash, randomBytes } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  createBodyOf,
  largestUnpackedBytes,
  largestCarriedBytes,
  largestPlainBytes,
  packBody,
} from "../../../lambdas/ingest/pack-body.ts";
import { MemoryBodyStore } from "../../support/memory/stores.ts";
import { keepBody } from "../../../lambdas/model/stores.ts";
import { readEnvelope } from "../../../lambdas/model/envelope.ts";
import type { CarriedBody, Envelope } from "../../../lambdas/model/envelope.ts";
import { anEnvelope } from "../../support/events.ts";

/** A body of that share of random bytes, so its compression varies from nearly complete to none. */
const aBody = (bytes: number, randomShare: number) => {
  const random = randomBytes(Math.round(bytes * randomShare));
  return Buffer.concat([random, Buffer.alloc(bytes - random.length, "слова, ")]);
};
const formOf = ({ v, body }: CarriedBody) =>
  v === 1 ? "plain" : "brotli" in body ? "brotli" : "stored";
/** The largest that fits when nothing of it compresses. */
const mostIncompressible = (largestCarriedBytes / 4) * 3;

describe("a packed body", () => {
  test("is the same after it is unpacked, for any size and any compression", async () => {
    const border = (bytes: number) => fc.integer({ min: bytes - 3, max: bytes + 3 });
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 2000 }),
      border(largestPlainBytes),
      border(mostIncompressible),
      fc.integer({ min: 100_000, max: 1_000_000 }),
    );
    const shares = fc.constantFrom(0, 0.01, 0.3, 0.99, 1);
    await fc.assert(
      fc.asyncProperty(sizes, shares, async (size, share) => {
        const bodies = new MemoryBodyStore();
        const body = aBody(size, share);

        const carried = await keepBody(body, { packBody, bodies });
        const envelope = readEnvelope(JSON.stringify({ ...anEnvelope(), ...carried }));

        expect(envelope).toBeDefined();
        const read = await createBodyOf(bodies)(envelope as Envelope);
        expect(body.equals(read)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    { bytes: 0, share: 0, form: "plain" },
    { bytes: largestPlainBytes, share: 1, form: "plain" },
    { bytes: largestPlainBytes + 1, share: 0, form: "brotli" },
    { bytes: largestPlainBytes + 1, share: 1, form: "brotli" },
    { bytes: 5_000_000, share: 0, form: "brotli" },
    { bytes: mostIncompressible - 100, share: 1, form: "brotli" },
    { bytes: mostIncompressible + 100, share: 1, form: "stored" },
    { bytes: 5_000_000, share: 1, form: "stored" },
  ])("of $bytes bytes, $share of them random, is $form", ({ bytes, share, form }) => {
    const { carried, object } = packBody(aBody(bytes, share));

    expect(formOf(carried)).toBe(form);
    expect(object !== undefined).toBe(form === "stored");
    expect(JSON.stringify(carried).length).toBeLessThan(largestCarriedBytes + 50);
  });

  test("has a key that depends only on its bytes, so that a repeat overwrites it", () => {
    const body = randomBytes(300_000);

    const [first, again] = [packBody(body), packBody(Buffer.from(body))];

    const digest = createHash("sha256")
      .update(first.object?.bytes ?? "")
      .digest("hex");
    expect(first.carried).toEqual({ v: 2, body: { stored: `bodies/${digest}` } });
    expect(again.carried).toEqual(first.carried);
    expect(packBody(randomBytes(300_000)).carried).not.toEqual(first.carried);
  });

  test("of Telegram's escaped text shrinks to a quarter or less", () => {
    const letters = Array.from(
      randomBytes(200_000),
      (byte) => `\\u04${(48 + (byte % 32)).toString(16)}`,
    );

    const { object, carried } = packBody(Buffer.from(letters.slice(0, 50_000).join("")));

    expect(object).toBeUndefined();
    expect(JSON.stringify(carried).length).toBeLessThan(300_000 / 2);
  });
});

describe("an unpacked body", () => {
  const packed = (body: { brotli: string } | { stored: string }): Envelope => ({
    ...anEnvelope(),
    v: 2,
    body,
  });
  const brotli = (bytes: number) =>
    packed({ brotli: brotliCompressSync(Buffer.alloc(bytes)).toString("base64") });

  test("may be as large as Lambda allows, and larger", async () => {
    const body = await createBodyOf(new MemoryBodyStore())(brotli(largestUnpackedBytes));

    expect(body.byteLength).toBe(largestUnpackedBytes);
  });

  test.each([
    { what: "that unpacks to more than 10 MB", envelope: brotli(largestUnpackedBytes + 1) },
    { what: "that is not compressed", envelope: packed({ brotli: "d29yZHM=" }) },
    { what: "that no longer exists in its bucket", envelope: packed({ stored: "bodies/gone" }) },
  ])("is an error for a body $what", async ({ envelope }) => {
    await expect(createBodyOf(new MemoryBodyStore())(envelope)).rejects.toMatchObject({
      name: "PermanentFailure",
      reason: "not-understood",
    });
  });
});
