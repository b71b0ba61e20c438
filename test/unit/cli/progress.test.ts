import { expect, test } from "@jest/globals";
import { progressOn } from "../../../cli/output.ts";
import { aTerminal } from "../../support/terminal.ts";

test("a person sees the progress on one line, which is removed at the end", () => {
  const terminal = aTerminal();
  const progress = progressOn({ stderr: Object.assign(terminal.stderr, { isTTY: true }) });

  progress.show("checked queues, 3 of 9");
  progress.end();

  expect(terminal.errors()).toBe("\r\u001b[2Kchecked queues, 3 of 9 …\r\u001b[2K");
});

test("a file gets no progress line", () => {
  const terminal = aTerminal();
  const progress = progressOn(terminal);

  progress.show("checked queues, 3 of 9");
  progress.end();

  expect(terminal.errors()).toBe("");
});
