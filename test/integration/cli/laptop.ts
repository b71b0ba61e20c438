import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { main } from "../../../cli/main.ts";
import type { RunFile } from "../../../local/run-file.ts";
import { startRun } from "../../../local/run.ts";
import type { RunOptions } from "../../../local/run.ts";
import { readSettings } from "../../../local/settings.ts";
import { aPersonAt } from "../../support/keyboard.ts";
import type { Reply } from "../../support/keyboard.ts";
import { aTerminal } from "../../support/terminal.ts";
import { useStarted } from "../bridge.ts";

/** The result of one command line. */
export type Said = { readonly code: number; readonly output: string; readonly errors: string };

/** Wrong values, which give no access in a laptop run. */
export const invented = {
  botToken: "1000000001:another-token-of-this-bot",
  channelSecret: "1111111111another11channel11secret111111",
  apiToken: "another-api-token",
};

/** A laptop run and a command line for it. */
export async function startLaptop(
  environment: Record<string, string> = {},
  options: Partial<RunOptions> = {},
) {
  const settings = readSettings({ PORT: "0", ...environment });
  const assemblyRoot = process.env["BRIDGE_TEST_ASSEMBLY"];
  const log: string[] = [];
  const run = await startRun(settings, {
    log: (line) => log.push(line),
    ...(assemblyRoot === undefined ? {} : { assemblyRoot }),
    ...options,
  });
  const { telegram, amocrm, host } = run;
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators");
  const facts: RunFile = {
    pid: process.pid,
    botId: settings.telegram.botToken.split(":", 1)[0] ?? "",
    url: host.url,
    killUrl: run.killUrl,
    mediaBaseUrl: host.mediaUrl,
    awsEndpoint: host.awsEndpoint,
    outputs: { ...host.outputs },
    telegramApiRoot: telegram.root,
    amojoOrigin: amocrm.origin,
    amocrmOrigin: amocrm.origin,
    newCustomer: settings.newCustomer,
  };
  // A separate file: test suites run in parallel, and the checkout's file belongs to the last run.
  const folder = await mkdtemp(join(tmpdir(), "bridge-laptop-"));
  const runFile = join(folder, "run.json");
  const leaveRunFile = (differing: Partial<RunFile> = {}) =>
    writeFile(runFile, JSON.stringify({ ...facts, ...differing }));
  await leaveRunFile();

  const secretsManager = new SecretsManagerClient({
    endpoint: host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const printed: string[] = [];
  const env = { BRIDGE_RUN_FILE: runFile };
  const runOn = async (args: readonly string[], terminal: ReturnType<typeof aTerminal>) => {
    const code = await main(args, terminal);
    const said = { code, output: terminal.output(), errors: terminal.errors() };
    printed.push(said.output, said.errors);
    return said;
  };
  const bridge = (args: readonly string[], stdin = ""): Promise<Said> =>
    runOn(args, aTerminal(stdin, env));
  /** Runs a command for a person who gives these replies. The command must ask for all of them. */
  const bridgeAt = async (args: readonly string[], replies: readonly Reply[]): Promise<Said> => {
    const person = aPersonAt(replies, env);
    const said = await runOn(args, person);
    if (person.unanswered().length > 0) {
      throw new Error(`not asked: ${person.unanswered()[0]?.asked}; said: ${said.errors}`);
    }
    return said;
  };
  /** Runs a command with `--json` and reads the object it printed. */
  const ask = async (args: readonly string[], stdin = "") => {
    const said = await bridge([...args, "--json"], stdin);
    return { ...said, json: JSON.parse(said.output) as Record<string, unknown> };
  };
  return {
    run,
    /** The log lines of the functions and the host. */
    log: log as readonly string[],
    telegram,
    amocrm,
    settings,
    runFile,
    leaveRunFile,
    bridge,
    bridgeAt,
    ask,
    setSecret: (name: string, field: string, value: string) =>
      ask(["secret", "set", "--name", name, "--field", field], `${value}\n`),
    /** Secrets that occur in the output of the commands. */
    leaked(): string[] {
      const { telegram: bot, amocrm: crm } = settings;
      const known = [bot.webhookSecret, crm.channelSecret, crm.apiToken];
      const tokens = [bot.botToken, invented.botToken].map((token) => token.split(":")[1] ?? "");
      const text = printed.join("\n");
      if (printed.length < 20) throw new Error("too little output for a check");
      return [...known, ...tokens, ...Object.values(invented)].filter((it) => text.includes(it));
    },
    async readSecret(output: string) {
      const command = new GetSecretValueCommand({ SecretId: host.outputs[output] });
      const { SecretString = "", VersionId } = await secretsManager.send(command);
      return { fields: JSON.parse(SecretString) as Record<string, unknown>, version: VersionId };
    },
    async writeSecret(output: string, text: string) {
      const SecretId = host.outputs[output];
      await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: text }));
    },
    /** A fact about the bot, read without the command line. */
    async askBot<Result = Record<string, unknown>>(query: string): Promise<Result> {
      const answer = await fetch(`${telegram.root}/bot${settings.telegram.botToken}/${query}`);
      return ((await answer.json()) as { result: Result }).result;
    },
    async close() {
      secretsManager.destroy();
      await rm(folder, { recursive: true });
      await run.close();
    },
  };
}

export type Laptop = Awaited<ReturnType<typeof startLaptop>>;

/** The laptop run of a test file, with its command line. */
export function useLaptop(environment: Record<string, string> = {}): Laptop {
  return useStarted(
    () => startLaptop(environment),
    (laptop) => laptop.close(),
  );
}
