import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setWebhook, findDifferences, findFault, openBot } from "../../../cli/telegram/bot.ts";
import type { Bot } from "../../../cli/telegram/bot.ts";
import { allowedUpdates } from "../../../lambdas/telegram/send/inspect-webhook.ts";
import { aStage, failureOf, FakeSecrets, startVendor } from "./support.ts";

const address = "https://api.example/telegram";
const info = (differing: object = {}) => ({
  url: address,
  has_custom_certificate: false,
  pending_update_count: 0,
  allowed_updates: [...allowedUpdates],
  ...differing,
});

describe("a webhook at Telegram", () => {
  test("is correct with the same url and the same updates in any order", () => {
    const reversed = info({ allowed_updates: allowedUpdates.toReversed() });

    expect(findDifferences(reversed, address)).toEqual([]);
  });

  test.each([
    { name: "none", given: { url: "" }, says: "the url is not set, expected https://api.example" },
    {
      name: "another program's, with a token in its path",
      given: { url: "https://other.example/123456:AAEabcdefgh/x?key=hunter2" },
      says: "the url is https://other.example/…/…?…, expected",
    },
    {
      name: "default updates",
      given: { allowed_updates: undefined },
      says: "allowed_updates is empty",
    },
    {
      name: "one kind of update less",
      given: { allowed_updates: allowedUpdates.slice(1) },
      says: "allowed_updates lacks message",
    },
    {
      name: "one kind of update more",
      given: { allowed_updates: [...allowedUpdates, "poll"] },
      says: "allowed_updates also has poll",
    },
  ])("$name: the difference is reported", ({ given, says }) => {
    const differences = findDifferences(info(given), address).join("; ");

    expect(differences).toContain(says);
    expect(differences).not.toMatch(/AAEabc|hunter2/);
  });
});

describe("an address for the webhook", () => {
  const real = "https://api.telegram.org";
  const local = "http://127.0.0.1:8081";

  test.each([
    { given: "https://a.example/telegram", root: real },
    { given: "https://a.example:8443/base/telegram", root: real },
    { given: "http://127.0.0.1:8080/telegram", root: local },
  ])("$given can be called by $root", ({ given, root }) => {
    expect(findFault(given, root)).toBeUndefined();
  });

  test.each([
    { given: "http://127.0.0.1:8080/telegram", root: real, says: "https addresses only" },
    { given: "http://a.example/telegram", root: real, says: "open a tunnel" },
    { given: "http://a.example/telegram", root: local, says: "https addresses only" },
    { given: "https://localhost/telegram", root: real, says: "cannot reach https://localhost" },
    { given: "https://a.example:9000/telegram", root: real, says: "ports 443, 80, 88 and 8443" },
    { given: "https://a.example/", root: real, says: "ends with /telegram" },
    { given: "https://a.example/telegram?x=1", root: real, says: "without a user, a query" },
    { given: "a.example/telegram", root: real, says: "expected an address" },
  ])("$given cannot be called by $root", ({ given, root, says }) => {
    expect(findFault(given, root)).toContain(says);
  });
});

describe("setting the webhook", () => {
  const secrets = new FakeSecrets({ "telegram-webhook": { current: "webhook-secret" } });
  const botThatShows = (...shown: object[]) => {
    const calls: unknown[] = [];
    const api = {
      getWebhookInfo: async () => (shown.length > 1 ? shown.shift() : shown[0]),
      setWebhook: async (...given: unknown[]) => calls.push(given),
    };
    const bot = { call: async (method: (it: never) => unknown) => method(api as never) };
    return { bot: bot as unknown as Bot, calls };
  };

  test("sends the address, the secret and the updates, and drops no waiting update", async () => {
    const { bot, calls } = botThatShows(info({ url: "" }), info());

    const { changed } = await setWebhook(aStage(), bot, secrets, address);

    expect(changed).toBe(true);
    expect(calls).toEqual([
      [address, { secret_token: "webhook-secret", allowed_updates: allowedUpdates }],
    ]);
  });

  test("that is already correct sets it again, because its secret cannot be compared", async () => {
    const { bot, calls } = botThatShows(info());

    const { changed } = await setWebhook(aStage(), bot, secrets, address);

    expect(changed).toBe(false);
    expect(calls).toHaveLength(1);
  });

  test("fails when Telegram reports another webhook afterwards", async () => {
    const { bot } = botThatShows(info({ url: "https://other.example/telegram" }));

    expect(await failureOf(setWebhook(aStage(), bot, secrets, address))).toContain(
      "reports another: the url is https://other.example/telegram",
    );
  });

  test("fails before any call while the webhook secret is not set", async () => {
    const { bot, calls } = botThatShows(info());

    const work = setWebhook(aStage(), bot, new FakeSecrets({}), address);

    expect(await failureOf(work)).toContain("secret set --name telegram-webhook --stage dev");
    expect(calls).toEqual([]);
  });
});

describe("the bot of a stage", () => {
  const token = "1000000001:hunter2-hunter2";
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  beforeAll(async () => {
    vendor = await startVendor();
  });
  afterAll(() => vendor.close());
  const ask = async (telegramApiRoot: string) => {
    const secrets = new FakeSecrets({ "telegram-bot": { token } });
    const bot = await openBot(aStage({ telegramApiRoot }), secrets);
    return failureOf(bot.call((api) => api.getWebhookInfo()));
  };

  test.each([
    { status: 401, body: { description: "Unauthorized" }, says: "not accept the bot token (401)" },
    { status: 404, body: { description: "Not Found" }, says: "not accept the bot token (404)" },
    { status: 429, body: { parameters: { retry_after: 7 } }, says: "throttles this bot for 7 s" },
    {
      status: 400,
      body: { description: `Bad Request: ${token} and\u001b[31m more` },
      says: "refused getWebhookInfo (400): Bad Request: … and [31m more",
    },
  ])("$status is one sentence without the token", async ({ status, body, says }) => {
    const text = JSON.stringify({ ok: false, error_code: status, ...body });
    vendor.answer = { status, body: text, headers: {} };

    const failure = await ask(vendor.origin);

    expect(failure).toMatch(/^CommandFailure: [^\n]*$/);
    expect(failure).toContain(says);
    expect(failure).not.toContain("hunter2");
  });

  test("a missing answer is reported with its reason and without the token", async () => {
    const failure = await ask("http://127.0.0.1:1");

    expect(failure).toContain("Telegram at 127.0.0.1:1 gave no answer");
    expect(failure).not.toContain("hunter2");
  });

  test.each([
    {
      name: "no token yet",
      fields: { token: "", unset: "x" },
      says: "is not set yet: set it with",
    },
    { name: "another bot's", fields: { token: "2:hunter2" }, says: "token of bot 2, but" },
  ])("$name: Telegram is not called", async ({ fields, says }) => {
    const work = openBot(aStage(), new FakeSecrets({ "telegram-bot": fields }));

    const failure = await failureOf(work);

    expect(failure).toContain(says);
    expect(failure).not.toContain("hunter2");
  });
});
