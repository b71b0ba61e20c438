import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keys } from "../../support/keyboard.ts";
import { eventually, textsIn } from "../bridge.ts";
import { invented, startLaptop } from "./laptop.ts";

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let folder: string;
beforeAll(async () => {
  laptop = await startLaptop();
  folder = await mkdtemp(join(tmpdir(), "bridge-setup-"));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
  await laptop.close();
});

const secretNames = [
  "TelegramBotTokenSecretId",
  "AmocrmChannelSecretId",
  "AmocrmApiTokenSecretId",
  "TelegramWebhookSecretId",
];
const allSecrets = () => Promise.all(secretNames.map((name) => laptop.readSecret(name)));
const webhook = () => laptop.askBot("getWebhookInfo");
const asDeployed = (fields: object) => JSON.stringify({ ...fields, unset: "random" });

/** As the stack leaves it: nothing is kept, nobody is connected. */
beforeEach(async () => {
  await laptop.bridge(["webhook", "delete"]);
  await laptop.writeSecret("TelegramBotTokenSecretId", asDeployed({ token: "" }));
  const channel = { channelId: "", scopeId: "", current: "" };
  await laptop.writeSecret("AmocrmChannelSecretId", asDeployed(channel));
  await laptop.writeSecret("AmocrmApiTokenSecretId", asDeployed({ token: "" }));
});

const answers = () => {
  const { telegram, amocrm } = laptop.settings;
  return {
    token: { asked: "Token of the bot", types: telegram.botToken + keys.enter },
    apiToken: { asked: "Long-lived token", types: amocrm.apiToken + keys.enter },
    noApiToken: { asked: "Long-lived token", types: keys.enter },
    account: { asked: "amojo_id", types: amocrm.accountId + keys.enter },
    support: { asked: "Has amoCRM support sent", types: keys.enter },
    noSupport: { asked: "Has amoCRM support sent", types: keys.no },
    showLetter: { asked: "File for the letter", types: keys.enter },
    channelId: { asked: "The channel's id", types: amocrm.channelId + keys.enter },
    channelSecret: { asked: "The channel's secret", types: amocrm.channelSecret + keys.enter },
  };
};
const whole = () => {
  const { token, apiToken, support, channelId, channelSecret } = answers();
  return [token, apiToken, support, channelId, channelSecret];
};

