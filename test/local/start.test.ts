import { describe, expect, test } from "@jest/globals";
import { hopOfLine } from "../../local/hops/hop.ts";
import type { Hop } from "../../local/hops/hop.ts";
import type { RunOptions } from "../../local/run.ts";
import { startTelegramSimulator } from "../../local/simulators/telegram/server.ts";
import { main } from "../../local/start.ts";

const factLine = `delivery-sender: ${JSON.stringify({ message: { fact: "DeliverySent", eventId: "tg:7:1" } })}`;
const hopLine = "  delivery-sender   tg:7:1: sent";

/** Runs the command with a bridge that logs one line and is stopped at once. */
async function npmStart(args: readonly string[], isTTY = false, env = {}) {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written) => ({
    isTTY,
    write: (text: string) => (written[name] += text),
  });
  let starts = 0;
  const opened: string[] = [];
  const start = async (_settings: unknown, { log, observe }: RunOptions) => {
    starts += 1;
    log(factLine);
    observe?.(hopOfLine(factLine, 0) as Hop);
    const host = { url: "http://127.0.0.1:8080", mediaUrl: "http://127.0.0.1:8081" };
    return { host, scopeId: "scope", close: async () => undefined };
  };
  const page = () => ({
    observe: () => undefined,
    onItemWritten: () => undefined,
    open: async () => ({ url: "http://127.0.0.1:8088/", close: async () => undefined }),
  });
  const code = await main(args, {
    page,
    openBrowser: (url: string) => opened.push(url),
    env,
    ownBots: "/no/such/folder",
    stdout: output("stdout"),
    stderr: output("stderr"),
    start,
    stdin: {},
    stopped: () => Promise.resolve(),
  } as unknown as Parameters<typeof main>[1]);
  return { code, starts, opened, ...written };
}

describe("npm start", () => {
  test.each([
    { args: [], isTTY: true, logged: hopLine },
    { args: [], isTTY: false, logged: factLine },
    { args: ["--hops"], isTTY: false, logged: hopLine },
    { args: ["--json"], isTTY: true, logged: factLine },
  ])("$args logs the right lines, on a terminal: $isTTY", async ({ args, isTTY, logged }) => {
    const { code, stderr } = await npmStart(args, isTTY);

    expect(code).toBe(0);
    expect(stderr.split("\n")).toContain(logged);
  });

  test.each([
    { args: [], opened: [] },
    { args: ["--open"], opened: ["http://127.0.0.1:8088/"] },
  ])("$args prints the page's address, and opens $opened", async ({ args, opened }) => {
    const said = await npmStart(args);

    expect(said.stderr).toContain("see it work         http://127.0.0.1:8088/");
    expect(said.opened).toEqual(opened);
  });

  test("stopped while it starts, leaves the webhook of a real bot as it is", async () => {
    const telegram = await startTelegramSimulator({ botToken: "1:token" });
    telegram.setWebhook("https://old.example/hook", "");
    const env = { TELEGRAM_API_ROOT: telegram.root, TELEGRAM_BOT_TOKEN: "1:token" };
    const { code, stderr } = await npmStart(["--telegram", "--yes", "@simulated_bot"], false, env);
    const calls = telegram.calls().map(({ method }) => method);
    await telegram.close();

    expect(code).toBe(0);
    expect(stderr).toContain("Stopping. Nothing was changed at Telegram.");
    expect(calls).not.toContain("deleteWebhook");
  });

  test("writes nothing but the ready line to standard output", async () => {
    expect((await npmStart([])).stdout).toBe("bridge ready http://127.0.0.1:8080\n");
  });

  test.each(["--help", "-h"])("%s shows the usage and starts nothing", async (flag) => {
    const { code, stdout, starts } = await npmStart([flag]);

    expect([code, starts]).toEqual([0, 0]);
    expect(stdout).toMatch(/^Usage: npm start/);
  });

  test("--telegram without a token starts nothing and says how to give it", async () => {
    const { code, starts, stderr } = await npmStart(["--telegram"]);

    expect([code, starts]).toEqual([1, 0]);
    expect(stderr).toContain("give it with --token-file F, or in the variable TELEGRAM_BOT_TOKEN");
  });

  test.each([
    { args: ["--jsn"], sentence: "--jsn" },
    { args: ["now"], sentence: "now" },
    { args: ["--yes", "@shop_bot"], sentence: "need --telegram" },
    { args: ["--token-file", "token.txt"], sentence: "need --telegram" },
    { args: ["--json", "--hops"], sentence: "exclude each other" },
  ])("$args is wrong usage: exit code 2, and nothing starts", async ({ args, sentence }) => {
    const { code, stdout, stderr, starts } = await npmStart(args);

    expect([code, starts, stdout]).toEqual([2, 0, ""]);
    expect(stderr.split("\n")[0]).toContain(sentence);
    expect(stderr).toContain("Usage: npm start");
  });
});
