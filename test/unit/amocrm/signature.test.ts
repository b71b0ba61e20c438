import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  formatDate,
  signRequest,
  signedBytes,
  verifyHook,
} from "../../../lambdas/amocrm/webhook/signature.ts";

type Vector = {
  name: string;
  method: string;
  path: string;
  date: string;
  content_type: string;
  content_md5: string;
  x_signature: string;
  body: string;
};
const published = JSON.parse(
  readFileSync(new URL("../../fixtures/amocrm/signature-vectors.json", import.meta.url), "utf8"),
) as { secret: string; vectors: Vector[] };

const hookSignature = (body: Uint8Array, secret: string) =>
  createHmac("sha1", secret).update(body).digest("hex");

describe("signing a request to the Chats API", () => {
  test.each(published.vectors)("reproduces the published vector $name", (vector) => {
    const headers = signRequest(
      {
        method: vector.method,
        path: vector.path,
        date: vector.date,
        body: Buffer.from(vector.body),
      },
      published.secret,
    );

    expect(headers).toEqual({
      Date: vector.date,
      "Content-Type": vector.content_type,
      "Content-MD5": vector.content_md5,
      "X-Signature": vector.x_signature,
    });
  });

  test("a query is sent but not signed", () => {
    const request = {
      method: "GET",
      date: "Wed, 15 Dec 2021 23:12:55 +0000",
      body: Buffer.alloc(0),
    };

    const plain = signRequest({ ...request, path: "/v2/history" }, "secret");
    const withQuery = signRequest({ ...request, path: "/v2/history?limit=50&offset=0" }, "secret");

    expect(withQuery).toEqual(plain);
  });

  test("a request without a body has the MD5 of an empty one", () => {
    const headers = signRequest(
      { method: "GET", path: "/", date: "Wed, 15 Dec 2021 23:12:55 +0000", body: Buffer.alloc(0) },
      "secret",
    );

    expect(headers["Content-MD5"]).toBe("d41d8cd98f00b204e9800998ecf8427e");
  });

  test("the method is signed in upper case", () => {
    const request = { path: "/", date: "Wed, 15 Dec 2021 23:12:55 +0000", body: Buffer.from("{}") };

    expect(signRequest({ ...request, method: "post" }, "s")).toEqual(
      signRequest({ ...request, method: "POST" }, "s"),
    );
  });

  test("the date has the documented form", () => {
    expect(formatDate(new Date("2021-12-05T03:12:55.999Z"))).toBe(
      "Sun, 05 Dec 2021 03:12:55 +0000",
    );
  });
});

describe("verifying a hook", () => {
  const body = Buffer.from('{"text":"Привет"}');

  test.each([
    { name: "the raw body", received: body, signature: hookSignature(body, "new"), valid: true },
    {
      name: "a body that got a line feed after signing",
      received: Buffer.concat([body, Buffer.from("\n")]),
      signature: hookSignature(body, "new"),
      valid: true,
    },
    {
      name: "a body that got CR LF after signing",
      received: Buffer.concat([body, Buffer.from("\r\n")]),
      signature: hookSignature(body, "new"),
      valid: true,
    },
    {
      name: "a body signed together with its line feed",
      received: Buffer.from("{}\n"),
      signature: hookSignature(Buffer.from("{}\n"), "new"),
      valid: true,
    },
    {
      name: "the previous secret",
      received: body,
      signature: hookSignature(body, "old"),
      valid: true,
    },
    {
      name: "upper case digits",
      received: body,
      signature: hookSignature(body, "new").toUpperCase(),
      valid: true,
    },
    { name: "another secret", received: body, signature: hookSignature(body, "xxx"), valid: false },
    {
      name: "a leading space in the body",
      received: Buffer.concat([Buffer.from(" "), body]),
      signature: hookSignature(body, "new"),
      valid: false,
    },
    { name: "no signature", received: body, signature: "", valid: false },
    {
      name: "two signatures joined by a comma",
      received: body,
      signature: `${hookSignature(body, "new")},${hookSignature(body, "new")}`,
      valid: false,
    },
    { name: "a word of forty letters", received: body, signature: "z".repeat(40), valid: false },
  ])("$name: valid is $valid", ({ received, signature, valid }) => {
    expect(verifyHook(received, signature, ["new", "old"])).toBe(valid);
  });

  test.each([
    { name: "the received body", signed: "{}", received: "{}" },
    { name: "the body without added line breaks", signed: "{}", received: "{}\n\r\n" },
    { name: "the body with signed line breaks", signed: "{}\r\n", received: "{}\r\n" },
    { name: "line breaks alone", signed: "\n", received: "\n" },
    { name: "nothing", signed: "", received: "\n" },
  ])("finds the signed bytes: $name", ({ signed, received }) => {
    const signature = hookSignature(Buffer.from(signed), "old");

    const found = signedBytes(Buffer.from(received), signature, ["new", "old"]);

    expect(found && Buffer.from(found).toString()).toBe(signed);
  });

  test("signed line breaks cannot be removed, added or changed", () => {
    const signature = hookSignature(Buffer.from("{}\n"), "new");

    for (const received of ["{}", "{}\n\n", "{}\r\n", "{}\r"]) {
      expect(signedBytes(Buffer.from(received), signature, ["new"])).toBeUndefined();
    }
  });

  test("no signature is valid with an empty secret", () => {
    expect(verifyHook(body, hookSignature(body, ""), ["", "other"])).toBe(false);
  });

  test("no signature is valid without a secret", () => {
    expect(verifyHook(body, hookSignature(body, ""), [])).toBe(false);
  });

  test("a signature is valid only for its body and secret", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, secret, position, change) => {
          const signature = hookSignature(bytes, secret);
          const touched = Uint8Array.from(bytes);
          const index = position % touched.length;
          touched[index] = (touched[index] ?? 0) ^ change;
          const onlyLineBreaksDiffer =
            Buffer.from(touched)
              .toString("latin1")
              .replace(/[\r\n]+$/, "") ===
            Buffer.from(bytes)
              .toString("latin1")
              .replace(/[\r\n]+$/, "");

          return (
            verifyHook(bytes, signature, [secret]) &&
            !verifyHook(bytes, signature, [`${secret}!`]) &&
            (onlyLineBreaksDiffer || !verifyHook(touched, signature, [secret]))
          );
        },
      ),
    );
  });
});
