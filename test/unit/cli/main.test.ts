import { expect, test } from "@jest/globals";
import { main } from "../../../cli/main.ts";
import { versionOf } from "../../../infra/version.ts";
import { aTerminal } from "../../support/terminal.ts";

test("--version tells which code this is, as a stack does in its outputs", async () => {
  const terminal = aTerminal();

  expect(await main(["--version"], terminal)).toBe(0);
  expect(terminal.output()).toBe(`${versionOf()}\n`);
});
