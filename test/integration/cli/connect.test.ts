import { beforeEach, describe, expect, test } from "@jest/globals";
import { invented, useLaptop } from "./laptop.ts";

const laptop = useLaptop();

describe("bridge connect", () => {
  const connects = () =>
    laptop.amocrm.calls().filter(({ path, status }) => path.endsWith("/connect") && status === 200);
  beforeEach(async () => {
    const { channelId, channelSecret, apiToken } = laptop.settings.amocrm;
    const channel = { channelId, scopeId: "", current: channelSecret, unset: "random" };
    await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(channel));
    await laptop.writeSecret("AmocrmApiTokenSecretId", JSON.stringify({ token: apiToken }));
  });

  const waited = expect.stringMatching(
    /^the scope id \S+ is stored; this command calls amoCRM in \d+ s, [^\n]+\n$/,
  );

  test("run twice stores the scope id once and prints the hook URL both times", async () => {
    const made = connects().length;
    const once = await laptop.ask(["connect", "--title", "Telegram"]);
    const kept = await laptop.readSecret("AmocrmChannelSecretId");
    const twice = await laptop.ask(["connect"]);

    const { scopeId } = laptop.amocrm;
    const { url } = laptop.run.host;
    const facts = {
      scopeId,
      hookUrl: `${url}/amocrm/:scope_id`,
      ownHookUrl: `${url}/amocrm/${scopeId}`,
    };
    expect(once).toMatchObject({ code: 0, errors: waited, json: { ...facts, changed: true } });
    // The first run did not really wait here, so the second run would wait.
    expect(twice).toMatchObject({ code: 0, errors: waited, json: { ...facts, changed: false } });
    expect(kept.fields).toMatchObject({ scopeId, connectedAtMillis: expect.any(Number) });
    expect(await laptop.readSecret("AmocrmChannelSecretId")).toEqual(kept);
    expect(connects()).toHaveLength(made + 2);
  });

  test.each([
    { name: "a new scope gets a new time", scopeId: "other_account", since: 1000, isKept: false },
    { name: "a known scope without a time gets one", scopeId: "same", isKept: false },
    { name: "a repeated connection keeps its time", scopeId: "same", since: 1000, isKept: true },
  ])("$name", async ({ scopeId, since, isKept }) => {
    const { fields } = await laptop.readSecret("AmocrmChannelSecretId");
    const before = {
      ...fields,
      scopeId: scopeId === "same" ? laptop.amocrm.scopeId : scopeId,
      ...(since === undefined ? {} : { connectedAtMillis: since }),
    };
    await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(before));
    const startedAtMillis = Date.now();

    const { json, errors } = await laptop.ask(["connect"]);

    expect(errors === "").toBe(scopeId === "same");
    const after = (await laptop.readSecret("AmocrmChannelSecretId")).fields["connectedAtMillis"];
    expect(Number(after) >= startedAtMillis).toBe(!isKept);
    expect(after === since).toBe(isKept);
    expect(json).toMatchObject({
      changed: scopeId !== "same",
      connectedAt: new Date(Number(after)).toISOString(),
    });
  });

  test("with --account-id the main API is not called", async () => {
    const { accountId } = laptop.settings.amocrm;
    const asked = laptop.amocrm.calls().filter(({ path }) => path.startsWith("/api/")).length;

    const said = await laptop.bridge(["connect", "--account-id", accountId]);

    expect(said).toMatchObject({ code: 0, errors: waited });
    expect(said.output).toContain("/amocrm/:scope_id");
    expect(laptop.amocrm.calls().filter(({ path }) => path.startsWith("/api/"))).toHaveLength(
      asked,
    );
  });

  test("a rotated channel secret that amoCRM does not know yet loses no message", async () => {
    const set = await laptop.setSecret("amocrm-channel", "current", invented.channelSecret);

    const said = await laptop.bridge(["connect"]);

    expect(set.json).toMatchObject({ changed: true, keptPrevious: true });
    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toContain("the channel secret is wrong for channel");
    const { fields } = await laptop.readSecret("AmocrmChannelSecretId");
    expect(fields["previous"]).toBe(laptop.settings.amocrm.channelSecret);
  });

  test.each([
    {
      name: "another channel",
      secret: ["amocrm-channel", "channelId", "other"],
      says: "no channel other (404)",
    },
    {
      name: "a wrong API token",
      secret: ["amocrm-api", "token", "another-api-token"],
      says: "not accept the API token (401)",
    },
  ])(
    "$name: one sentence names the value to set",
    async ({ secret: [name = "", field = "", value = ""], says }) => {
      await laptop.setSecret(name, field, value);

      const said = await laptop.bridge(["connect", "--json"]);

      expect(said).toMatchObject({ code: 1, output: "" });
      expect(said.errors).toMatch(/(^|\n)bridge connect: [^\n]+\n$/);
      expect(said.errors).toContain(says);
    },
  );

  test.each([
    { id: "29654321", code: 2, says: "this is the account's number" },
    { id: "a/b", code: 2, says: "expected an amojo_id" },
    { id: "not-this-account", code: 1, says: "the channel is not open to this account" },
  ])("the account $id is refused", async ({ id, code, says }) => {
    const said = await laptop.bridge(["connect", "--account-id", id]);

    expect(said).toMatchObject({ code, output: "" });
    expect(said.errors).toContain(says);
  });

  test.each([
    { output: "AmocrmApiTokenSecretId", text: '{"token":""}', says: "or name the account with" },
    { output: "AmocrmChannelSecretId", text: '{"channelId":""}', says: "id is not set yet" },
  ])("a missing value is reported: $text", async ({ output, text, says }) => {
    await laptop.writeSecret(output, text);

    const said = await laptop.bridge(["connect"]);

    expect(said).toMatchObject({ code: 1, output: "" });
    expect(said.errors).toContain(says);
  });
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});
