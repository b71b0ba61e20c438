import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { useLaptop } from "./laptop.ts";

const canary = "1000000001:AAE-canary-canary-canary-canary-canary";
const foreign = `https://old-bot.example/hook/${canary}`;
const theirKinds = ["message", "inline_query"];
const shop = [{ command: "price", description: "Prices" }];

const laptop = useLaptop();
let folder: string;
const printed: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-take-over-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (args: readonly string[], stdin = "") => {
  const said = await laptop.bridge(["webhook", ...args], stdin);
  printed.push(said.output, said.errors);
  return said;
};
const ours = () => `${laptop.run.host.url}/telegram`;
const info = () => laptop.askBot("getWebhookInfo");
const menuIn = (language: string) =>
  laptop.askBot<{ command: string }[]>(`getMyCommands?language_code=${language}`);
const namesIn = async (language: string) => (await menuIn(language)).map((it) => it.command);
const kept = async () =>
  (await laptop.readSecret("TelegramBotTokenSecretId")).fields["former"] !== undefined;

beforeEach(async () => {
  const { botToken } = laptop.settings.telegram;
  await laptop.writeSecret("TelegramBotTokenSecretId", JSON.stringify({ token: botToken }));
  for (const language of ["", "en", "pt", "es"]) {
    await laptop.askBot(`deleteMyCommands?language_code=${language}`);
  }
  const commands = encodeURIComponent(JSON.stringify(shop));
  await laptop.askBot(`setMyCommands?language_code=ru&commands=${commands}`);
  laptop.telegram.setWebhook(foreign, "their-secret", theirKinds);
});

