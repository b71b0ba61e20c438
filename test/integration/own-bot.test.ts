import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { main as bridge } from "../../cli/main.ts";
import { startRun } from "../../local/run.ts";
import type { Run } from "../../local/run.ts";
import { startTelegramSimulator } from "../../local/simulators/telegram/server.ts";
import type { TelegramSimulator } from "../../local/simulators/telegram/server.ts";
import { main } from "../../local/start.ts";
import { aTerminal } from "../support/terminal.ts";
import { eventually, textsIn, textsTo } from "./bridge.ts";

const botToken = "7700000001:real-bots-token_1";
const ann = { id: 42, first_name: "Annabel" };
const chat = "tg-7700000001-42";
const theirs = "https://old.example/hook/secret-part";

let folder: string;
/** The real bot's Telegram. It goes on while runs come and go. */
let telegram: TelegramSimulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-own-bot-"));
  telegram = await startTelegramSimulator({ botToken, botUsername: "shop_bot" });
  telegram.setWebhook(theirs, "their-secret", ["message"]);
});
afterAll(async () => {
  await telegram.close();
  await rm(folder, { recursive: true });
});

/** `npm start` with these arguments, until `stop`. */
async function npmStart(args: readonly string[], drainMillis = 20_000) {
  const stopped = Promise.withResolvers<void>();
  const started = Promise.withResolvers<Run>();
  const terminal = aTerminal("", {
    PORT: "0",
    TELEGRAM_API_ROOT: telegram.root,
    TELEGRAM_BOT_TOKEN: botToken,
  });
  const code = main(args, {
    ...terminal,
    ownBots: join(folder, "telegram"),
    drainMillis,
    stopped: () => stopped.promise,
    page: () => ({
      observe: () => undefined,
      onItemWritten: () => undefined,
      open: async () => ({ url: "http://127.0.0.1/", close: async () => undefined }),
    }),
    async start(settings: Parameters<typeof startRun>[0], options: Parameters<typeof startRun>[1]) {
      const assemblyRoot = process.env["BRIDGE_TEST_ASSEMBLY"] ?? "";
      const runFile = join(folder, "run.json");
      const own = { assemblyRoot, runFile, visibilityTimeoutSeconds: 4 };
      const run = await startRun(settings, { ...options, ...own });
      started.resolve(run);
      return run;
    },
  } as unknown as Parameters<typeof main>[1]);
  const outcome = await Promise.race([started.promise, code]);
  if (typeof outcome === "number") throw new Error(terminal.errors());
  if (outcome.amocrm === undefined) throw new Error("no simulated desk");
  return {
    run: outcome,
    amocrm: outcome.amocrm,
    said: () => terminal.errors(),
    code,
    async stop() {
      stopped.resolve();
      return code;
    },
  };
}

