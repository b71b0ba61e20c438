import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Terminal } from "../../../cli/command.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Journal } from "../../../local/telegram/journal.ts";
import { takeWebhook } from "../../../local/telegram/kept-bot.ts";
import { chooseBot } from "../../../local/telegram/own-bot.ts";
import type { OwnBotFlags } from "../../../local/telegram/own-bot.ts";
import { putBack } from "../../../local/telegram/put-back.ts";
import { aPersonAt, keys } from "../../support/keyboard.ts";
import { aTerminal } from "../../support/terminal.ts";
import { ann, botToken, call, startTelegram } from "../simulators/support/telegram-client.ts";

const theirs = "https://old.example/hook/secret-part";
const shown = "https://old.example/hook/…";

let root: string;
let telegram: TelegramSimulator;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bridge-own-bot-"));
  telegram = await startTelegram();
});
afterEach(async () => {
  await telegram.close();
  await rm(root, { recursive: true });
});

const info = async () =>
  (await call(telegram, "getWebhookInfo")).result as { url: string; pending_update_count: number };
const environment = () => ({ TELEGRAM_API_ROOT: telegram.root, TELEGRAM_BOT_TOKEN: botToken });
const choose = (flags: OwnBotFlags = {}, terminal: Terminal = aTerminal("", environment())) =>
  chooseBot(flags, terminal, root);
/** Another program's webhook, with that many updates that it does not take. */
const inUse = async (waiting = 0) => {
  for (let count = 0; count < waiting; count += 1) {
    telegram.customerSays(ann, `message ${count}`).catch(() => undefined);
  }
  telegram.faults.add({ match: "webhook", status: 502, times: 1000 });
  telegram.setWebhook(theirs, "their-secret", ["message", "inline_query"]);
};
const keptFile = () => join(root, "777000", "taken-over.json");
const said: string[] = [];
const giveBack = async (ofThisRun?: string) => {
  said.length = 0;
  await putBack(root, (line) => void said.push(line), ofThisRun);
};

