import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { transitions } from "../../../lambdas/hand-off/states.ts";
import type { HandOffStep } from "../../../lambdas/hand-off/states.ts";
import type { HandOff, HandOffEvent } from "../../../lambdas/model/conversation.ts";

const words: Readonly<Record<HandOffStep["does"], string>> = {
  "ask the bot": "the bot answers",
  "pass on": "passed on",
  open: "handed over",
  close: "ended",
  "say that nothing is open": "nothing to end",
};

test("the table of states in docs/hand-off.md is correct", () => {
  const document = readFileSync(new URL("../../../docs/hand-off.md", import.meta.url), "utf8");
  const [head = [], , ...rows] = document
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(0, 8)
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));

  const states = head.slice(1).map((cell) => cell.replaceAll("`", "") as HandOff);
  const expected = Object.keys(transitions.bot).map((event) => [
    event,
    ...states.map((state) => {
      const step = transitions[state][event as HandOffEvent];
      return words[step.does] + (step.state === state ? "" : ` → \`${step.state}\``);
    }),
  ]);

  expect(states).toEqual(Object.keys(transitions));
  expect(rows).toEqual(expected);
});
