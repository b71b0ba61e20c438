import { expect, test } from "@jest/globals";
import { lifeOf } from "../../../cli/setup/tokens.ts";

const nowMillis = Date.UTC(2026, 0, 1);
const tokenThat = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

test.each([
  {
    token: tokenThat({ exp: Date.UTC(2026, 0, 31) / 1000 }),
    says: "it expires on 2026-01-31, in 30 days",
  },
  { token: tokenThat({ exp: Date.UTC(2025, 11, 31) / 1000 }), says: "it expired on 2025-12-31" },
  { token: tokenThat({}), says: "it does not contain its expiry date" },
  { token: "no-web-token", says: "it does not contain its expiry date" },
])("the lifetime of an API token: $says", ({ token, says }) => {
  expect(lifeOf(token, nowMillis)).toBe(says);
});
