import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { print, printable, printableAddress, table } from "../../../cli/output.ts";
import { aTerminal } from "../../support/terminal.ts";

describe("a text of a vendor", () => {
  test.each([
    { name: "a given secret", text: "key hunter2 is bad", expected: "key … is bad" },
    { name: "a bot token", text: "at /bot123456:AAEabcd-efgh_/x", expected: "at /bot…/x" },
    { name: "an encoded bot token", text: "123456%3AAAEabcdefgh", expected: "…" },
    { name: "line breaks and escapes", text: "a\n\tb\u001b[0m", expected: "a b [0m" },
  ])("$name does not reach the terminal", ({ text, expected }) => {
    expect(printable(text, ["hunter2", ""])).toBe(expected);
  });

  test("has a limited length", () => {
    expect(printable("x".repeat(10_000))).toHaveLength(301);
  });
});

describe("an address of another program", () => {
  test.each([
    { given: "https://a.example/telegram", expected: "https://a.example/telegram" },
    { given: "https://u:pass@a.example/x?token=1#y", expected: "https://a.example/…?…" },
    { given: "https://a.example/123456:AAEabcdefgh", expected: "https://a.example/…" },
    { given: "https://a.example/v1/tg/hooks/", expected: "https://a.example/v1/tg/hooks/" },
    {
      given: "https://a.example/telegram-webhook.php",
      expected: "https://a.example/telegram-webhook.php",
    },
    { given: "https://a.example:8443/bot123/hunter/", expected: "https://a.example:8443/…/…/" },
    { given: "https://a.example/correct-horse", expected: "https://a.example/…" },
    { given: "https://a.example/hook%2Fhunter2", expected: "https://a.example/…" },
    { given: "hunter2", expected: "…" },
    { given: "", expected: "" },
  ])("$given is printed as $expected", ({ given, expected }) => {
    expect(printableAddress(given)).toBe(expected);
  });

  /** Parts of tokens and secret paths: bot tokens, hex, base64url, UUIDs, words with digits. */
  const hidden = fc.oneof(
    fc.stringMatching(/^\d{6,12}:[\w-]{35}$/),
    fc.stringMatching(/^bot\d{6,12}:[\w-]{35}$/),
    fc.stringMatching(/^[0-9a-f]{16,64}$/),
    fc.stringMatching(/^[A-Za-z0-9_-]{12,64}$/),
    fc.stringMatching(/^[a-z]{9,20}$/),
    fc.stringMatching(/^[a-z]{3,8}\d{2,8}$/),
    fc.uuid(),
  );
  const around = fc.constantFrom("", "/hook", "/telegram/webhook", "/v1");

  test("a possible token in the path, a query, a user and a password are not printed", () => {
    fc.assert(
      fc.property(hidden, around, around, fc.boolean(), (canary, before, after, isEncoded) => {
        fc.pre(!/^(?:incoming|messages|callback|endpoint|telegram)$/.test(canary));
        const part = isEncoded ? encodeURIComponent(canary) : canary;
        const user = encodeURIComponent(canary);
        const address = `https://${user}:${user}@a.example${before}/${part}${after}?${user}=${user}#${user}`;

        const printed = printableAddress(address);

        expect(printed).toBe(`https://a.example${before}/…${after}?…`);
      }),
    );
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

test("the columns of a table are aligned", () => {
  expect(
    table([
      ["id", "where"],
      ["a-long-one", "x"],
    ]),
  ).toEqual(["id          where", "a-long-one  x"]);
});
