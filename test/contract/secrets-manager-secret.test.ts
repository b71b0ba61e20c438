import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import type { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import { jsonSecret } from "../../lambdas/ingest/aws/stores.ts";
import { secretsManagerSecrets } from "../../lambdas/aws/secrets-manager.ts";
import { amocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { channelCredentialsOf } from "../../lambdas/ingest/credentials.ts";
import { SecretUnavailable, SecretUnset } from "../../lambdas/model/runtime.ts";
import { aClock } from "../support/clock.ts";
import { aScript } from "../support/script.ts";
import type { Step } from "../support/script.ts";

const schema = z.looseObject({ current: z.string().check(z.minLength(1, "not set yet")) });
const down = () => Object.assign(new Error("canary-address"), { name: "ServiceUnavailable" });
const stored = (current: string) => JSON.stringify({ current });

const aSecret = (steps: readonly [Step<string>, ...Step<string>[]], maxAgeMillis?: number) => {
  const clock = aClock();
  const script = aScript(...steps);
  const client = { send: async () => ({ SecretString: await script.play() }) };
  const secrets = secretsManagerSecrets(client as unknown as SecretsManagerClient, {
    now: clock.now,
    timeoutMillis: 1000,
    ...(maxAgeMillis === undefined ? {} : { maxAgeMillis }),
  });
  const secret = secrets("channel", schema);
  return { clock, secret, fetched: script.played };
};

describe("a secret of Secrets Manager", () => {
  test("is read once and then cached", async () => {
    const { secret, fetched } = aSecret([stored("one"), stored("two")]);

    const values = [await secret.read(), await secret.read()];

    expect(values).toEqual([{ current: "one" }, { current: "one" }]);
    expect(fetched()).toBe(1);
  });

  test("is not read again within 30 seconds, for any number of wrong signatures", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), stored("two")]);
    await secret.read();

    clock.advance(29_999);
    const value = await secret.reread();

    expect([value, fetched()]).toEqual([{ current: "one" }, 1]);
  });

  test("is read again after 30 seconds, and then cached again", async () => {
    const { clock, secret } = aSecret([stored("one"), stored("two")]);
    await secret.read();

    clock.advance(30_000);
    const value = await secret.reread();

    expect([value, await secret.read()]).toEqual([{ current: "two" }, { current: "two" }]);
  });

  test("is cached for its longest age", async () => {
    const { clock, secret } = aSecret([stored("one"), stored("two")], 60_000);
    const read = async () => (await secret.read()).current;

    expect(await read()).toBe("one");
    clock.advance(60_000);
    expect(await read()).toBe("one");
    clock.advance(1);
    expect(await read()).toBe("two");
  });

  test("is used from the cache while its store is down, with one read in 30 seconds", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), down(), stored("two")]);
    await secret.read();
    clock.advance(30_000);

    const values = [await secret.reread(), await secret.reread()];
    const whileDown = fetched();
    clock.advance(30_000);

    expect([values, whileDown]).toEqual([[{ current: "one" }, { current: "one" }], 2]);
    expect(await secret.reread()).toEqual({ current: "two" });
  });

  test("is used from the cache when the stored value is not usable", async () => {
    const { clock, secret } = aSecret([stored("one"), "not JSON"]);
    await secret.read();
    clock.advance(30_000);

    expect(await secret.reread()).toEqual({ current: "one" });
  });

  test("that was never read is unavailable while its store is down, and read again each time", async () => {
    const { secret, fetched } = aSecret([down(), down(), stored("one")]);

    await expect(secret.read()).rejects.toThrow(SecretUnavailable);
    await expect(secret.reread()).rejects.toMatchObject({
      name: "TransientFailure",
      needsPerson: true,
    });
    const value = await secret.read();

    expect([value, fetched()]).toEqual([{ current: "one" }, 3]);
  });

  test("is read again before use once it is older than allowed", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), stored("two")], 60_000);
    await secret.read();

    clock.advance(60_000);
    const atAge = await secret.read();
    clock.advance(1);
    const older = await secret.read();

    expect([atAge, older]).toEqual([{ current: "one" }, { current: "two" }]);
    expect(fetched()).toBe(2);
  });
});

