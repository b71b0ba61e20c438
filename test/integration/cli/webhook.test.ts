import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { allowedUpdates } from "../../../lambdas/telegram/send/inspect-webhook.ts";
import { invented, useLaptop } from "./laptop.ts";

const laptop = useLaptop();

describe("bridge webhook", () => {
  test("info reports a webhook that gets only messages, and set fixes it", async () => {
    laptop.telegram.setWebhook(`${laptop.run.host.url}/telegram`, "wrong-secret", ["message"]);

    const before = await laptop.ask(["webhook", "info"]);
    const first = await laptop.ask(["webhook", "set"]);
    const after = await laptop.ask(["webhook", "info"]);

    expect(before).toMatchObject({ code: 1, json: { isOurs: true } });
    expect(before.errors).toMatch(/^bridge webhook: allowed_updates lacks [^\n]*\n$/);
    expect(first).toMatchObject({ code: 0, errors: "", json: { stage: "laptop", changed: true } });
    expect(after).toMatchObject({ code: 0, errors: "", json: { isOurs: true, differences: [] } });
  });

  test("set twice reports it the second time, and the functions accept updates", async () => {
    const once = await laptop.ask(["webhook", "set"]);
    const twice = await laptop.bridge(["webhook", "set"]);

    expect(once.code).toBe(0);
    expect(twice).toMatchObject({ code: 0, errors: "" });
    expect(twice.output).toContain("already set");
    expect(await laptop.askBot("getWebhookInfo")).toMatchObject({
      url: `${laptop.run.host.url}/telegram`,
      allowed_updates: allowedUpdates,
    });
    // Settles only when the function has accepted the secret token.
    await laptop.telegram.customerSays({ id: 42, first_name: "Ann" }, "hello");
  });

  test("deleted twice leaves no webhook, and info shows how to set it again", async () => {
    await laptop.bridge(["webhook", "set"]);

    const once = await laptop.ask(["webhook", "delete"]);
    const twice = await laptop.ask(["webhook", "delete"]);
    const info = await laptop.bridge(["webhook", "info"]);

    expect(once).toMatchObject({ code: 0, json: { changed: true } });
    expect(twice).toMatchObject({ code: 0, json: { changed: false } });
    expect(await laptop.askBot("getWebhookInfo")).toMatchObject({ url: "" });
    expect(info.code).toBe(1);
    expect(info.output).toContain("this bridge's    no");
    expect(info.errors).toContain("the url is not set");
    expect(info.errors).toContain("bridge webhook set");
  });

  test("an address that Telegram cannot call is refused without any call", async () => {
    // The sender's own calls may still be running.
    const asked = () => laptop.telegram.calls().filter(({ method }) => method.includes("Webhook"));
    const before = asked();

    const said = await laptop.bridge(["webhook", "set", "--url", "http://a.example/telegram"]);

    expect(said.code).toBe(2);
    expect(said.errors).toContain("Telegram calls https addresses only");
    expect(asked()).toEqual(before);
  });
});

describe("bridge secret set", () => {
  afterEach(async () => {
    await laptop.setSecret("telegram-bot", "token", laptop.settings.telegram.botToken);
  });

  test("a token set twice is written once, and the stack's placeholder is removed", async () => {
    await laptop.writeSecret("TelegramBotTokenSecretId", '{"token":"","unset":"random"}');

    const once = await laptop.setSecret("telegram-bot", "token", invented.botToken);
    const written = await laptop.readSecret("TelegramBotTokenSecretId");
    const twice = await laptop.setSecret("telegram-bot", "token", invented.botToken);

    expect(once).toMatchObject({ code: 0, errors: "", json: { changed: true } });
    expect(twice).toMatchObject({ code: 0, errors: "", json: { changed: false } });
    expect(written.fields).toEqual({ token: invented.botToken });
    expect(await laptop.readSecret("TelegramBotTokenSecretId")).toEqual(written);
  });

  test("a token that Telegram does not know is reported", async () => {
    await laptop.setSecret("telegram-bot", "token", invented.botToken);

    const said = await laptop.bridge(["webhook", "set", "--json"]);

    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toContain("does not accept the bot token (401): set it with");
  });

  test.each([
    {
      args: ["--name", "telegram-bot"],
      stdin: "not a token",
      says: /^bridge secret: the value has the wrong format: expected <bot id>:<key>[^\n]*\n$/,
    },
    {
      args: ["--name", "telegram-bot"],
      stdin: "",
      says: /^bridge secret: the secret is empty: give it with --file F[^\n]*\n$/,
    },
    { args: [], stdin: "x", says: /--name is missing\nnpx bridge secret --help shows/ },
    {
      args: ["--name", "amocrm-api", invented.apiToken],
      stdin: "x",
      says: /an argument that belongs to no option\nnpx bridge secret --help shows/,
    },
  ])("$args with '$stdin' is wrong usage", async ({ args, stdin, says }) => {
    const said = await laptop.bridge(["secret", "set", ...args], stdin);

    expect(said).toMatchObject({ code: 2, output: "" });
    expect(said.errors).toMatch(says);
  });

  test("a secret that is not JSON is not changed", async () => {
    const { fields } = await laptop.readSecret("AmocrmApiTokenSecretId");
    await laptop.writeSecret("AmocrmApiTokenSecretId", "hunter2");

    const said = await laptop.bridge(["secret", "set", "--name", "amocrm-api"], invented.apiToken);

    await laptop.writeSecret("AmocrmApiTokenSecretId", JSON.stringify(fields));
    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toContain("the secret amocrm-api is not a JSON object");
  });
});

describe("without a stage to work on", () => {
  const commands = [
    { args: ["connect"], code: 2 },
    { args: ["webhook", "info"], code: 1 },
    { args: ["webhook", "set"], code: 2 },
    { args: ["webhook", "delete"], code: 2 },
  ];
  afterEach(() => laptop.leaveRunFile());

  test.each(commands)(
    "$args after the run ended shows how to start one",
    async ({ args, code }) => {
      await rm(laptop.runFile);

      const said = await laptop.bridge(args);

      expect(said).toMatchObject({ code, output: "" });
      expect(said.errors).toContain("no laptop run is in progress");
      expect(said.errors).toContain("npm start");
    },
  );

  const inProcess = (args: readonly string[], env: Record<string, string>) => {
    const cli = fileURLToPath(new URL("../../../cli/bridge.js", import.meta.url));
    const said = spawnSync(process.execPath, [cli, ...args], {
      env: { HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true", ...env },
      encoding: "utf8",
    });
    return { code: said.status, output: said.stdout, errors: said.stderr };
  };

  test("a run file whose process id belongs to another process gives a failure", async () => {
    await laptop.leaveRunFile({ awsEndpoint: "http://127.0.0.1:1" });

    const said = inProcess(["webhook", "info"], { BRIDGE_RUN_FILE: laptop.runFile });

    expect(said).toEqual({
      code: 1,
      output: "",
      errors: "bridge webhook: cannot read the secret telegram-bot: no answer (ECONNREFUSED)\n",
    });
  });

  test("a deployed stage without credentials asks to sign in", () => {
    const said = inProcess(["connect", "--stage", "dev"], {});

    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toMatch(
      /^bridge connect: cannot look up the stack dev-main-telegram-bridge: [^\n]*sign in[^\n]*\n$/,
    );
  });
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});
