import { expect, test } from "@jest/globals";
import { main } from "../../../cli/main.ts";
import { versionOf } from "../../../infra/version.ts";
import { aTerminal } from "../../support/terminal.ts";

test("--version prints the version of the code, as in the outputs of a stack", async () => {
  const terminal = aTerminal();

  expect(await main(["--version"], terminal)).toBe(0);
  expect(terminal.output()).toBe(`${versionOf()}\n`);
});