describe("an unset secret", () => {
  test("is not read again within 30 seconds, for any number of requests", async () => {
    const { clock, secret, fetched } = aSecret([stored(""), stored("one")]);
    const refusals = [];
    for (let call = 0; call < 50; call += 1) {
      refusals.push(await secret.read().catch((error: unknown) => error));
      refusals.push(await secret.reread().catch((error: unknown) => error));
      clock.advance(599);
    }

    expect(refusals.every((error) => error instanceof SecretUnset)).toBe(true);
    expect(fetched()).toBe(1);
  });

  test("is known 30 seconds after it was last empty, at the latest", async () => {
    const { clock, secret } = aSecret([stored(""), stored("one")]);
    await secret.read().catch(() => undefined);

    clock.advance(30_000);

    expect(await secret.read()).toEqual({ current: "one" });
  });

  test("is used by no request once it was emptied, although a value was cached", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), stored(""), stored("two")]);
    await secret.read();
    clock.advance(30_000);

    await expect(secret.reread()).rejects.toThrow(SecretUnset);
    await expect(secret.read()).rejects.toThrow(SecretUnset);
    expect(fetched()).toBe(2);
    clock.advance(30_000);
    expect(await secret.read()).toEqual({ current: "two" });
  });

  test("is noticed by a plain read, too, when the cached value has expired", async () => {
    const { clock, secret } = aSecret([stored("one"), stored("")], 60_000);
    await secret.read();
    clock.advance(60_001);

    await expect(secret.read()).rejects.toThrow(SecretUnset);
  });

  test("stays refused while its store is down, because the earlier value was withdrawn", async () => {
    const { clock, secret } = aSecret([stored("one"), stored(""), down()]);
    await secret.read();
    clock.advance(30_000);
    await secret.reread().catch(() => undefined);
    clock.advance(30_000);

    const error = await secret.read().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(SecretUnavailable);
    expect(error).not.toBeInstanceOf(SecretUnset);
  });
});

describe("an unreadable stored value", () => {
  test("is not read again within 30 seconds without a cached value", async () => {
    const { clock, secret, fetched } = aSecret(["not JSON", stored("one")]);
    await secret.read().catch(() => undefined);
    clock.advance(29_999);

    await expect(secret.read()).rejects.toThrow("not JSON");
    expect(fetched()).toBe(1);
    clock.advance(1);
    expect(await secret.read()).toEqual({ current: "one" });
  });
});

describe("unset and unusable are different, through the SDK and the small client", () => {
  const bySdk = async (text: string) =>
    secretsManagerSecrets(
      { send: async () => ({ SecretString: text }) } as unknown as SecretsManagerClient,
      { now: () => 0, timeoutMillis: 1000 },
    )("channel", amocrmChannelCredentials).read();
  const bySmallClient = async (text: string) =>
    jsonSecret({
      client: { call: async () => ({ SecretString: text }) } as unknown as AwsJsonClient,
      secretId: "channel",
      parse: channelCredentialsOf,
      now: () => 0,
      timeoutMillis: 1000,
      maxAgeMillis: 1000,
    }).read();
  const channel = { channelId: "c", current: "s", scopeId: "c_a" };

  test.each([
    {
      name: "the initial value of the stack",
      json: { channelId: "", scopeId: "", current: "", unset: "x" },
    },
    { name: "a secret and no scope", json: { ...channel, scopeId: "" } },
    { name: "a scope and no secret", json: { ...channel, current: "" } },
    { name: "an earlier secret alone", json: { ...channel, current: "", previous: "p" } },
    { name: "an object without fields", json: { channelId: "c" } },
    { name: "a wrong type next to an empty field", json: { ...channel, current: 7, scopeId: "" } },
  ])("$name is unset", async ({ json }) => {
    for (const read of [bySdk, bySmallClient]) {
      await expect(read(JSON.stringify(json))).rejects.toThrow(SecretUnset);
    }
  });

  test.each([
    { name: "a wrong type", text: JSON.stringify({ ...channel, current: 7 }) },
    { name: "not an object", text: '"canary-secret"' },
    { name: "a list", text: "[]" },
    { name: "null", text: "null" },
    { name: "nothing", text: "" },
    { name: "text that is not JSON", text: "canary-secret" },
  ])("$name is unusable, and not unset", async ({ text }) => {
    for (const read of [bySdk, bySmallClient]) {
      const error = await read(text).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(SecretUnavailable);
      expect(error).not.toBeInstanceOf(SecretUnset);
    }
  });
});

describe("a secret that is not usable", () => {
  test.each([
    { name: "text that is not JSON", text: "canary-secret" },
    { name: "nothing", text: "" },
    { name: "a JSON string", text: '"canary-secret"' },
    { name: "a secret that is not set yet", text: stored("") },
    { name: "a value of the wrong type", text: '{"current":["canary-secret"]}' },
    { name: "a wrong field", text: '{"currnet":"canary-secret"}' },
  ])("because it holds $name is reported without its value", async ({ text }) => {
    const { secret } = aSecret([text]);

    const error = await secret.read().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(SecretUnavailable);
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain("canary");
  });

  test("names the wrong field", async () => {
    await expect(aSecret([stored("")]).secret.read()).rejects.toThrow(/current: not set yet/);
  });

  test("because its store is down is reported with the kind of failure, and without an address", async () => {
    const error = await aSecret([down()])
      .secret.read()
      .catch((reason: unknown) => reason);

    expect((error as Error).message).toMatch(/ServiceUnavailable$/);
    expect((error as Error).cause).toBeUndefined();
  });
});
