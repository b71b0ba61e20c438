import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readDeployedStage } from "../../../cli/stage/deployed-stage.ts";
import { findStage } from "../../../cli/stage/open-stage.ts";
import { addressOf, commandOn } from "../../../cli/stage/stage.ts";
import { readStages } from "../../../infra/settings/read-stages.ts";
import { aStage, crmOf, failureOf, outputs } from "./support.ts";

describe("the laptop run", () => {
  let folder: string;
  const env = () => ({ env: { BRIDGE_RUN_FILE: join(folder, "run.json") } });
  const leaveRunFile = (content: unknown) =>
    writeFileSync(join(folder, "run.json"), JSON.stringify(content));
  const facts = {
    pid: process.pid,
    botId: "1000000001",
    url: "http://127.0.0.1:8080",
    awsEndpoint: "http://127.0.0.1:4566",
    killUrl: "http://127.0.0.1:4050/kill",
    mediaBaseUrl: "http://127.0.0.1:4044",
    outputs,
    telegramApiRoot: "http://127.0.0.1:1",
    amojoOrigin: "http://127.0.0.1:2",
    amocrmOrigin: "http://127.0.0.1:3",
    newCustomer: { make: "lead", tags: ["telegram"] },
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "bridge-stage-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([{ options: {} }, { options: { stage: "laptop" } }])(
    "is the stage for $options, with its endpoint and useless credentials",
    async ({ options }) => {
      leaveRunFile(facts);

      const stage = await findStage(options, env());

      expect(stage).toEqual({
        name: "laptop",
        bridge: undefined,
        botId: "1000000001",
        outputs,
        aws: {
          region: "us-east-1",
          endpoint: facts.awsEndpoint,
          credentials: { accessKeyId: "laptop", secretAccessKey: "laptop" },
        },
        telegramApiRoot: facts.telegramApiRoot,
        amojoOrigin: facts.amojoOrigin,
        amocrmOrigin: facts.amocrmOrigin,
        mediaDays: 365,
        hasChannelBot: true,
        registration: expect.objectContaining({ serviceName: "Laptop Bridge" }),
        crm: expect.objectContaining({
          newCustomer: expect.objectContaining({ make: "lead", tags: ["telegram"] }),
          contactFields: {},
          operatorLanguage: "ru",
        }),
      });
    },
  );

  test("is not in progress when there is no file", async () => {
    rmSync(join(folder, "run.json"), { force: true });

    expect(await failureOf(findStage({}, env()))).toBe(
      "CommandFailure: no laptop run is in progress: start one with npm start, or choose a stage with --stage",
    );
  });

  test("is not in progress when it was killed and left its file", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    leaveRunFile({ ...facts, pid });

    expect(await failureOf(findStage({}, env()))).toContain("no laptop run is in progress");
  });

  test.each([
    { name: "a file of another format", content: { pid: 1 }, says: "has another version" },
    {
      name: "a missing output",
      content: { ...facts, outputs: { ...outputs, WebhookUrl: "" } },
      says: "the stack has no output WebhookUrl",
    },
  ])("$name requests a new start", async ({ content, says }) => {
    leaveRunFile(content);

    expect(await failureOf(findStage({}, env()))).toMatch(`CommandFailure: the`);
    expect(await failureOf(findStage({}, env()))).toContain(says);
  });

  test("takes no --bridge", async () => {
    expect(await failureOf(findStage({ bridge: "main" }, env()))).toMatch(/^UsageError: --bridge/);
  });
});

