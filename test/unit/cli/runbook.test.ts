import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "../../../cli/main.ts";
import { aTerminal } from "../../support/terminal.ts";

const repository = new URL("../../../", import.meta.url);
const runbook = readFileSync(new URL("docs/runbook.md", repository), "utf8");
const sources = readdirSync(new URL("lambdas", repository), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`${fileURLToPath(new URL("lambdas", repository))}/${name}`, "utf8"))
  .join("\n");
const found = (pattern: RegExp) => [
  ...new Set([...runbook.matchAll(pattern)].map(([whole]) => whole)),
];

describe("everything in the runbook exists", () => {
  test.each(found(/npx bridge [a-z]+/g))("%s is a command", async (line) => {
    const terminal = aTerminal("", {});

    expect(await main([line.replace("npx bridge ", ""), "--help"], terminal)).toBe(0);
  });

  test.each(found(/facts [A-Z]\w+ [A-Z]\w+/g))("`%s` queries a fact that is logged", (line) => {
    const [, name = "", fact] = line.split(" ");

    expect(["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"]).toContain(name);
    expect(sources).toContain(`("${fact}"`);
  });

  test.each(found(/`concurrency\.\w+`/g))("%s is a setting of a bridge", (setting) => {
    const [, name = ""] = /\.(\w+)`/.exec(setting) ?? [];
    const settings = new URL("infra/settings/bridge-settings.ts", repository);

    expect(readFileSync(settings, "utf8")).toContain(name);
  });
});
