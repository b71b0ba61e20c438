import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { main } from "../../../cli/main.ts";
import { aTerminal } from "../../support/terminal.ts";
import { outputs } from "./support.ts";

describe("bridge registration-letter", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "bridge-letter-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const run = async (args: readonly string[], amojoOrigin = "http://127.0.0.1:2") => {
    const facts = {
      pid: process.pid,
      botId: "1000000001",
      url: "http://127.0.0.1:8080",
      killUrl: "http://127.0.0.1:4050/kill",
      mediaBaseUrl: "http://127.0.0.1:4044",
      awsEndpoint: "http://127.0.0.1:4566",
      outputs: { ...outputs, WebhookUrl: "http://127.0.0.1:8080" },
      telegramApiRoot: "http://127.0.0.1:1",
      amojoOrigin,
      amocrmOrigin: "http://127.0.0.1:3",
    };
    const runFile = join(folder, "run.json");
    writeFileSync(runFile, JSON.stringify(facts));
    const terminal = aTerminal("", { BRIDGE_RUN_FILE: runFile });
    const code = await main(["registration-letter", ...args], terminal);
    return { code, output: terminal.output(), errors: terminal.errors() };
  };

  test("is filled in from the laptop's stage, in Russian by default", async () => {
    const russian = await run([]);
    const english = await run(["--language", "en"]);

    expect(russian).toMatchObject({ code: 0, errors: "" });
    expect(russian.output).toMatch(/^Тема: .*Laptop Bridge\n/);
    expect(english).toMatchObject({ code: 0, errors: "" });
    expect(english.output).toContain("2. Webhook URL: http://127.0.0.1:8080/amocrm/:scope_id\n");
  });

  test("--json prints only the letter", async () => {
    const { code, output } = await run(["--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      stage: "laptop",
      bridge: null,
      language: "ru",
      attachment: "infra/icon.svg",
      missing: [],
    });
  });

  test("an incomplete letter is printed, with exit code 1", async () => {
    const { code, output, errors } = await run([], "https://amojo.amocrm.ru");

    expect(code).toBe(1);
    expect(output).toContain("14. ");
    expect(errors).toMatch(/^bridge registration-letter: the letter is not complete: /);
  });

  test("an unknown language is wrong usage", async () => {
    const { code, output, errors } = await run(["--language", "de"]);

    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toContain("--language: expected en or ru");
  });
});