describe("a deployed stage", () => {
  const amocrm = { origin: "https://account.amocrm.ru" };
  const bridge = (botId: string) => ({ telegram: { botId }, amocrm, operatorLanguage: "en" });
  const retained = { region: "us-east-1", retainData: true, alarmEmail: "alarms@example.com" };
  const certificateArn = `arn:aws:acm:us-east-1:111122223333:certificate/${"0".repeat(36)}`;
  const withDomain = (botId: string) => ({
    ...bridge(botId),
    domain: { host: `b${botId}.example.com`, certificateArn },
    newCustomer: { pipelineId: 7012345 },
    contactFields: { telegramId: 712345 },
  });
  const stages = readStages({
    one: {
      account: "123456789012",
      region: "eu-central-1",
      retainData: false,
      bridges: { main: bridge("1") },
    },
    two: {
      ...retained,
      bridges: { shop: withDomain("2"), desk: withDomain("3") },
    },
  });
  const stack = { account: "123456789012", outputs, isTerminationProtected: true };
  const read = (stage: string, name?: string, found: typeof stack | undefined = stack) =>
    readDeployedStage({ stage, bridge: name }, stages, async () => found);

  test("joins its settings with its stack's outputs", async () => {
    const asked: unknown[] = [];
    const stage = await readDeployedStage(
      { stage: "two", bridge: "desk" },
      stages,
      async (...it) => {
        asked.push(it);
        return stack;
      },
    );

    expect(asked).toEqual([["two-desk-telegram-bridge", { region: "us-east-1" }]]);
    expect(stage).toEqual({
      name: "two",
      bridge: "desk",
      botId: "3",
      outputs,
      aws: { region: "us-east-1" },
      telegramApiRoot: "https://api.telegram.org",
      amojoOrigin: "https://amojo.amocrm.ru",
      amocrmOrigin: "https://account.amocrm.ru",
      mediaDays: 365,
      protection: { stack: true, tables: undefined },
      hasChannelBot: false,
      registration: undefined,
      crm: expect.objectContaining(crmOf({ pipelineId: 7012345 }, { telegramId: 712345 })),
    });
  });

  test("a single bridge needs no --bridge", async () => {
    expect((await read("one")).bridge).toBe("main");
  });

  test.each([
    { name: "an unknown stage", wanted: ["prod"], says: "expected one of laptop, one, two" },
    { name: "a property of every object", wanted: ["constructor"], says: "there is no stage" },
    {
      name: "one bridge of several",
      wanted: ["two"],
      says: "shop, desk: choose one with --bridge",
    },
    {
      name: "an unknown bridge",
      wanted: ["one", "x"],
      says: 'no bridge "x"; expected one of main',
    },
  ])("$name is wrong usage and shows the choices", async ({ wanted: [stage = "", name], says }) => {
    const failure = await failureOf(read(stage, name));

    expect(failure).toMatch(/^UsageError: /);
    expect(failure).toContain(says);
  });

  test("a stack that is not deployed is a failure with the deploy command", async () => {
    const work = readDeployedStage(
      { stage: "one", bridge: undefined },
      stages,
      async () => undefined,
    );

    expect(await failureOf(work)).toBe(
      "CommandFailure: the stack one-main-telegram-bridge is not in eu-central-1: deploy it with npx cdk deploy one/main",
    );
  });

  test.each([
    {
      name: "another account",
      found: { ...stack, account: "999999999999" },
      says: "account 999999999999",
    },
    {
      name: "an older stack",
      found: { ...stack, outputs: { ...outputs, WebhookUrl: "" } },
      says: "no output WebhookUrl",
    },
  ])("$name fails with the fix", async ({ found, says }) => {
    const failure = await failureOf(read("one", undefined, found));

    expect(failure).toMatch(/^CommandFailure: /);
    expect(failure).toContain(says);
  });
});

test("a suggested command goes to the same stage", () => {
  expect(commandOn(aStage(), "connect")).toBe("npx bridge connect --stage dev --bridge main");
  expect(commandOn(aStage({ name: "laptop", bridge: undefined }), "connect")).toBe(
    "npx bridge connect",
  );
});

test("a base address may end with a slash", () => {
  expect(addressOf("https://a/", "/telegram")).toBe("https://a/telegram");
});
