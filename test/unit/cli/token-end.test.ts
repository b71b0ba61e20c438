import { describe, expect, test } from "@jest/globals";
import { endOfToken } from "../../../cli/amocrm/token-end.ts";

describe("the end of an API token", () => {
  const part = (text: string) => Buffer.from(text).toString("base64url");

  test.each([
    {
      name: "a JSON Web Token",
      token: `x.${part('{"exp":1700000000}')}.y`,
      end: 1_700_000_000_000,
    },
    { name: "one without an end", token: `x.${part("{}")}.y`, end: undefined },
    { name: "one that is no JSON", token: `x.${part("hello")}.y`, end: undefined },
    { name: "another token", token: "hunter2", end: undefined },
  ])("$name", ({ token, end }) => {
    expect(endOfToken(token)).toBe(end);
  });
});
