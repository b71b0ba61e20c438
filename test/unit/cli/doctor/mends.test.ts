import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { commandToSet, secretPlans } from "../../../../cli/secrets.ts";
import { main } from "../../../../cli/main.ts";
import { aTerminal } from "../../../support/terminal.ts";
import { aStage } from "../support.ts";

const folder = new URL("../../../../cli/doctor/", import.meta.url);
const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
/** Every command in the fixes of the checks, such as `redrive --all`. */
const commands = sources.flatMap((source) =>
  [...source.matchAll(/commandOn\(\s*[\w.]+,\s*["`]([a-z-]+[^"`$]*)/g)].map(
    ([, command = ""]) => command,
  ),
);

test.each([...new Set(commands)])("bridge %s exists, with these options", async (command) => {
  const [name = "", ...words] = command.trim().split(" ");
  const terminal = aTerminal();

  expect(await main([name, "--help"], terminal)).toBe(0);
  for (const word of words.filter((each) => /^(--)?[a-z]/.test(each))) {
    expect(terminal.output()).toContain(word);
  }
});

test.each(
  Object.values(secretPlans).flatMap(({ fields }) => Object.values(fields).map(({ file }) => file)),
)("%s is the file of exactly one field of a secret", (file) => {
  const commandsOfAll = (Object.keys(secretPlans) as (keyof typeof secretPlans)[]).flatMap((name) =>
    Object.keys(secretPlans[name].fields).map((field) => commandToSet(aStage(), name, field)),
  );

  expect(commandsOfAll.filter((command) => command.endsWith(` < ${file}`))).toHaveLength(1);
});

test("the fixes contain many commands", () => {
  expect(new Set(commands).size).toBeGreaterThan(8);
});