describe("bridge setup", () => {
  test("goes from nothing to the first message, and shows each hop", async () => {
    const said = await laptop.bridgeAt(["setup"], whole());

    expect(said.code).toBe(0);
    const { url } = laptop.run.host;
    const steps = said.output.split("\n").map((line) => line.trimEnd());
    expect(steps).toEqual([
      expect.stringMatching(/^stack +laptop is at http/),
      expect.stringMatching(/^bot +@\w+, the token is kept$/),
      expect.stringMatching(/^API token +kept, it does not say when it ends$/),
      expect.stringMatching(/^connection +account .*: channel, secret and scope are kept$/),
      `webhook    ${url}/telegram is set`,
      expect.stringMatching(/^commands +set/),
      expect.stringMatching(/^check +/),
      expect.stringMatching(/^ {2}name +127\.0\.0\.1: this machine, without TLS$/),
      expect.stringMatching(/^ {2}answer +http.*\/telegram: 200 in \d+ ms$/),
      "  sender   took it: nothing waits in the queue to-amocrm",
      expect.stringMatching(/^ {2}answer +http.*\/amocrm\/.*: 200 in \d+ ms$/),
      "  sender   took it: nothing waits in the queue to-telegram",
      "",
      expect.stringMatching(/^Done\. Write to https:\/\/t\.me\/\w+: /),
      "",
    ]);
    expect((await laptop.ask(["parked"])).json).toMatchObject({ parked: [] });
    await laptop.telegram.customerSays({ id: 91, first_name: "Customer" }, "the first");
    await eventually("the first", () => textsIn(laptop.amocrm, "tg-1000000001-91").length > 0);
  }, 60_000);

  test("a second run asks nothing and changes nothing", async () => {
    await laptop.bridgeAt(["setup"], whole());
    const before = { secrets: await allSecrets(), webhook: await webhook() };
    const registered = laptop.telegram.calls().filter(({ method }) => method === "setMyCommands");

    const again = await laptop.bridgeAt(["setup"], []);
    const unattended = await laptop.bridge(["setup"]);

    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(unattended).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toContain("the token was kept before");
    expect(again.output).toContain("connected before, and again");
    expect(again.output).toContain("/telegram was set before");
    expect({ secrets: await allSecrets(), webhook: await webhook() }).toEqual(before);
    expect(laptop.telegram.calls().filter(({ method }) => method === "setMyCommands")).toEqual(
      registered,
    );
  }, 60_000);

  test("stopped in the middle it keeps what was accepted, and goes on there", async () => {
    const { token, support, channelId, channelSecret, apiToken } = answers();
    const stop = { asked: "The channel's secret", types: `half of it${keys.stop}` };

    const stopped = await laptop.bridgeAt(["setup"], [token, apiToken, support, channelId, stop]);
    const [bot, channel] = await allSecrets();
    const resumed = await laptop.bridgeAt(["setup"], [support, channelId, channelSecret]);

    expect(stopped.code).toBe(1);
    expect(stopped.errors).toContain("bridge setup: stopped: what is named above as kept is kept");
    expect(stopped.errors).toContain("npx bridge setup");
    expect(bot?.fields).toEqual({ token: laptop.settings.telegram.botToken });
    expect(channel?.fields).toMatchObject({ channelId: "", current: "", scopeId: "" });
    expect(resumed.code).toBe(0);
    expect(resumed.output).toContain("Done.");
  }, 60_000);

  test("while amoCRM support has not answered it shows the letter, and sets no webhook", async () => {
    const { token, apiToken, noSupport, showLetter } = answers();

    const said = await laptop.bridgeAt(["setup"], [token, apiToken, noSupport, showLetter]);

    expect(said.code).toBe(1);
    expect(said.output).toContain("14. Голосовые сообщения");
    expect(said.errors).toContain("still missing: the channel's id and secret from amoCRM support");
    expect(said.errors).toContain("go on later with npx bridge setup\n");
    expect(await webhook()).toMatchObject({ url: "" });
  });

  test("or writes it into a file", async () => {
    const { token, apiToken, noSupport } = answers();
    const file = join(folder, "letter.txt");
    const toFile = { asked: "File for the letter", types: file + keys.enter };

    const said = await laptop.bridgeAt(["setup"], [token, apiToken, noSupport, toFile]);
    const english = join(folder, "letter.en.txt");
    const unattended = await laptop.bridge([
      ...["setup", "--letter-file", english, "--language", "en"],
    ]);

    expect(said.output).toContain(`written to ${file}`);
    expect(await readFile(file, "utf8")).toContain("14. Голосовые сообщения");
    expect(unattended.code).toBe(1);
    expect(await readFile(english, "utf8")).toContain("14. Voice messages");
  });

  test.each([
    {
      name: "a wrong token",
      wrong: invented.botToken,
      says: "does not accept the bot token (401)",
    },
    {
      name: "a token of another bot",
      wrong: "1000000002:somebody-else",
      says: "this is the token of bot 1000000002, but the laptop run was started for bot 1000000001",
    },
  ])("$name is told, not kept, and asked for again", async ({ wrong, says }) => {
    const { token, apiToken } = answers();
    const first = { asked: "Token of the bot", types: wrong + keys.enter };
    const stop = { asked: "Has amoCRM support", types: keys.stop };

    const left = await laptop.bridgeAt(
      ["setup"],
      [first, { asked: "Token of the bot", types: keys.stop }],
    );
    const [kept] = await allSecrets();
    const said = await laptop.bridgeAt(["setup"], [first, token, apiToken, stop]);

    expect(left.output).toContain(says);
    expect(kept?.fields).toEqual({ token: "", unset: "random" });
    expect(said.output).toContain(says);
    expect((await allSecrets())[0]?.fields).toEqual({ token: laptop.settings.telegram.botToken });
  });

  test("a wrong API token, channel and secret are told, not kept, and asked for again", async () => {
    const { token, apiToken, support, channelId, channelSecret } = answers();
    const wrong = (asked: string, types: string) => ({ asked, types: types + keys.enter });

    const said = await laptop.bridgeAt(
      ["setup"],
      [
        token,
        wrong("Long-lived token", invented.apiToken),
        apiToken,
        support,
        channelId,
        wrong("The channel's secret", invented.channelSecret),
        { asked: "id and secret again?", types: keys.enter },
        channelId,
        channelSecret,
      ],
    );

    expect(said.code).toBe(0);
    expect(said.output).toContain("does not accept the API token (401)");
    expect(said.output).toContain("the channel secret does not fit channel");
    const channel = (await allSecrets())[1]?.fields;
    expect(channel).toMatchObject({ current: laptop.settings.amocrm.channelSecret });
    expect(channel).not.toHaveProperty("previous");
  }, 60_000);

  test("without an API token the account is asked for", async () => {
    const { token, noApiToken, support, channelId, channelSecret, account } = answers();

    const said = await laptop.bridgeAt(
      ["setup"],
      [token, noApiToken, support, channelId, channelSecret, account],
    );
    const again = await laptop.bridge(["setup"]);

    expect(said.code).toBe(0);
    expect(said.output).toMatch(/^API token +none/m);
    expect(again).toMatchObject({ code: 0, errors: "" });
  }, 60_000);

  test.each([
    { types: keys.no, code: 1, says: "the bot's webhook is left as it is" },
    { types: keys.yes, code: 0, says: "" },
  ])(
    "a webhook elsewhere is taken over only if wanted: $types",
    async ({ types, code, says }) => {
      const elsewhere = "https://elsewhere.example/telegram";
      laptop.telegram.setWebhook(elsewhere, "x", []);

      const said = await laptop.bridgeAt(
        ["setup"],
        [...whole(), { asked: "Take it over?", types }],
      );

      expect(said.code).toBe(code);
      expect(said.errors).toContain(says);
      const { url } = laptop.run.host;
      expect((await webhook())["url"]).toBe(code === 0 ? `${url}/telegram` : elsewhere);
    },
    60_000,
  );
});

