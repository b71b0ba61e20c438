import { expect, test } from "@jest/globals";
import { progressOn } from "../../../cli/progress.ts";
import { aTerminal } from "../../support/terminal.ts";

test("a person sees how far it is, on one line that is gone at the end", () => {
  const terminal = aTerminal();
  const progress = progressOn({ stderr: Object.assign(terminal.stderr, { isTTY: true }) });

  progress.show("looked at queues, 3 of 9");
  progress.end();

  expect(terminal.errors()).toBe("\r\u001b[2Klooked at queues, 3 of 9 …\r\u001b[2K");
});

test("a file sees nothing of it", () => {
  const terminal = aTerminal();
  const progress = progressOn(terminal);

  progress.show("looked at queues, 3 of 9");
  progress.end();

  expect(terminal.errors()).toBe("");
});