describe("the bot of npm start -- --telegram", () => {
  test("is found by its token, with its link and a secret token of its own for each run", async () => {
    const [one, other] = [await choose(), await choose()];

    expect(one).toMatchObject({ username: "simulated_bot", link: "https://t.me/simulated_bot" });
    const secrets = [one, other].map((bot) => bot.environment["TELEGRAM_WEBHOOK_SECRET"]);
    expect(secrets[0]).toMatch(/^[0-9a-f]{48}$/);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  test("is found by a token in a file that only its owner can read, and by a typed one", async () => {
    const file = join(root, "token.txt");
    await writeFile(file, `${botToken}\n`, { mode: 0o600 });
    const fromFile = await choose({ "token-file": file });
    const person = aPersonAt([{ asked: "Token of your bot", types: botToken + keys.enter }], {
      TELEGRAM_API_ROOT: telegram.root,
    });
    const typed = await choose({}, person);

    expect([fromFile.token, typed.token]).toEqual([botToken, botToken]);
    expect(person.errors()).not.toContain("test-token");
  });

  test.each([
    {
      name: "a token that Telegram does not know",
      token: "777000:wrong-token_9",
      says: "(401): copy the bot's present token from @BotFather",
    },
    {
      name: "a text that is no token",
      token: "hello",
      says: "TELEGRAM_BOT_TOKEN: expected <bot id>:<key>",
    },
    { name: "no token and no keyboard", token: "", says: "--token-file F" },
  ])("$name is refused with a sentence and without the token", async ({ token, says }) => {
    const terminal = aTerminal("", { ...environment(), TELEGRAM_BOT_TOKEN: token });

    const failure = await choose({}, terminal).catch((error: Error) => error.message);

    expect(failure).toContain(says);
    expect(failure).not.toMatch(/wrong-token|hello/);
  });

  test("a token in a file that other users can read is refused", async () => {
    const file = join(root, "token.txt");
    await writeFile(file, botToken);
    await chmod(file, 0o640);

    await expect(choose({ "token-file": file })).rejects.toThrow(`chmod 600 ${file}`);
    await expect(choose({ "token-file": `${file}.gone` })).rejects.toThrow("cannot read the file");
  });

  test("that another program has is refused with the program's address, and nothing changes", async () => {
    await inUse(3);

    await expect(choose()).rejects.toThrow(
      `@simulated_bot is in use: its updates go to ${shown}, and 3 wait. Nothing was changed`,
    );
    expect(await info()).toMatchObject({ url: theirs });
    expect(await readdir(root)).toEqual([]);
  });

  test.each([
    { name: "its name in --yes", flags: { yes: "@Simulated_Bot" }, typed: undefined },
    { name: "its typed name", flags: {}, typed: "simulated_bot" },
  ])("that another program has may be taken after $name", async ({ flags, typed }) => {
    await inUse();
    const replies =
      typed === undefined ? [] : [{ asked: "Type the bot's username", types: typed + keys.enter }];

    expect(await choose(flags, aPersonAt(replies, environment()))).toMatchObject({
      username: "simulated_bot",
    });
  });

  test("is not taken after a wrong name", async () => {
    await inUse();
    const person = aPersonAt(
      [
        { asked: "Type the bot's username", types: `other_bot${keys.enter}` },
        { asked: "expected @simulated_bot", types: keys.stop },
      ],
      environment(),
    );

    await expect(choose({}, person)).rejects.toThrow("nothing was changed");
    await expect(choose({ yes: "@other_bot" })).rejects.toThrow("--yes names another bot");
  });

  test.each([
    { waiting: 100, ends: "taken" },
    { waiting: 101, ends: "only with at most 100 waiting updates" },
  ])("with $waiting waiting updates of another program: $ends", async ({ waiting, ends }) => {
    await inUse(waiting);

    const outcome = await choose({ yes: "simulated_bot" }).then(
      () => "taken",
      (error: Error) => error.message,
    );

    expect(outcome).toContain(ends);
  });
});

describe("another program's webhook", () => {
  test("is stored for its owner alone before it is taken away, and no update is dropped", async () => {
    await inUse(2);

    await takeWebhook(await choose({ yes: "simulated_bot" }), () => 1_800_000_000_000);

    expect(await info()).toMatchObject({ url: "", pending_update_count: 2 });
    expect((await stat(keptFile())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(keptFile(), "utf8"))).toMatchObject({
      token: botToken,
      former: {
        777000: {
          keptAtMillis: 1_800_000_000_000,
          webhook: { url: theirs, allowedUpdates: ["message", "inline_query"], maxConnections: 40 },
        },
      },
    });
  });

  test.each([
    { name: "a webhook", before: "" },
    { name: "another webhook", before: theirs },
  ])("stays when its program has set $name since a person agreed", async ({ before }) => {
    if (before !== "") await inUse();
    const own = await choose({ yes: "simulated_bot" });
    telegram.setWebhook("https://third.example/hook", "");

    await expect(takeWebhook(own, Date.now)).rejects.toThrow("https://third.example/hook");
    expect(await info()).toMatchObject({ url: "https://third.example/hook" });
    await expect(stat(keptFile())).rejects.toThrow("ENOENT");
  });

  test("is stored with the bot's present token, also when that is newer than the takeover", async () => {
    await inUse();
    const own = await choose({ yes: "simulated_bot" });
    await takeWebhook(own, () => 1_800_000_000_000);
    const localhost = telegram.root.replace("127.0.0.1", "localhost");
    const rewritten = { ...own, token: botToken, apiRoot: localhost };
    await takeWebhook({ ...rewritten, agreedUrl: "" }, Date.now);

    expect(JSON.parse(await readFile(keptFile(), "utf8"))).toMatchObject({
      apiRoot: localhost,
      former: { 777000: { keptAtMillis: 1_800_000_000_000, webhook: { url: theirs } } },
    });
  });

  test("stays when it cannot be stored", async () => {
    await inUse();
    const own = await choose({ yes: "simulated_bot" });
    await writeFile(join(root, "777000"), "a file in the folder's place");

    await expect(takeWebhook(own, Date.now)).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await info()).toMatchObject({ url: theirs });
  });

  test("is given back by the next run, which says what it cannot give back, and is forgotten with the token", async () => {
    await inUse();
    await takeWebhook(await choose({ yes: "simulated_bot" }), Date.now);

    await giveBack();

    expect(await info()).toMatchObject({
      url: theirs,
      max_connections: 40,
      allowed_updates: ["message", "inline_query"],
    });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`Bot 777000 has its former webhook again: ${shown}`);
    expect(said[0]).toContain("Telegram does not report the old secret token");
    await expect(stat(keptFile())).rejects.toThrow("ENOENT");
    await giveBack();
    expect(said).toEqual([]);
  });

  test("that stayed because the run died before it took it away is left as it is", async () => {
    await inUse();
    telegram.faults.add({ match: "deleteWebhook", status: 502 });
    await expect(takeWebhook(await choose({ yes: "simulated_bot" }), Date.now)).rejects.toThrow(
      "502",
    );

    await giveBack();

    expect(said).toEqual([`Bot 777000 already has its former webhook again: ${shown}.`]);
    expect(telegram.calls().filter(({ method }) => method === "setWebhook")).toEqual([]);
  });

  test("is not given back under a run that has the bot, and not by this bot's next run", async () => {
    await inUse();
    const own = await choose({ yes: "simulated_bot" });
    await takeWebhook(own, Date.now);

    await giveBack("777000");
    expect(said).toEqual([]);
    const journal = await Journal.open(own.folder);
    await giveBack();
    await journal.close();

    expect(said).toEqual([expect.stringContaining("another run seems to have the bot")]);
    expect(await info()).toMatchObject({ url: "" });
  });

  test("stays stored when the bot has a third program's webhook, and the updates in the journal are named", async () => {
    await inUse();
    const own = await choose({ yes: "simulated_bot" });
    await takeWebhook(own, Date.now);
    const journal = await Journal.open(own.folder);
    await journal.add([{ update_id: 1 }]);
    await journal.close();
    telegram.setWebhook("https://third.example/hook", "");

    await giveBack();

    expect(said[0]).toContain("The former webhook of bot 777000 stays stored");
    expect(said[0]).toContain("the bot's updates now go to https://third.example/hook");
    expect(said[1]).toContain("1 updates are only in this machine's journal");
    expect(await info()).toMatchObject({ url: "https://third.example/hook" });
    expect(await readFile(keptFile(), "utf8")).toContain("old.example");
  });
});
