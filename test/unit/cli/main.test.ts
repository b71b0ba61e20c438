import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allCommands, changesBridge } from "../../../cli/all-commands.ts";
import { main } from "../../../cli/main.ts";
import { versionOf } from "../../../infra/version.ts";
import { aTerminal } from "../../support/terminal.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bridge-main-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a command line on a machine without a laptop run. */
async function bridge(...args: string[]) {
  const terminal = aTerminal("secret", { BRIDGE_RUN_FILE: join(folder, "run.json") });
  const code = await main(args, terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
}

test("--version prints the version of the code, as in the outputs of a stack", async () => {
  expect(await bridge("--version")).toEqual({ code: 0, output: `${versionOf()}\n`, errors: "" });
});

describe("a usage error is one line and a hint", () => {
  test.each([
    {
      args: ["doctr"],
      says: 'bridge: there is no command "doctr"; did you mean "doctor"?',
      hint: "npx bridge --help lists all commands",
    },
    {
      args: ["frobnicate"],
      says: 'bridge: there is no command "frobnicate"',
      hint: "npx bridge --help lists all commands",
    },
    {
      args: ["constructor"],
      says: 'bridge: there is no command "constructor"',
      hint: "npx bridge --help lists all commands",
    },
    {
      args: ["status", "--stge", "dev"],
      says: 'bridge status: there is no option "--stge"; did you mean "--stage"?',
      hint: "npx bridge status --help shows its usage",
    },
    {
      args: ["status", "dev"],
      says: "bridge status: there is an argument that belongs to no option",
      hint: "npx bridge status --help shows its usage",
    },
    {
      args: ["webhook", "inof"],
      says: 'bridge webhook: expected one of set, info, delete, restore first; did you mean "info"?',
      hint: "npx bridge webhook --help shows its usage",
    },
    {
      args: ["status", "--stage", "stagin"],
      says: 'bridge status: there is no stage "stagin"; did you mean "staging"?',
      hint: "npx bridge status --help shows its usage",
    },
    {
      args: ["secret", "set", "--name", "telegram-bto", "--stage", "dev"],
      says: 'bridge secret: --name: there is no secret "telegram-bto"; did you mean "telegram-bot"?',
      hint: "npx bridge secret --help shows its usage",
    },
    {
      args: ["trace", "!"],
      says: "bridge trace: this is not the name of a message, such as 42/19 or tg:1000000001:7",
      hint: "npx bridge trace --help shows its usage",
    },
    ...["42/5", "tg:1000000001:7"].map((name) => ({
      args: ["trace", name, "--chat", "42"],
      says: "bridge trace: --chat: expected only with amoCRM's id of a message, or with --at; this message has another name, so omit --chat",
      hint: "npx bridge trace --help shows its usage",
    })),
    {
      args: ["kill", "sendr"],
      says: 'bridge kill: there is no function "sendr"; did you mean "sender"?',
      hint: "npx bridge kill --help shows its usage",
    },
  ])("bridge $args", async ({ args, says, hint }) => {
    expect(await bridge(...args)).toEqual({ code: 2, output: "", errors: `${says}\n${hint}\n` });
  });

  test("and a wrong value needs no hint", async () => {
    expect(await bridge("connect", "--title", "", "--stage", "dev")).toEqual({
      code: 2,
      output: "",
      errors: expect.stringMatching(/^bridge connect: --title: expected a name\n$/),
    });
  });

  test("which does not repeat an argument that may be a secret", async () => {
    const { errors } = await bridge("secret", "1234567:the-token");

    expect(errors).not.toContain("the-token");
  });
});

describe("help", () => {
  test.each([[["--help"]], [["-h"]], [["help"]]])("%j lists every command", async (args) => {
    const { code, output } = await bridge(...args);

    expect(code).toBe(0);
    for (const [name, { summary }] of Object.entries(allCommands)) {
      expect(output.split("\n")).toContain(`  ${name.padEnd(19)}  ${summary}`);
    }
    expect(output).toContain(
      "Exit codes: 0 done, 1 the answer is no or the work failed, 2 wrong usage",
    );
  });

  test("comes also without any command, which is wrong usage", async () => {
    const { code, output, errors } = await bridge();

    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toBe((await bridge("--help")).output);
  });

  test.each(Object.keys(allCommands))("of %s begins with its usage", async (name) => {
    const { code, output } = await bridge(name, "--help");

    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^Usage: npx bridge ${name}\\b`));
  });
});

describe("the help of a command comes from its options", () => {
  test("which stand in the usage and in the list", async () => {
    const { output } = await bridge("redrive", "--help");

    expect(output.split("\n")[0]).toBe(
      "Usage: npx bridge redrive (--id ID | --all) [--dry-run] [--rate N] [--stage S] [--bridge B] [--json]",
    );
    expect(output.match(/^ {2}--[a-z-]+(?: [A-Z]+)? {2,}\S/gm)).toHaveLength(7);
  });

  test("with a usage for each verb, which breaks between options", async () => {
    const { output } = await bridge("webhook", "--help");

    expect(output.split("\n").slice(0, 5)).toEqual([
      "Usage: npx bridge webhook set [--take-over] [--url U] [--stage S] [--bridge B] [--json]",
      "       npx bridge webhook info [--url U] [--stage S] [--bridge B] [--json]",
      "       npx bridge webhook delete [--take-over] [--stage S] [--bridge B] [--json]",
      "       npx bridge webhook restore [--secret-file F | --secret-stdin] [--dry-run] [--stage S]",
      "       [--bridge B] [--json]",
    ]);
  });

  test.each([
    { args: ["redrive", "--stage", "dev"], says: "expected either --id ID or --all" },
    { args: ["redrive", "--id", "a", "--all", "--stage", "dev"], says: "expected either --id ID" },
    {
      args: ["webhook", "restore", "--secret-file", "f", "--secret-stdin", "--stage", "dev"],
      says: "expected either --secret-file F or --secret-stdin",
    },
    { args: ["webhook", "info", "--take-over"], says: 'there is no option "--take-over"' },
    { args: ["preflight"], says: "--stage is missing" },
    {
      args: ["connect", "--account-id", "29654321", "--stage", "dev"],
      says: "--account-id: this is the account's number; expected its amojo_id",
    },
  ])("and so does the refusal of $args", async ({ args, says }) => {
    const { code, errors } = await bridge(...args);

    expect(code).toBe(2);
    expect(errors).toContain(says);
  });
});

describe("without a laptop run and without --stage", () => {
  const lines = Object.entries(allCommands).flatMap(([name, { changesBridge: verbs }]) =>
    typeof verbs === "object" ? verbs.map((verb) => [name, verb].filter(Boolean)) : [[name]],
  );
  const changing = lines.filter(([name = "", ...args]) => changesBridge(name, args));

  test("these commands change a bridge", () => {
    expect(changing.map((words) => words.join(" "))).toEqual([
      "setup",
      "secret",
      "connect",
      "webhook set",
      "webhook delete",
      "link",
      "link revoke",
      "disconnect",
      "redrive",
      "discard",
      "reconcile",
    ]);
  });

  test.each([...changing, ["link", "--source", "a"]].map((words) => ({ words })))(
    "$words is refused",
    async ({ words }) => {
      expect(await bridge(...words)).toEqual({
        code: 2,
        output: "",
        errors: `bridge ${words[0]}: --stage is missing: this command changes a bridge, and no laptop run is in progress (npm start begins one)\nnpx bridge ${words[0]} --help shows its usage\n`,
      });
    },
  );

  test.each([[["doctor"]], [["status"]], [["parked"]], [["webhook", "info"]], [["link", "list"]]])(
    "%j changes nothing, and says that there is no run",
    async (words) => {
      const { code, errors } = await bridge(...words);

      expect(code).toBe(1);
      expect(errors).toContain(
        "no laptop run is in progress: start one with npm start, or choose a stage with --stage",
      );
    },
  );

  test("kill, which works on a laptop run only, offers no stage", async () => {
    expect(await bridge("kill", "sender")).toEqual({
      code: 1,
      output: "",
      errors: "bridge kill: no laptop run is in progress: start one with npm start\n",
    });
  });
});
