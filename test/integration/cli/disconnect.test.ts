import { beforeEach, describe, expect, test } from "@jest/globals";
import { keys } from "../../support/keyboard.ts";
import { eventually, textsIn, textsTo } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

const laptop = useLaptop();

const disconnects = () =>
  laptop.amocrm
    .calls()
    .filter(({ path, status }) => path.endsWith("/disconnect") && status === 200);
const webhookUrl = async () => (await laptop.askBot("getWebhookInfo"))["url"];
const channel = async () => (await laptop.readSecret("AmocrmChannelSecretId")).fields;

describe("bridge disconnect", () => {
  beforeEach(async () => {
    const { channelId, channelSecret, apiToken } = laptop.settings.amocrm;
    const { botToken } = laptop.settings.telegram;
    const issued = { channelId, scopeId: "", current: channelSecret };
    await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(issued));
    await laptop.writeSecret("AmocrmApiTokenSecretId", JSON.stringify({ token: apiToken }));
    await laptop.writeSecret("TelegramBotTokenSecretId", JSON.stringify({ token: botToken }));
    await laptop.ask(["connect"]);
    await laptop.ask(["webhook", "set", "--take-over"]);
    await laptop.writeSecret("TelegramBotTokenSecretId", JSON.stringify({ token: botToken }));
  });

  test("run twice disconnects once, and the secrets stay", async () => {
    const ended = disconnects().length;

    const once = await laptop.ask(["disconnect", "--yes"]);
    const twice = await laptop.ask(["disconnect", "--yes"]);

    expect(once).toMatchObject({
      code: 0,
      errors: "",
      json: { stage: "laptop", webhook: "deleted", channel: "disconnected", forgotten: [] },
    });
    expect(twice).toMatchObject({
      code: 0,
      errors: "",
      json: { webhook: "none", channel: "not-connected", forgotten: [] },
    });
    expect(disconnects()).toHaveLength(ended + 1);
    expect(await webhookUrl()).toBe("");
    const { channelId, channelSecret } = laptop.settings.amocrm;
    expect(await channel()).toEqual({ channelId, current: channelSecret, scopeId: "" });
  });

  test("then a new connection: the chat continues, with the messages in between", async () => {
    await laptop.telegram.customerSays({ id: 81, first_name: "Customer" }, "before");
    await eventually("the chat", () => textsIn(laptop.amocrm, "tg-1000000001-81").length === 1);
    await laptop.bridge(["disconnect", "--yes"]);
    const waiting = laptop.telegram.customerSays({ id: 81, first_name: "Customer" }, "between");

    await laptop.bridge(["connect"]);
    await laptop.bridge(["webhook", "set"]);

    await waiting;
    await eventually("both", () => textsIn(laptop.amocrm, "tg-1000000001-81").length === 2);
    expect(textsIn(laptop.amocrm, "tg-1000000001-81")).toEqual(["before", "between"]);
  });

  test("an operator's earlier message is still delivered, by a sender without the scope id", async () => {
    await laptop.telegram.customerSays({ id: 82, first_name: "Customer" }, "hello");
    await eventually("the chat", () => textsIn(laptop.amocrm, "tg-1000000001-82").length === 1);
    laptop.telegram.faults.add({ match: "sendMessage", chatId: "82", status: 500, times: 1 });
    await laptop.amocrm.operatorSays("tg-1000000001-82", "on its way");
    await eventually("its wait", () => laptop.log.some((it) => it.includes("DeliveryDeferred")));
    await laptop.bridge(["disconnect", "--yes"]);
    for (const pid of laptop.run.host.processes("delivery-sender")) process.kill(pid, "SIGKILL");

    await eventually("the answer", () => textsTo(laptop.telegram, 82).length > 0);
    expect(textsTo(laptop.telegram, 82)).toEqual(["on its way"]);
  });

  test("--forget-secrets empties only the secrets that vendors issued", async () => {
    const once = await laptop.ask(["disconnect", "--yes", "--forget-secrets"]);
    const twice = await laptop.ask(["disconnect", "--yes", "--forget-secrets"]);

    const forgotten = ["telegram-bot", "amocrm-channel", "amocrm-api"];
    expect(once).toMatchObject({ code: 0, json: { forgotten } });
    expect(twice).toMatchObject({ code: 0, json: { webhook: "no-token", forgotten: [] } });
    expect(await channel()).toEqual({ channelId: "", scopeId: "", current: "" });
    const { fields } = await laptop.readSecret("TelegramWebhookSecretId");
    expect(fields).toEqual({ current: laptop.settings.telegram.webhookSecret });
  });

  test("a webhook of another program stays and is reported", async () => {
    const foreign = "https://elsewhere.example/telegram";
    laptop.telegram.setWebhook(foreign, "x", []);

    const said = await laptop.bridge(["disconnect", "--yes"]);

    expect(said.output).toContain(`the webhook ${foreign} belongs to another program and stays`);
    expect(await webhookUrl()).toBe(foreign);
  });

  test("the bot's former webhook is reported while it is stored, and forgotten only with the secrets", async () => {
    laptop.telegram.setWebhook("https://elsewhere.example/hook", "x", []);
    await laptop.ask(["webhook", "set", "--take-over"]);

    const left = await laptop.bridge(["disconnect", "--yes"]);
    const warned = await laptop.bridge(["disconnect", "--forget-secrets"]);
    const forgotten = await laptop.bridge(["disconnect", "--yes", "--forget-secrets"]);

    expect(left.output).toContain("are stored: npx bridge webhook restore restores them");
    expect(warned.errors).toContain("and the webhook and menu that the bot had before this bridge");
    expect(forgotten.output).toContain("also forgotten: the webhook and menu");
    expect((await laptop.readSecret("TelegramBotTokenSecretId")).fields).toEqual({ token: "" });
  });

  test("a refusal by one vendor does not stop the other disconnection, and no secret is forgotten", async () => {
    await laptop.setSecret("amocrm-channel", "current", "another-channel-secret");

    const said = await laptop.bridge(["disconnect", "--yes", "--forget-secrets"]);

    expect(said.code).toBe(1);
    expect(said.errors).toMatch(/^bridge disconnect: the channel secret is wrong for [^\n]*\n$/);
    expect(await webhookUrl()).toBe("");
    expect(await channel()).toMatchObject({ scopeId: laptop.amocrm.scopeId });
  });

  test("without --yes and without a keyboard nothing happens", async () => {
    const said = await laptop.bridge(["disconnect", "--forget-secrets"]);

    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toContain(
      "and delete the secrets of Telegram and amoCRM: repeat it with --yes",
    );
    expect(await webhookUrl()).not.toBe("");
  });

  test.each([
    { types: keys.enter, code: 1, outcome: "nothing was changed" },
    { types: keys.stop, code: 1, outcome: "nothing was changed" },
    { types: keys.yes, code: 0, outcome: "" },
  ])("a person is asked, and $types gives code $code", async ({ types, code, outcome }) => {
    const said = await laptop.bridgeAt(["disconnect"], [{ asked: "Go on?", types }]);

    expect(said.code).toBe(code);
    expect(said.errors).toContain(outcome);
    expect((await webhookUrl()) === "").toBe(code === 0);
  });

  test.each([
    { id: "29654321", says: "this is the account's number" },
    { id: "a/b", says: "expected an amojo_id" },
  ])("the account $id is wrong usage", async ({ id, says }) => {
    const said = await laptop.bridge(["disconnect", "--yes", "--account-id", id]);

    expect(said).toMatchObject({ code: 2, output: "" });
    expect(said.errors).toContain(`--account-id: ${says}`);
  });
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});
