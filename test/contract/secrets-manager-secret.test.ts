import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { SecretsManagerSecret } from "../../lambdas/adapters/aws/secrets-manager-secret.ts";
import type { MaxAgeMillis } from "../../lambdas/adapters/aws/stored-secret.ts";
import { SecretUnavailable } from "../../lambdas/ports/secret.ts";
import { aClock } from "../support/clock.ts";
import { aScript } from "../support/script.ts";
import type { Step } from "../support/script.ts";

const schema = z.looseObject({ current: z.string().check(z.minLength(1, "not set yet")) });
const down = () => Object.assign(new Error("canary-address"), { name: "ServiceUnavailable" });
const stored = (current: string) => JSON.stringify({ current });

const aSecret = (
  steps: readonly [Step<string>, ...Step<string>[]],
  maxAgeMillis?: MaxAgeMillis<{ current: string }>,
) => {
  const clock = aClock();
  const script = aScript(...steps);
  const client = { send: async () => ({ SecretString: await script.play() }) };
  const secret = new SecretsManagerSecret({
    client: client as unknown as SecretsManagerClient,
    secretId: "channel",
    schema,
    now: clock.now,
    timeoutMillis: 1000,
    ...(maxAgeMillis === undefined ? {} : { maxAgeMillis }),
  });
  return { clock, secret, fetched: script.played };
};

describe("a secret of Secrets Manager", () => {
  test("is fetched once and then known", async () => {
    const { secret, fetched } = aSecret([stored("one"), stored("two")]);

    const values = [await secret.read(), await secret.read()];

    expect(values).toEqual([{ current: "one" }, { current: "one" }]);
    expect(fetched()).toBe(1);
  });

  test("is not fetched again within 30 seconds, however often a signature does not fit", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), stored("two")]);
    await secret.read();

    clock.advance(29_999);
    const value = await secret.reread();

    expect([value, fetched()]).toEqual([{ current: "one" }, 1]);
  });

  test("is fetched again after 30 seconds, and then known anew", async () => {
    const { clock, secret } = aSecret([stored("one"), stored("two")]);
    await secret.read();

    clock.advance(30_000);
    const value = await secret.reread();

    expect([value, await secret.read()]).toEqual([{ current: "two" }, { current: "two" }]);
  });

  test("is believed for as long as what it says allows", async () => {
    const age = ({ current }: { current: string }) => (current === "one" ? 60_000 : 120_000);
    const { clock, secret } = aSecret([stored("one"), stored("two"), stored("three")], age);
    const read = async () => (await secret.read()).current;

    expect(await read()).toBe("one");
    clock.advance(60_001);
    expect(await read()).toBe("two");
    clock.advance(60_001);
    expect(await read()).toBe("two");
    clock.advance(60_001);
    expect(await read()).toBe("three");
  });

  test("is served as it was known while its store is down, asked once in 30 seconds", async () => {
    const { clock, secret, fetched } = aSecret([stored("one"), down(), stored("two")]);
    await secret.read();
    clock.advance(30_000);

    const values = [await secret.reread(), await secret.reread()];
    const whileDown = fetched();
    clock.advance(30_000);

    expect([values, whileDown]).toEqual([[{ current: "one" }, { current: "one" }], 2]);
    expect(await secret.reread()).toEqual({ current: "two" });
  });

  test("is served as it was known when what is stored now is not usable", async () => {
    const { clock, secret } = aSecret([stored("one"), "not JSON"]);
    await secret.read();
    clock.advance(30_000);

    expect(await secret.reread()).toEqual({ current: "one" });
  });

  test("that was never read is unavailable while its store is down, and asked again each time", async () => {
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

describe("a secret that is not usable", () => {
  test.each([
    { name: "no JSON", text: "canary-secret" },
    { name: "nothing", text: "" },
    { name: "a JSON string", text: '"canary-secret"' },
    { name: "a secret that is not set yet", text: stored("") },
    { name: "a value of the wrong type", text: '{"current":["canary-secret"]}' },
    { name: "a wrong field", text: '{"currnet":"canary-secret"}' },
  ])("because it holds $name says so without its value", async ({ text }) => {
    const { secret } = aSecret([text]);

    const error = await secret.read().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(SecretUnavailable);
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain("canary");
  });

  test("names the field at fault", async () => {
    await expect(aSecret([stored("")]).secret.read()).rejects.toThrow(/current: not set yet/);
  });

  test("because its store is down says what kind of trouble, and no address", async () => {
    const error = await aSecret([down()])
      .secret.read()
      .catch((reason: unknown) => reason);

    expect((error as Error).message).toMatch(/ServiceUnavailable$/);
    expect((error as Error).cause).toBeUndefined();
  });
});
