import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { eventually, statusOf, textsIn, textsTo } from "../bridge.ts";
import { startLaptop } from "../cli/laptop.ts";

const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");
const [, procedures = ""] = runbook.split("\n## Procedures\n");

/** One line of the runbook, as the command line gets it. */
export type Quoted = { readonly args: readonly string[]; readonly file: string | undefined };

/** The `npx bridge` lines of a procedure, block by block. The tests' stage is the laptop. */
export function quotedIn(procedure: string): readonly (readonly Quoted[])[] {
  const [section] = procedures.split(/^### /m).filter((text) => text.startsWith(`${procedure}\n`));
  if (section === undefined) throw new Error(`The runbook has no procedure "${procedure}".`);
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) =>
    block
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("npx bridge "))
      .map(read),
  );
}

function read(line: string): Quoted {
  const match = /^npx bridge (.+?) --stage "\$STAGE" --bridge "\$BRIDGE"(?: < (\S+))?$/.exec(line);
  if (match === null) throw new Error(`The runbook names no stage in: ${line}`);
  const [, words = "", file] = match;
  return { args: words.split(" "), file };
}

const conversationOf = (chat: number) => `tg-1000000001-${chat}`;
const stems = ["telegram-webhook", "amocrm-webhook", "delivery-sender", "caretaker"];

/** The time when no hook of an earlier message can arrive any more. */
const laterMillis = 4 * 60_000;
const laterClock = `const now = Date.now; Date.now = () => now() + ${laterMillis};`;
const program = fileURLToPath(new URL("../../../cli/bridge.js", import.meta.url));

/** A laptop run with a person who follows the runbook. */
export async function startOperatedLaptop(options: { readonly assemblyRoot?: string } = {}) {
  const log: string[] = [];
  const laptop = await startLaptop(
    {},
    { log: (line) => log.push(line), visibilityTimeoutSeconds: 4, ...options },
  );
  const { telegram, amocrm, run } = laptop;
  // As in every stage that was set up: the time from which the bridge searches for lost hooks.
  await laptop.bridge(["connect"]);
  return {
    ...laptop,
    log,
    /**
     * Runs the lines of a block one after another. `files` has the contents of the files that lines
     * read.
     */
    async follow(lines: readonly Quoted[], files: Readonly<Record<string, string>> = {}) {
      const outcomes = [];
      for (const { args, file } of lines) {
        const value = file === undefined ? "" : files[file];
        if (value === undefined) throw new Error(`The runbook reads a file ${String(file)}.`);
        outcomes.push(await laptop.bridge(args, `${value}\n`));
      }
      return outcomes;
    },
    /**
     * Runs the lines some minutes later. The run's own clock must not jump, because its queues use
     * it.
     */
    async followLater(lines: readonly Quoted[]) {
      const outcomes = [];
      for (const { args } of lines) {
        const child = spawn(
          process.execPath,
          ["--import", `data:text/javascript,${encodeURIComponent(laterClock)}`, program, ...args],
          { env: { ...process.env, NODE_OPTIONS: "", BRIDGE_RUN_FILE: laptop.runFile } },
        );
        const ended = new Promise<number | null>((settle) => child.on("close", settle));
        const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
        outcomes.push({ code: await ended, output, errors });
      }
      return outcomes;
    },
    /** All processes die at once. New ones start without any earlier reads. */
    restart() {
      for (const stem of stems) {
        for (const pid of run.host.processes(stem)) process.kill(pid, "SIGKILL");
      }
    },
    async aCustomer(id: number) {
      await telegram.customerSays({ id, first_name: `Customer ${id}` }, "hello");
      await eventually("the chat", () => textsIn(amocrm, conversationOf(id)).length > 0);
    },
    customerSays: (id: number, text: string) =>
      telegram.customerSays({ id, first_name: `Customer ${id}` }, text),
    operatorSays: (id: number, text: string) => amocrm.operatorSays(conversationOf(id), text),
    /** All that the customer got, as soon as there are this many messages. */
    customerHas: async (id: number, texts: readonly string[]) => {
      await eventually(
        `${texts.join(", ")} at the customer`,
        () => textsTo(telegram, id).length >= texts.length,
      );
      return textsTo(telegram, id);
    },
    operatorHas: async (id: number, texts: readonly string[]) => {
      const seen = () => textsIn(amocrm, conversationOf(id));
      await eventually(`${texts.join(", ")} in amoCRM`, () => seen().length >= texts.length);
      return seen();
    },
    statusOf: (messageId: string) => statusOf(amocrm, messageId),
    logged: (what: string, ...words: string[]) =>
      eventually(what, () => log.find((line) => words.every((word) => line.includes(word)))),
    parkedNow: async () => (await laptop.ask(["parked"])).json["parked"] as { id: string }[],
  };
}
