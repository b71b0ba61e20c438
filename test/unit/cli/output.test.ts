import { describe, expect, test } from "@jest/globals";
import { print, printable, printableAddress, table } from "../../../cli/output.ts";
import { aTerminal } from "../../support/terminal.ts";

describe("words of a vendor", () => {
  test.each([
    { name: "a given secret", text: "key hunter2 is bad", expected: "key … is bad" },
    { name: "a bot token", text: "at /bot123456:AAEabcd-efgh_/x", expected: "at /bot…/x" },
    { name: "an encoded bot token", text: "123456%3AAAEabcdefgh", expected: "…" },
    { name: "line breaks and escapes", text: "a\n\tb\u001b[0m", expected: "a b [0m" },
  ])("$name does not reach the terminal", ({ text, expected }) => {
    expect(printable(text, ["hunter2", ""])).toBe(expected);
  });

  test("are not endless", () => {
    expect(printable("x".repeat(10_000))).toHaveLength(301);
  });
});

describe("an address that is not ours", () => {
  test.each([
    { given: "https://a.example/telegram", expected: "https://a.example/telegram" },
    { given: "https://u:pass@a.example/x?token=1#y", expected: "https://a.example/x?…" },
    { given: "https://a.example/123456:AAEabcdefgh", expected: "https://a.example/…" },
    { given: "", expected: "" },
  ])("$given is printed as $expected", ({ given, expected }) => {
    expect(printableAddress(given)).toBe(expected);
  });
});

test.each([
  { asJson: undefined, expected: "one\ntwo\n" },
  { asJson: true, expected: '{\n  "a": 1\n}\n' },
])("an answer is lines or one JSON object; json: $asJson", ({ asJson, expected }) => {
  const terminal = aTerminal();

  print(terminal, asJson, { a: 1 }, ["one", "two"]);

  expect(terminal.output()).toBe(expected);
});

test("columns of a table stand under each other", () => {
  expect(
    table([
      ["id", "where"],
      ["a-long-one", "x"],
    ]),
  ).toEqual(["id          where", "a-long-one  x"]);
});
