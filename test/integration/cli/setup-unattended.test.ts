import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { invented } from "./laptop.ts";
import { startSetup } from "./setup.ts";

let laptop: Awaited<ReturnType<typeof startSetup>>;
let folder: string;
beforeAll(async () => {
  laptop = await startSetup();
  folder = await mkdtemp(join(tmpdir(), "bridge-setup-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await laptop.close();
});
beforeEach(() => laptop.undo());

describe("bridge setup without a person at the keyboard", () => {
  const fileOf = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, `${text}\n`);
    return path;
  };

  test("reads all values from files and standard input", async () => {
    const { telegram, amocrm } = laptop.settings;
    const files = {
      "channel-id": await fileOf("id.txt", amocrm.channelId),
      "channel-secret": await fileOf("secret.txt", amocrm.channelSecret),
      "api-token": await fileOf("api.txt", amocrm.apiToken),
    };
    const options = Object.entries(files).flatMap(([name, path]) => [`--${name}-file`, path]);

    const said = await laptop.bridge(
      ["setup", "--bot-token-stdin", ...options],
      `${telegram.botToken}\n`,
    );

    expect(said).toMatchObject({ code: 0, errors: "" });
    expect(said.output).toContain("Done.");
  });

  test("refuses a bot of another program, and takes it over with --take-over", async () => {
    const { telegram, amocrm } = laptop.settings;
    const files = {
      "bot-token": await fileOf("bot.txt", telegram.botToken),
      "channel-id": await fileOf("id.txt", amocrm.channelId),
      "channel-secret": await fileOf("secret.txt", amocrm.channelSecret),
      "api-token": await fileOf("api.txt", amocrm.apiToken),
    };
    const options = Object.entries(files).flatMap(([name, path]) => [`--${name}-file`, path]);
    const foreign = "https://elsewhere.example/hook/hunter2canary";
    laptop.telegram.setWebhook(foreign, "theirs", ["message"]);

    const refused = await laptop.bridge(["setup", ...options]);
    const before = await laptop.webhook();
    const taken = await laptop.bridge(["setup", "--take-over"]);

    expect(refused.code).toBe(1);
    expect(refused.errors).toContain("its updates go to https://elsewhere.example/hook/…");
    expect(refused.errors).toContain("npx bridge setup --take-over replaces them");
    expect(before).toMatchObject({ url: foreign });
    expect(taken).toMatchObject({ code: 0, errors: "" });
    expect(taken.output).toContain("of another program: its updates go to https://elsewhere");
    expect(taken.output).toMatch(
      /^taken over +the old webhook and menu are stored .* webhook restore restores/m,
    );
    expect(await laptop.webhook()).toMatchObject({ url: `${laptop.run.host.url}/telegram` });
    expect(refused.errors + taken.output).not.toContain("canary");
  });

  test("reports missing values one after the other", async () => {
    const { telegram, amocrm } = laptop.settings;
    const token = ["--bot-token-file", await fileOf("bot.txt", telegram.botToken)];
    const id = ["--channel-id-file", await fileOf("id.txt", amocrm.channelId)];
    const secret = ["--channel-secret-file", await fileOf("secret.txt", amocrm.channelSecret)];

    const noToken = await laptop.bridge(["setup"]);
    const noChannel = await laptop.bridge(["setup", ...token]);
    const noAccount = await laptop.bridge(["setup", ...id, ...secret]);

    expect(noToken.errors).toContain("give it with --bot-token-file F or --bot-token-stdin");
    expect(noChannel.output).toContain("npx bridge registration-letter writes the letter");
    expect(noChannel.errors).toContain("give them with --channel-id-file F");
    expect(noAccount.errors).toContain("give it with --account-id, or give an API token");
    expect([noToken.code, noChannel.code, noAccount.code]).toEqual([1, 1, 1]);
  });

  test("--non-interactive asks no question at a keyboard", async () => {
    const said = await laptop.bridgeAt(["setup", "--non-interactive"], []);

    expect(said.code).toBe(1);
    expect(said.errors).toContain("the bot token is not stored yet");
  });

  test("a wrong token from a file ends setup, and is not stored", async () => {
    const file = await fileOf("wrong.txt", invented.botToken);

    const said = await laptop.bridge(["setup", "--bot-token-file", file]);

    expect(said.code).toBe(1);
    expect(said.errors).toContain("does not accept the bot token (401)");
    expect((await laptop.secrets()).bot.fields).toMatchObject({ token: "" });
  });

  test.each([
    { args: ["--bot-token-stdin"], stdin: "no token", says: "--bot-token-file: expected <bot id>" },
    { args: ["--bot-token-stdin", "--bot-token-file", "x"], stdin: "", says: "expected either" },
    { args: ["--bot-token-file", "/nowhere"], stdin: "", says: "cannot read the file /nowhere" },
    { args: ["--account-id", "29654321"], stdin: "", says: "this is the account's number" },
    { args: ["--language", "de"], stdin: "", says: "--language: expected en or ru" },
    { args: ["--title", ""], stdin: "", says: "--title: expected a name" },
    { args: [invented.botToken], stdin: "", says: "an argument that belongs to no option" },
  ])("$args is wrong usage", async ({ args, stdin, says }) => {
    const said = await laptop.bridge(["setup", ...args], stdin);

    expect(said).toMatchObject({ code: 2, output: "" });
    expect(said.errors).toContain(says);
  });
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});