const info = async () => {
  const answer = await fetch(`${telegram.root}/bot${botToken}/getWebhookInfo`);
  return ((await answer.json()) as { result: { url: string; pending_update_count: number } })
    .result;
};
const says = (text: string) => void telegram.customerSays(ann, text).catch(() => undefined);
const desk = (run: { amocrm: Parameters<typeof textsIn>[0] }) => textsIn(run.amocrm, chat);
const inJournal = async () => {
  const updates = join(folder, "telegram", "7700000001", "updates");
  const texts = (await readdir(updates)).map((file) => readFile(join(updates, file), "utf8"));
  return (await Promise.all(texts)).filter((text) => text !== "");
};
/** A CLI command beside the runs of this test. */
const bridgeSays = async (...args: string[]) => {
  const terminal = aTerminal("", { BRIDGE_RUN_FILE: join(folder, "run.json") });
  const code = await bridge(args, terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
};

describe("npm start -- --telegram", () => {
  const everything: string[] = [];

  test("takes a bot over, and customer and desk write to each other", async () => {
    const run = await npmStart(["--telegram", "--yes", "@shop_bot"]);
    says("hello from a phone");

    await eventually("the message at the desk", () => desk(run).includes("hello from a phone"));
    await run.amocrm.operatorSays(chat, "hello from the desk");
    await eventually("the answer", () => textsTo(telegram, ann.id).includes("hello from the desk"));
    await eventually("an empty journal", async () => (await inJournal()).length === 0);

    expect(run.run.ownBot).toEqual({ username: "shop_bot", link: "https://t.me/shop_bot" });
    expect(run.said()).toContain("Write to @shop_bot: https://t.me/shop_bot");
    expect(run.said()).toContain(
      "@shop_bot is taken over from https://old.example/hook/…, which is stored.",
    );
    expect(await info()).toMatchObject({ url: "" });
    expect(await run.stop()).toBe(0);
    expect(run.said()).toContain(
      "@shop_bot has no webhook now. The next npm start or npx bridge webhook restore gives the former one back.",
    );
    everything.push(run.said());
  });

  test("stopped while the desk is down, it says by chat what is left, and the next run brings it first", async () => {
    const run = await npmStart(["--telegram"], 1000);
    run.amocrm.faults.add({ match: "POST /v2/origin", status: 503, times: 1000 });
    says("held one");
    says("held two");
    await eventually("both in the journal", async () => (await inJournal()).length === 2);
    expect(await run.stop()).toBe(0);

    says("after the stop");
    const next = await npmStart(["--telegram"]);
    await eventually("all at the desk", () => desk(next).includes("after the stop"));
    await eventually("an empty journal", async () => (await inJournal()).length === 0);
    expect(await next.stop()).toBe(0);

    expect(run.said()).toContain(`Waiting up to 1 s for what is on its way: ${chat} (2)`);
    expect(run.said()).toContain(`Left in the journal: ${chat} (2). The next npm start`);
    expect(next.said()).toContain(`2 updates of an earlier run come first: ${chat} (2).`);
    expect(desk(next).filter((text) => /held|after/.test(text))).toEqual([
      "held one",
      "held two",
      "after the stop",
    ]);
    expect((await info()).pending_update_count).toBe(0);
    everything.push(run.said(), next.said());
  });

  test("bridge webhook restore gives the former webhook back, also without a run, and once", async () => {
    const restored = await bridgeSays("webhook", "restore");
    const again = await bridgeSays("webhook", "restore");

    expect(restored).toMatchObject({ code: 0, errors: "" });
    expect(restored.output).toContain("https://old.example/hook/…, allowed updates: message");
    expect(restored.output).toContain("Telegram does not report the old secret_token");
    expect(await info()).toMatchObject({ url: theirs, allowed_updates: ["message"] });
    expect(again.code).toBe(1);
    everything.push(restored.output);
  });

  test("ends with exit code 1 and a sentence when its webhook is restored under it", async () => {
    const run = await npmStart(["--telegram", "--yes", "shop_bot"]);
    await eventually("the polling", () => run.said().includes("Write to @shop_bot"));
    const restored = await bridgeSays("webhook", "restore");

    expect(restored).toMatchObject({ code: 0, errors: "" });
    expect(await run.code).toBe(1);
    expect(run.said()).toContain(
      "Another program has set a webhook for this bot: https://old.example/hook/….",
    );
    expect(await info()).toMatchObject({ url: theirs });
    everything.push(run.said());
  });

  test("the next npm start without --telegram gives the former webhook back", async () => {
    const run = await npmStart(["--telegram", "--yes", "shop_bot"]);
    await eventually("the polling", () => run.said().includes("Write to @shop_bot"));
    await run.stop();
    expect(await info()).toMatchObject({ url: "" });

    const plain = await npmStart([]);
    await plain.stop();

    expect(plain.said()).toContain(
      "Bot 7700000001 has its former webhook again: https://old.example/hook/….",
    );
    expect(await info()).toMatchObject({ url: theirs });
    everything.push(plain.said());
  });

  test("no line has a token, a name, a text or the former address", () => {
    expect(everything.join("\n")).toContain("https://old.example/hook/…");
    expect(everything.join("\n")).not.toMatch(
      /real-bots|Annabel|hello|held|secret-part|their-secret/,
    );
  });
});
