import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { main } from "../../../cli/main.ts";
import { aTerminal } from "../../support/terminal.ts";

const published = JSON.parse(
  readFileSync(new URL("../../fixtures/amocrm/signature-vectors.json", import.meta.url), "utf8"),
) as {
  secret: string;
  vectors: {
    name: string;
    method: string;
    path: string;
    date: string;
    body: string;
    content_md5: string;
    x_signature: string;
  }[];
};

let folder: string;
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bridge-cli-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("bridge sign", () => {
  test.each(published.vectors)(
    "prints the published headers of $name, with the secret from standard input",
    async (vector) => {
      const terminal = aTerminal(`${published.secret}\n`);
      const body = file(`${vector.name}.json`, vector.body);

      const code = await main(
        [
          "sign",
          "--method",
          vector.method,
          "--path",
          vector.path,
          "--date",
          vector.date,
          "--body-file",
          body,
        ],
        terminal,
      );

      expect(code).toBe(0);
      expect(JSON.parse(terminal.output())).toEqual({
        Date: vector.date,
        "Content-Type": "application/json",
        "Content-MD5": vector.content_md5,
        "X-Signature": vector.x_signature,
      });
    },
  );

  test("only one trailing newline of a secret file is dropped", async () => {
    const body = file("body.json", "{}");
    const args = (secret: string) => [
      "sign",
      "--method",
      "POST",
      "--path",
      "/v2",
      "--date",
      "Wed, 15 Dec 2021 23:12:55 +0000",
      "--body-file",
      body,
      "--secret-file",
      secret,
    ];
    const outputs = [];
    for (const secret of ["abc", "abc\n", "abc\r\n", "abc\n\n"]) {
      const terminal = aTerminal();
      await main(args(file("secret", secret)), terminal);
      outputs.push(terminal.output());
    }

    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[2]).toBe(outputs[0]);
    expect(outputs[3]).not.toBe(outputs[0]);
  });

  test.each([
    { name: "an unknown option", args: ["--colour", "red"], says: "--colour" },
    { name: "a missing option", args: ["--method", "POST"], says: "--path is missing" },
    {
      name: "a date in another form",
      args: ["--method", "POST", "--path", "/", "--date", "2021-12-15", "--body-file", "x"],
      says: "expected RFC 2822",
    },
    {
      name: "a whole address instead of a path",
      args: [
        "--method",
        "POST",
        "--path",
        "https://amojo.amocrm.ru/",
        "--date",
        "x",
        "--body-file",
        "x",
      ],
      says: "expected a path",
    },
    {
      name: "a missing body file",
      args: [
        "--method",
        "POST",
        "--path",
        "/",
        "--date",
        "Wed, 15 Dec 2021 23:12:55 +0000",
        "--body-file",
        "/nowhere",
      ],
      says: "cannot read the file /nowhere",
    },
  ])("$name is wrong usage with exit code 2 and one sentence", async ({ args, says }) => {
    const terminal = aTerminal("secret");

    const code = await main(["sign", ...args], terminal);

    expect(code).toBe(2);
    expect(terminal.errors()).toContain(says);
    expect(terminal.errors()).not.toContain("    at ");
  });

  test("an empty secret is wrong usage", async () => {
    const terminal = aTerminal("\n");
    const args = ["--method", "POST", "--path", "/", "--date", "Wed, 15 Dec 2021 23:12:55 +0000"];

    const code = await main(["sign", ...args, "--body-file", file("b", "{}")], terminal);

    expect(code).toBe(2);
    expect(terminal.errors()).toContain("the secret is empty");
  });
});

describe("bridge verify-hook", () => {
  const body = '{"account_id":"a"}\n';
  const signature = createHmac("sha1", "secret").update(body).digest("hex");
  const verify = async (given: string) => {
    const terminal = aTerminal("secret\n");
    const code = await main(
      ["verify-hook", "--body-file", file("hook.json", body), "--signature", given],
      terminal,
    );
    return { code, errors: terminal.errors() };
  };

  test("a valid signature exits with 0", async () => {
    expect(await verify(signature)).toEqual({ code: 0, errors: "" });
  });

  test.each([
    { name: "a foreign signature", given: "0".repeat(40), says: "was not made with this secret" },
    { name: "a short one", given: "abc", says: "40 hexadecimal digits" },
    { name: "an empty one", given: "", says: "40 hexadecimal digits" },
  ])("$name exits with 1 and the reason", async ({ given, says }) => {
    const { code, errors } = await verify(given);

    expect(code).toBe(1);
    expect(errors).toContain(says);
  });
});
