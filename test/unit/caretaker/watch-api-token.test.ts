import { describe, expect, test } from "@jest/globals";
import { tokenExpiryMillis } from "../../../lambdas/amocrm/main-api/client.ts";
import { watchApiToken } from "../../../lambdas/caretaker/rounds.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const jwt = (claims: unknown) =>
  `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`;
const dayMillis = 86_400_000;

describe("the end of an API token", () => {
  test.each<[string, string, number | undefined]>([
    ["as in the token", jwt({ exp: 1_800_000_000 }), 1_800_000_000_000],
    ["unknown without exp", jwt({ sub: "1" }), undefined],
    ["unknown for an exp that is text", jwt({ exp: "soon" }), undefined],
    ["unknown for claims that are not an object", jwt(5), undefined],
    ["unknown for a token that is not a JWT", "laptop-api-token", undefined],
    ["unknown for a broken JWT", "a.b.c", undefined],
    ["unknown without a token", "", undefined],
  ])("is %s", (_, token, expected) => {
    expect(tokenExpiryMillis(token)).toBe(expected);
  });

  test.each<[number, number]>([
    [30.5, 30],
    [0.5, 0],
    [-1, -1],
  ])("is reported %d days before as %d", async (days, daysLeft) => {
    const logger = aRecordingLogger();
    const expiresAtMillis = 1_700_000_000_000;
    const now = () => expiresAtMillis - days * dayMillis;

    const found = await watchApiToken({
      expiresAtMillis: async () => expiresAtMillis,
      now,
      logger,
    });

    expect(found).toEqual({ apiTokenExpiresAtMillis: expiresAtMillis });
    expect(logger.lines).toEqual([{ level: "info", fact: "ApiTokenRead", fields: { daysLeft } }]);
  });

  test("is removed from the report, and not counted, when there is none", async () => {
    const logger = aRecordingLogger();

    const found = await watchApiToken({
      expiresAtMillis: async () => undefined,
      now: () => 0,
      logger,
    });

    expect(found).toEqual({ apiTokenExpiresAtMillis: undefined });
    expect(logger.lines).toEqual([]);
  });
});
