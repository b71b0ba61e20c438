import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { main } from "../../../cli/main.ts";
import { openKillEndpoint } from "../../../local/run.ts";
import { aTerminal } from "../../support/terminal.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A laptop run with these processes of its sender. */
async function aRun(processes: readonly number[]) {
  const log: string[] = [];
  const host = { functions: ["delivery-sender", "caretaker"], processes: () => processes };
  const endpoint = await openKillEndpoint(host, (line) => log.push(line));
  closers.push(() => endpoint.close());
  const folder = await mkdtemp(join(tmpdir(), "kill-test-"));
  closers.push(() => rm(folder, { recursive: true }));
  const runFile = join(folder, "run.json");
  const address = "http://127.0.0.1:1";
  const facts = {
    pid: process.pid,
    botId: "1",
    url: address,
    killUrl: endpoint.origin,
    mediaBaseUrl: address,
    awsEndpoint: address,
    outputs: {},
    telegramApiRoot: address,
    amojoOrigin: address,
    amocrmOrigin: address,
  };
  await writeFile(runFile, JSON.stringify(facts));
  const bridge = async (...args: string[]) => {
    const terminal = aTerminal("", { BRIDGE_RUN_FILE: runFile });
    const code = await main(args, terminal);
    return { code, output: terminal.output(), errors: terminal.errors() };
  };
  return { endpoint, log, bridge };
}

describe("bridge kill", () => {
  test("ends every process of the function at once", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const ended = once(child, "exit");
    const { bridge, log } = await aRun([child.pid ?? 0]);

    expect(await bridge("kill", "sender")).toEqual({
      code: 0,
      output: "delivery-sender: 1 process killed\n",
      errors: "",
    });
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(log).toEqual(["delivery-sender: 1 process(es) killed on request"]);
  });

  test.each([[[]], [["--stage", "prod"]], [["database"]]])(
    "is wrong usage without a function of the run: %j",
    async (args) => {
      const { bridge } = await aRun([]);

      const { code, errors } = await bridge("kill", ...args);

      expect(code).toBe(2);
      expect(errors).toContain("sender");
    },
  );

  test("works on the laptop run only", async () => {
    const { bridge } = await aRun([]);

    expect((await bridge("kill", "sender", "--stage", "prod")).code).toBe(2);
  });
});

describe("the address of a run at which processes are killed", () => {
  test.each([
    { name: "a page in a browser", init: { method: "POST" }, status: 415 },
    { name: "a link", init: { method: "GET" }, status: 404 },
  ])("refuses $name", async ({ init, status }) => {
    const { endpoint } = await aRun([]);

    const answer = await fetch(`${endpoint.origin}/processes/delivery-sender/kill`, init);

    expect(answer.status).toBe(status);
  });
});
