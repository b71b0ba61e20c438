import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { imageSize } from "image-size";
import { create } from "qrcode";
import {
  drawQrCode,
  findPictureFault,
  readExpiry,
  readName,
  stateOf,
  writeQrCode,
} from "../../../cli/links/links.ts";
import { encodeDeepLink } from "../../../lambdas/conversation/deep-link.ts";
import { failureOf } from "./support.ts";

const payload = encodeDeepLink({ source: "site", campaign: "" }, { current: "key" });

describe("the expiry of a link", () => {
  const nowMillis = Date.UTC(2026, 10, 30, 19, 30);

  test.each([
    { value: "30d", end: Date.UTC(2026, 11, 30, 19, 30) },
    { value: "1d", end: Date.UTC(2026, 11, 1, 19, 30) },
    { value: "2026-12-31", end: Date.UTC(2027, 0, 1) },
    { value: "2026-11-30", end: Date.UTC(2026, 11, 1) },
    { value: "2028-02-29", end: Date.UTC(2028, 2, 1) },
  ])("$value is read", ({ value, end }) => {
    expect(readExpiry(value, nowMillis)).toBe(end);
  });

  test.each([
    ...["", "0d", "-1d", "30", "1.5d", "31.12.2026", "2026-02-30", "2026-13-01", "tomorrow"].map(
      (value) => ({ value, says: "expected a day such as 2026-12-31, or a number of days" }),
    ),
    { value: "2026-11-29", says: "expected a day that is not over" },
  ])("'$value' is refused", ({ value, says }) => {
    expect(readExpiry(value, nowMillis)).toContain(says);
  });
});

describe("the name of a link", () => {
  test.each([
    { name: "0123456789abcdef", named: { id: "0123456789abcdef" } },
    { name: payload, named: { payload } },
    { name: `https://t.me/our_bot?start=${payload}`, named: { payload } },
    { name: `tg://resolve?domain=our_bot&start=${payload}`, named: { payload } },
  ])("may be $name", ({ name, named }) => {
    expect(readName(name)).toEqual(named);
  });

  test.each(["", "spring", "https://t.me/our_bot", "https://t.me/our_bot?start=ig_spring"])(
    "is not '%s'",
    (name) => {
      expect(() => readName(name)).toThrow("expected a link, or an id");
    },
  );
});

describe("the state of a link", () => {
  const kept = { id: "1", payload: "p", madeAtMillis: 1, source: "site", campaign: "" };

  test.each([
    { state: "works", link: {} },
    { state: "works", link: { expiresAtMillis: 101 } },
    { state: "expired", link: { expiresAtMillis: 100, usedBy: "tg-1" } },
    { state: "used", link: { expiresAtMillis: 101, usedBy: "tg-1" } },
    { state: "revoked", link: { expiresAtMillis: 100, usedBy: "tg-1", revokedAtMillis: 1 } },
  ])("of $link is $state", ({ state, link }) => {
    expect(stateOf({ ...kept, ...link }, 100)).toBe(state);
  });
});

describe("the QR code of a link", () => {
  const address = `https://t.me/our_bot?start=${payload}`;
  /** The squares in a row of the QR code itself, without its margin. */
  const { size } = create(address).modules;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bridge-qr-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test("is a PNG with a margin of four squares, ten pixels each", async () => {
    const file = join(folder, "a.PNG");
    await writeQrCode(address, file, { force: false });

    const side = (size + 2 * 4) * 10;
    expect(imageSize(await readFile(file))).toMatchObject({
      type: "png",
      width: side,
      height: side,
    });
  });

  test("is an SVG with the same squares", async () => {
    const file = join(folder, "a.svg");
    await writeQrCode(address, file, { force: false });

    const side = size + 2 * 4;
    expect(await readFile(file, "utf8")).toContain(`viewBox="0 0 ${side} ${side}"`);
  });

  test("replaces a file only with --force", async () => {
    const file = join(folder, "b.svg");
    await writeFile(file, "a person's file");

    expect(await failureOf(writeQrCode(address, file, { force: false }))).toContain(
      `the file ${file} exists: replace it with --force`,
    );
    expect(await readFile(file, "utf8")).toBe("a person's file");
    await writeQrCode(address, file, { force: true });
    expect(await readFile(file, "utf8")).toContain("<svg");
  });

  test("in a folder that does not exist is one sentence", async () => {
    const file = join(folder, "no", "b.svg");

    expect(await failureOf(writeQrCode(address, file, { force: false }))).toBe(
      `CommandFailure: cannot write the file ${file} (ENOENT)`,
    );
  });

  test.each([
    { file: "a.png", fault: undefined },
    { file: "a.SVG", fault: undefined },
    { file: "a.jpg", fault: "expected a file that ends with .png or .svg" },
    { file: "png", fault: "expected a file that ends with .png or .svg" },
  ])("in $file has the fault $fault", ({ file, fault }) => {
    expect(findPictureFault(file)).toBe(fault);
  });

  test("for a terminal brings its own black and white", async () => {
    const lines = (await drawQrCode(address)).split("\n");

    expect(lines.length).toBeGreaterThan(size / 2);
    expect(lines[0]?.replaceAll("\u001b", "ESC")).toMatch(/^ESC\[47mESC\[30m[ ▀▄█]+ESC\[0m$/);
  });
});