describe("a bot of another program", () => {
  test("is refused with its webhook, its menu and the fix, and does not change", async () => {
    const said = await run(["set"]);

    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toMatch(/^bridge webhook: nothing was changed, [^\n]*\n$/);
    expect(said.errors).toContain(
      "its updates go to https://old-bot.example/hook/…, its menu is /price",
    );
    expect(said.errors).toContain("npx bridge webhook set --take-over replaces them");
    expect(said.errors).toContain("npx bridge webhook restore restores them");
    expect(await info()).toMatchObject({ url: foreign, allowed_updates: theirKinds });
    expect(await namesIn("ru")).toEqual(["price"]);
    expect(await kept()).toBe(false);
  });

  test("is taken over, used, and restored", async () => {
    const taken = await run(["set", "--take-over"]);
    await laptop.telegram.customerSays({ id: 42, first_name: "Ann" }, "hello");
    const again = await run(["set"]);
    const shown = await run(["info"]);
    const dry = await run(["restore", "--dry-run"]);
    const stillOurs = await info();
    const secret = join(folder, "secret.txt");
    await writeFile(secret, "their-secret\n");
    const restored = await run(["restore", "--secret-file", secret]);
    const twice = await run(["restore"]);

    expect(taken).toMatchObject({ code: 0, errors: "" });
    expect(taken.output).toContain("taken over: its updates go to https://old-bot.example/hook/…");
    expect(again.code).toBe(0);
    expect(again.output).not.toContain("taken over");
    expect(shown.code).toBe(0);
    expect(shown.output).toMatch(
      /^stored +https:\/\/old-bot.example\/hook\/…, menu \/price, of \d{4}/m,
    );
    expect(dry).toMatchObject({ code: 0, errors: "" });
    expect(dry.output).toContain("Nothing was changed. This would be restored:");
    expect(dry.output).toContain("Telegram does not report the old secret_token");
    expect(stillOurs).toMatchObject({ url: ours() });
    expect(restored).toMatchObject({ code: 0, errors: "" });
    expect(restored.output).toContain("with the given secret token");
    expect(restored.output).toContain("The bridge receives nothing from Telegram now");
    expect(await info()).toMatchObject({
      url: foreign,
      allowed_updates: theirKinds,
      max_connections: 40,
    });
    expect(await Promise.all(["", "en", "ru", "pt", "es"].map(namesIn))).toEqual([
      [],
      [],
      ["price"],
      [],
      [],
    ]);
    expect(twice).toMatchObject({ code: 1, output: "" });
    expect(twice.errors).toContain("there is nothing to restore");
  });

  test("the commands of docs/going-live.md take it over and restore it", async () => {
    const doc = await readFile(new URL("../../../docs/going-live.md", import.meta.url), "utf8");
    const section = doc.split("## A bot that already works somewhere")[1] ?? "";
    const commands = (/```\n([^]*?)```/.exec(section)?.[1] ?? "").trim().split("\n");
    await writeFile(join(folder, "old-secret.txt"), "their-secret\n");

    const said = [];
    for (const command of commands) {
      const words = command
        .replace("npx bridge webhook ", "")
        .replace(" --stage dev", "")
        .replace("old-secret.txt", join(folder, "old-secret.txt"));
      said.push(await run(words.split(" ")));
    }

    expect(said.map(({ code, errors }) => ({ code, errors }))).toEqual(
      commands.map(() => ({ code: 0, errors: "" })),
    );
    expect(commands).toHaveLength(3);
    expect(await info()).toMatchObject({ url: foreign });
  });

  test("is restored with the secret from standard input, as one JSON object", async () => {
    await run(["set", "--take-over", "--json"]);

    const said = await run(["restore", "--secret-stdin", "--json"], "their-secret\n");

    expect(said).toMatchObject({ code: 0, errors: "" });
    expect(JSON.parse(said.output)).toMatchObject({
      stage: "laptop",
      dryRun: false,
      webhook: "set",
      formerUrl: "https://old-bot.example/hook/…",
      formerCommands: ["price"],
      hasSecretToken: true,
    });
  });

  test("keeps its webhook on delete without --take-over, and gets it back by restore", async () => {
    const refused = await run(["delete"]);
    const untouched = await info();
    const deleted = await run(["delete", "--take-over"]);
    const none = await info();
    await run(["restore"]);

    expect(refused).toMatchObject({ code: 1, output: "" });
    expect(refused.errors).toContain("npx bridge webhook delete --take-over");
    expect(untouched).toMatchObject({ url: foreign });
    expect(deleted.output).toContain("deleted: https://old-bot.example/hook/…");
    expect(none).toMatchObject({ url: "" });
    expect(await info()).toMatchObject({ url: foreign });
  });

  test("info shows the command to take it over", async () => {
    const said = await run(["info"]);

    expect(said.code).toBe(1);
    expect(said.output).toContain("https://old-bot.example/hook/…");
    expect(said.errors).toContain("fix it with npx bridge webhook set --take-over");
  });

  test("its token can be changed meanwhile, and the stored state stays", async () => {
    await run(["set", "--take-over"]);
    const other = "1000000001:another-token-of-this-bot";

    await laptop.setSecret("telegram-bot", "token", other);

    expect(await kept()).toBe(true);
  });

  test.each([
    { args: ["--secret-file", "/nowhere"], stdin: "", says: "cannot read the file /nowhere" },
    { args: ["--secret-stdin"], stdin: "with space", says: "expected 1-256 characters of" },
    { args: ["--secret-stdin"], stdin: "x".repeat(257), says: "expected 1-256 characters of" },
    { args: ["--secret-stdin"], stdin: "", says: "the secret is empty" },
    { args: ["--secret-stdin", "--secret-file", "x"], stdin: "", says: "expected either" },
    { args: ["--take-over"], stdin: "", says: 'there is no option "--take-over"' },
  ])("restore with $args is wrong usage: $says", async ({ args, stdin, says }) => {
    await run(["set", "--take-over"]);

    const said = await run(["restore", ...args], stdin);

    expect(said).toMatchObject({ code: 2, output: "" });
    expect(said.errors).toContain(says);
    expect(await info()).toMatchObject({ url: ours() });
  });
});

test("no output contains a secret or more of the former address than its host", () => {
  expect(laptop.leaked()).toEqual([]);
  expect(printed.join("\n")).not.toMatch(/canary|their-secret/);
});
