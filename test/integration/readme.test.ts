import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { main } from "../../cli/main.ts";
import { aTerminal, sayingAtMostWhyItWaits } from "../support/terminal.ts";
import { useLaptop } from "./cli/laptop.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const readme = read("README.md");
/** The README, and the section of its steps to go live. */
const pages = `${readme}${section(read("docs/going-live.md"), "The five steps")}`;
/** All lines of the pages' shell blocks. */
const commands = [...pages.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .map((line) => line.trim())
  .filter((line) => line !== "");
const inlineScripts = [
  ...`${pages}${read("CONTRIBUTING.md")}`.matchAll(/npm run ([a-z0-9:-]+)/g),
].map(([, name = ""]) => name);

/** The contents of these files, as a person would write them. */
const files: Readonly<Record<string, string>> = {
  "bot-token.txt": "1000000001:laptop-bot-token\n",
  "channel-id.txt": "f90ba33d-c9d9-44da-b76c-c349b0ecbe41\n",
  "channel-secret.txt": "0000000000laptop00channel00secret0000000\n",
  "api-token.txt": "laptop-api-token\n",
};

const laptop = useLaptop();

describe("the README and the steps to go live", () => {
  test("every bridge command of going live works, in order, on the laptop run", async () => {
    const bridgeCommands = commands.filter(
      // The laptop run needs no deployment. The tests of preflight play AWS.
      (command) => command.startsWith("npx bridge ") && !command.includes(" preflight "),
    );
    const outcomes = [];
    for (const command of bridgeCommands) {
      const [words = "", file = ""] = command.replace(/ > .*$/, "").split(" < ");
      const args = words.replace(" --stage dev", "").split(" ").slice(2);
      const terminal = aTerminal(files[file] ?? "", { BRIDGE_RUN_FILE: laptop.runFile });
      outcomes.push({ command, code: await main(args, terminal), errors: terminal.errors() });
    }

    expect(bridgeCommands.length).toBeGreaterThanOrEqual(7);
    const results = outcomes.map((outcome) => ({
      ...outcome,
      errors: outcome.errors.replace(sayingAtMostWhyItWaits, ""),
    }));
    expect(results).toEqual(bridgeCommands.map((command) => ({ command, code: 0, errors: "" })));
  });

  test("every other command runs in CI, or is a deployment that needs an account", () => {
    const others = commands.filter((command) => !command.startsWith("npx bridge "));

    expect(others).toEqual([
      "npm ci && npm run demo",
      "npm test",
      "npx cdk synth --quiet",
      "npx cdk deploy 'dev/*'",
    ]);
    expect(read(".ci/run")).toContain("npx cdk synth --quiet");
  });

  test("every npm script that they or CONTRIBUTING.md name exists", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(inlineScripts));
  });
});

/** The text under a heading of the second level, up to the next one. */
function section(page: string, heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}