describe("bridge setup without anybody to ask", () => {
  const fileOf = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, `${text}\n`);
    return path;
  };

  test("takes all from files and standard input", async () => {
    const { telegram, amocrm } = laptop.settings;
    const said = await laptop.bridge(
      [
        ...["setup", "--bot-token-stdin"],
        ...["--channel-id-file", await fileOf("id.txt", amocrm.channelId)],
        ...["--channel-secret-file", await fileOf("secret.txt", amocrm.channelSecret)],
        ...["--api-token-file", await fileOf("api.txt", amocrm.apiToken)],
      ],
      `${telegram.botToken}\n`,
    );

    expect(said).toMatchObject({ code: 0, errors: "" });
    expect(said.output).toContain("Done.");
  }, 60_000);

  test("names what is missing, one after the other", async () => {
    const { telegram, amocrm } = laptop.settings;
    const token = ["--bot-token-file", await fileOf("bot.txt", telegram.botToken)];
    const id = ["--channel-id-file", await fileOf("id.txt", amocrm.channelId)];
    const secret = ["--channel-secret-file", await fileOf("secret.txt", amocrm.channelSecret)];

    const noToken = await laptop.bridge(["setup"]);
    const noChannel = await laptop.bridge(["setup", ...token]);
    const noAccount = await laptop.bridge(["setup", ...id, ...secret]);

    expect(noToken.errors).toContain("give it with --bot-token-file F or --bot-token-stdin");
    expect(noChannel.output).toContain("npx bridge registration-letter writes it");
    expect(noChannel.errors).toContain("give them with --channel-id-file F");
    expect(noAccount.errors).toContain("name it with --account-id, or give an API token");
    expect([noToken.code, noChannel.code, noAccount.code]).toEqual([1, 1, 1]);
  });

  test("--non-interactive asks nothing at a keyboard either", async () => {
    const said = await laptop.bridgeAt(["setup", "--non-interactive"], []);

    expect(said.code).toBe(1);
    expect(said.errors).toContain("the bot token is not kept yet");
  });

  test("a wrong token from a file ends it, and is not kept", async () => {
    const file = await fileOf("wrong.txt", invented.botToken);

    const said = await laptop.bridge(["setup", "--bot-token-file", file]);

    expect(said.code).toBe(1);
    expect(said.errors).toContain("does not accept the bot token (401)");
    expect((await allSecrets())[0]?.fields).toMatchObject({ token: "" });
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

test("no secret occurs in anything that was printed", () => {
  expect(laptop.leaked()).toEqual([]);
});
