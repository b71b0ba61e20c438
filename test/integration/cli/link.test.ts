import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readDeepLink } from "../../../lambdas/conversation/deep-link.ts";
import { useLaptop } from "./laptop.ts";

const laptop = useLaptop();
const dayMillis = 86_400_000;
const said: string[] = [];
const bridge = async (args: readonly string[], stdin = "") => {
  const done = await laptop.bridge(args, stdin);
  said.push(done.output, done.errors);
  return done;
};
const ask = async (args: readonly string[]) => {
  const done = await bridge([...args, "--json"]);
  return { ...done, json: JSON.parse(done.output) as Record<string, unknown> };
};
let folder: string;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-link-"));
  const { fields } = await laptop.readSecret("DeepLinkKeySecretId");
  key = String(fields["current"]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const payloadIn = (link: unknown) => String(link).split("?start=")[1] ?? "";
const read = (link: unknown) =>
  readDeepLink(payloadIn(link), { current: key }, Date.now()) as { link?: object };
const listed = async () => {
  const { json } = await ask(["link", "list"]);
  return json["links"] as Record<string, unknown>[];
};

describe("bridge link", () => {
  test("makes a link to the bot that the sender's key verifies, and the same link again", async () => {
    const args = ["link", "--source", "instagram", "--campaign", "spring"];
    const first = await bridge(args);
    const again = await bridge(args);

    const { username } = await laptop.askBot<{ username: string }>("getMe");
    const [link = "", id = ""] = first.output.split("\n");
    expect(first).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toBe(first.output);
    expect(link).toMatch(new RegExp(`^https://t\\.me/${username}\\?start=[A-Za-z0-9_-]{1,64}$`));
    expect(read(link)).toEqual({
      kind: "ours",
      link: { source: "instagram", campaign: "spring" },
    });
    expect(id).toMatch(/^id {7}[0-9a-f]{16}; npx bridge link revoke [0-9a-f]{16} ends it$/);
    expect(first.output).toContain("expires  never\n");
    expect((await listed()).filter(({ source }) => source === "instagram")).toHaveLength(1);
  });

  test("makes a link to a contact for seven days, and for a given day", async () => {
    const week = await ask(["link", "--source", "crm", "--contact", "123"]);
    const day = await ask(["link", "--source", "crm", "--expires", "2099-12-31"]);

    const weeks = (Date.parse(String(week.json["expiresAt"])) - Date.now()) / dayMillis;
    expect(week).toMatchObject({
      code: 0,
      json: { source: "crm", campaign: "", contact: 123, state: "works", qr: null },
    });
    expect(weeks).toBeGreaterThan(6.99);
    expect(weeks).toBeLessThan(7.05);
    expect(read(week.json["link"]).link).toMatchObject({ contactId: 123 });
    expect(day.json).toMatchObject({ contact: null, expiresAt: "2100-01-01T00:00:00.000Z" });
  });

  test("writes a QR code, and does not replace a file without --force", async () => {
    const file = join(folder, "poster.svg");
    const args = ["link", "--source", "poster", "--qr", file];
    const first = await bridge(args);
    const second = await bridge(args);
    const forced = await bridge([...args, "--force"]);

    expect(first).toMatchObject({ code: 0, errors: "" });
    expect(first.output).toContain(`QR code  ${file}\n`);
    expect(second).toMatchObject({ code: 1, output: "" });
    expect(second.errors).toBe(
      `bridge link: the file ${file} exists: replace it with --force, or name another\n`,
    );
    expect(forced.code).toBe(0);
    expect(await readFile(file, "utf8")).toContain("</svg>");
  });

  test("lists the links and revokes one by its id, and one by itself", async () => {
    const one = await ask(["link", "--source", "flyer", "--campaign", "one"]);
    const two = await ask(["link", "--source", "flyer", "--campaign", "two"]);

    const byId = await bridge(["link", "revoke", String(one.json["id"])]);
    const byLink = await ask(["link", "revoke", String(two.json["link"])]);

    expect(byId).toMatchObject({
      code: 0,
      output: `revoked: ${String(one.json["id"])}\n`,
      errors: "",
    });
    expect(byLink).toMatchObject({ code: 0, json: { id: two.json["id"], revoked: true } });
    const flyers = (await listed()).filter(({ source }) => source === "flyer");
    expect(flyers).toEqual([
      expect.objectContaining({ campaign: "one", state: "revoked", link: one.json["link"] }),
      expect.objectContaining({ campaign: "two", state: "revoked", link: two.json["link"] }),
    ]);
    const table = await bridge(["link", "list"]);
    expect(table.output).toMatch(/^id +state +source +campaign +contact +expires +link\n/);
    expect(table.output).toContain(`${String(one.json["id"])}  revoked  flyer`);
    const again = await bridge(["link", "--source", "flyer", "--campaign", "one"]);
    expect(again).toMatchObject({ code: 1, output: "" });
    expect(again.errors).toContain("is revoked: choose another --campaign or --expires\n");
  });

  test("keeps the links of the previous key after a change of the key", async () => {
    const before = await ask(["link", "--source", "rotation"]);
    await bridge(["secret", "set", "--name", "deep-link"], `${"n".repeat(64)}\n`);
    const after = await ask(["link", "--source", "rotation"]);
    const revoked = await bridge(["link", "revoke", String(before.json["link"])]);
    await bridge(["secret", "retire", "--name", "deep-link"]);
    const refused = await bridge(["link", "revoke", String(before.json["link"])]);

    expect(after.json["link"]).not.toBe(before.json["link"]);
    expect(revoked.code).toBe(0);
    expect(refused).toMatchObject({ code: 1, output: "" });
    expect(refused.errors).toContain("this bridge did not make this link");
  });

  test.each([
    { args: [], says: "--source is missing" },
    { args: ["--source", "a b"], says: "the source may have only" },
    {
      args: ["--source", "a".repeat(20), "--campaign", "b".repeat(13)],
      says: "source and campaign have 33 characters together, at most 32 fit",
    },
    { args: ["--source", "a", "--contact", "Anna"], says: "--contact: expected the contact's id" },
    { args: ["--source", "a", "--expires", "soon"], says: "--expires: expected a day such as" },
    { args: ["--source", "a", "--expires", "2020-01-01"], says: "a day that is not over" },
    { args: ["--source", "a", "--qr", "a.gif"], says: "--qr: expected a file that ends with" },
    { args: ["lst"], says: 'expected one of list, revoke first; did you mean "list"?' },
    { args: ["revoke"], says: "expected <link> after revoke" },
    { args: ["revoke", "spring"], says: "expected a link, or an id" },
    { args: ["list", "--source", "a"], says: 'there is no option "--source"' },
  ])("with $args is wrong usage", async ({ args, says }) => {
    const done = await bridge(["link", ...args]);

    expect(done).toMatchObject({ code: 2, output: "" });
    expect(done.errors).toContain(says);
  });

  test("revokes no link that it does not have", async () => {
    const done = await bridge(["link", "revoke", "0123456789abcdef"]);

    expect(done).toMatchObject({ code: 1, output: "" });
    expect(done.errors).toBe(
      "bridge link: there is no link with the id 0123456789abcdef: npx bridge link list lists the links\n",
    );
  });

  test("shows no key in its output", () => {
    const text = said.join("\n");

    expect(text.length).toBeGreaterThan(1000);
    expect([key, "n".repeat(64)].filter((secret) => text.includes(secret))).toEqual([]);
    expect(laptop.leaked()).toEqual([]);
  });
});
