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
  test("for a secret does not show the typed text, and trims it", async () => {
    const person = aPersonAt([{ asked: "Token?", types: ` hunter2 ${keys.enter}` }]);

    expect(await askerAt(person, "stopped")?.hidden(question)).toBe("hunter2");
    expect(person.errors()).toContain("Token?");
    expect(person.errors()).not.toContain("hunter2");
    expect(person.output()).toBe("");
  });

  test("is asked again until the answer is correct", async () => {
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
  ])("of yes or no with the default $presumed is answered by $types", async (given) => {
    const person = aPersonAt([{ asked: "Sure?", types: given.types }]);

    expect(await askerAt(person, "stopped")?.isYes("Sure?", given.presumed)).toBe(given.answer);
  });

  test.each([
    { name: "Ctrl-C", leave: keys.stop },
    { name: "Ctrl-D", leave: keys.endOfInput },
  ])("is cancelled by $name", async ({ leave }) => {
    const person = aPersonAt([{ asked: "Token?", types: leave }]);
    const asker = askerAt(person, "continue later");

    expect(await failureOf(asker?.hidden(question) ?? Promise.resolve())).toBe(
      "CommandFailure: continue later",
    );
  });

  test("ends when the input ends", async () => {
    const person = aPersonAt([]);
    const answer = askerAt(person, "continue later")?.line(question) ?? Promise.resolve();
    person.stdin.push(null);

    expect(await failureOf(answer)).toBe("CommandFailure: continue later");
  });

  test("is impossible when standard input is not a keyboard", () => {
    expect(askerAt(aTerminal("y\n"), "stopped")).toBeUndefined();
  });
});
