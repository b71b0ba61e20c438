import { describe, expect, test } from "@jest/globals";
import { askerAt } from "../../../cli/ask.ts";
import { aPersonAt, keys } from "../../support/keyboard.ts";
import { aTerminal } from "../../support/terminal.ts";
import { failureOf } from "./support.ts";

const question = {
  ask: "Token?",
  faultOf: (answer: string) => (answer === "hunter2" ? undefined : "expected another"),
};

describe("a question at the keyboard", () => {
  test("for a secret shows nothing of what is typed, and trims it", async () => {
    const person = aPersonAt([{ asked: "Token?", types: ` hunter2 ${keys.enter}` }]);

    expect(await askerAt(person, "stopped")?.hidden(question)).toBe("hunter2");
    expect(person.errors()).toContain("Token?");
    expect(person.errors()).not.toContain("hunter2");
    expect(person.output()).toBe("");
  });

  test("is asked again until the answer fits", async () => {
    const person = aPersonAt([
      { asked: "Token?", types: `wrong${keys.enter}` },
      { asked: "expected another", types: "\u0015" }, // clears the line
      { asked: "Token?", types: `hunter2${keys.enter}` },
    ]);

    expect(await askerAt(person, "stopped")?.line(question)).toBe("hunter2");
  });

  test.each([
    { types: keys.enter, presumed: false, answer: false },
    { types: keys.enter, presumed: true, answer: true },
    { types: keys.yes, presumed: false, answer: true },
    { types: keys.no, presumed: true, answer: false },
  ])("of yes or no, presumed $presumed, is answered by $types", async (given) => {
    const person = aPersonAt([{ asked: "Sure?", types: given.types }]);

    expect(await askerAt(person, "stopped")?.isYes("Sure?", given.presumed)).toBe(given.answer);
  });

  test.each([
    { name: "Ctrl-C", leave: keys.stop },
    { name: "Ctrl-D", leave: keys.endOfInput },
  ])("is left by $name", async ({ leave }) => {
    const person = aPersonAt([{ asked: "Token?", types: leave }]);
    const asker = askerAt(person, "go on later");

    expect(await failureOf(asker?.hidden(question) ?? Promise.resolve())).toBe(
      "CommandFailure: go on later",
    );
  });

  test("ends with the input", async () => {
    const person = aPersonAt([]);
    const answer = askerAt(person, "go on later")?.line(question) ?? Promise.resolve();
    person.stdin.push(null);

    expect(await failureOf(answer)).toBe("CommandFailure: go on later");
  });

  test("cannot be asked where standard input is no keyboard", () => {
    expect(askerAt(aTerminal("y\n"), "stopped")).toBeUndefined();
  });
});
