import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keys } from "../../support/keyboard.ts";
import { eventually, textsIn } from "../bridge.ts";
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

describe("bridge setup", () => {
  test("sets up everything until the first message, and shows each hop", async () => {
    const said = await laptop.bridgeAt(["setup"], laptop.whole);

    expect(said.code).toBe(0);
    const { url } = laptop.run.host;
    const steps = said.output.split("\n").map((line) => line.trimEnd());
    expect(steps).toEqual([
      expect.stringMatching(/^stack +laptop is at http/),
      expect.stringMatching(/^bot +@\w+, the token is stored$/),
      expect.stringMatching(/^API token +stored, it does not contain its expiry date$/),
      expect.stringMatching(
        /^connection the scope id \S+ is stored; this command calls amoCRM in 35 s, when/,
      ),
      expect.stringMatching(/^connection +account .*: channel, secret and scope id are stored$/),
      "fields     made: telegramId, username, link, language, premium",
      `webhook    ${url}/telegram is set`,
      expect.stringMatching(/^commands +set/),
      expect.stringMatching(/^check +/),
      expect.stringMatching(/^ {2}name +127\.0\.0\.1: this machine, without TLS$/),
      expect.stringMatching(/^ {2}answer +http.*\/telegram: 200 in \d+ ms$/),
      "  sender   received it: the queue to-amocrm is empty",
      expect.stringMatching(/^ {2}answer +http.*\/amocrm\/.*: 200 in \d+ ms$/),
      "  sender   received it: the queue to-telegram is empty",
      "",
      "Done. This message of a simulated customer comes to amoCRM:",
      expect.stringMatching(/^ {2}curl -d .* http:\S+\/_sim\/customers\/42\/say$/),
      "",
    ]);
    expect((await laptop.ask(["parked"])).json).toMatchObject({ parked: [] });
    await laptop.telegram.customerSays({ id: 91, first_name: "Customer" }, "the first");
    await eventually("the first", () => textsIn(laptop.amocrm, "tg-1000000001-91").length > 0);
  });

  test("a second run asks no question and changes nothing", async () => {
    await laptop.bridgeAt(["setup"], laptop.whole);
    const before = { secrets: await laptop.secrets(), webhook: await laptop.webhook() };
    const registered = laptop.telegram.calls().filter(({ method }) => method === "setMyCommands");

    const again = await laptop.bridgeAt(["setup"], []);
    const unattended = await laptop.bridge(["setup"]);

    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(unattended).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toContain("the token was already stored");
    expect(again.output).toContain("was already connected, and is connected again");
    expect(again.output).toContain("/telegram was already set");
    expect({ secrets: await laptop.secrets(), webhook: await laptop.webhook() }).toEqual(before);
    expect(laptop.telegram.calls().filter(({ method }) => method === "setMyCommands")).toEqual(
      registered,
    );
  });

  test("stopped in the middle stores the accepted values, and continues there", async () => {
    const { token, support, channelId, channelSecret, apiToken } = laptop.answers;
    const stop = { asked: "The channel's secret", types: `half of it${keys.stop}` };

    const stopped = await laptop.bridgeAt(["setup"], [token, apiToken, support, channelId, stop]);
    const { bot, channel } = await laptop.secrets();
    const resumed = await laptop.bridgeAt(["setup"], [support, channelId, channelSecret]);

    expect(stopped.code).toBe(1);
    expect(stopped.errors).toContain(
      "bridge setup: stopped: the values reported above as stored are stored",
    );
    expect(stopped.errors).toContain("npx bridge setup");
    expect(bot.fields).toEqual({ token: laptop.settings.telegram.botToken });
    expect(channel.fields).toMatchObject({ channelId: "", current: "", scopeId: "" });
    expect(resumed.code).toBe(0);
    expect(resumed.output).toContain("Done.");
  });

  test("before amoCRM support has answered shows the letter, and sets no webhook", async () => {
    const { token, apiToken, noSupport, showLetter } = laptop.answers;

    const said = await laptop.bridgeAt(["setup"], [token, apiToken, noSupport, showLetter]);

    expect(said.code).toBe(1);
    expect(said.output).toContain("14. Голосовые сообщения");
    expect(said.errors).toContain("still missing: the channel's id and secret from amoCRM support");
    expect(said.errors).toContain("continue later with npx bridge setup\n");
    expect(await laptop.webhook()).toMatchObject({ url: "" });
  });

  test("for an account at Kommo, names Kommo, its pages and its letter", async () => {
    const { token, noApiToken } = laptop.answers;
    const noSupport = { asked: "Has Kommo support sent", types: keys.no };
    const showLetter = laptop.reply("File for the letter to Kommo support", "");
    await laptop.leaveRunFile({ amocrmOrigin: "https://shop.kommo.com" });

    const said = await laptop.bridgeAt(["setup"], [token, noApiToken, noSupport, showLetter]);
    await laptop.leaveRunFile();

    expect(said.code).toBe(1);
    expect(said.output).toContain("not set, Kommo creates contacts and leads automatically");
    expect(said.output).toContain("\n15. Maximum size of a file: 50 MB\n");
    expect(said.errors).toContain("https://developers.kommo.com/reference/register-channel");
    expect(said.output + said.errors).not.toContain("amoCRM");
  });

  test("or writes the letter into a file", async () => {
    const { token, apiToken, noSupport } = laptop.answers;
    const file = join(folder, "letter.txt");
    const toFile = { asked: "File for the letter", types: file + keys.enter };

    const said = await laptop.bridgeAt(["setup"], [token, apiToken, noSupport, toFile]);
    const english = join(folder, "letter.en.txt");
    const unattended = await laptop.bridge(["setup", "--letter-file", english, "--language", "en"]);

    expect(said.output).toContain(`written to ${file}`);
    expect(await readFile(file, "utf8")).toContain("14. Голосовые сообщения");
    expect(unattended.code).toBe(1);
    expect(await readFile(english, "utf8")).toContain("14. Voice messages");
  });
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});
