import { describe, expect, test } from "@jest/globals";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  telegramBotCredentials,
  telegramWebhookCredentials,
} from "../../../lambdas/compose/credentials.ts";
import { secretsInUse } from "../../../lambdas/ingest/credentials.ts";

describe("the secrets for verification", () => {
  test.each([
    { name: "the current one alone", credentials: { current: "new" }, secrets: ["new"] },
    {
      name: "both during a rotation",
      credentials: { current: "new", previous: "old" },
      secrets: ["new", "old"],
    },
    {
      name: "no empty previous one",
      credentials: { current: "new", previous: "" },
      secrets: ["new"],
    },
  ])("are $name", ({ credentials, secrets }) => {
    expect(secretsInUse(credentials)).toEqual(secrets);
  });
});

describe("stored credentials", () => {
  const channel = { current: "s", channelId: "c", scopeId: "c_a" };

  test.each([
    { name: "a webhook's token", schema: telegramWebhookCredentials, value: { current: "t" } },
    { name: "a channel", schema: amocrmChannelCredentials, value: channel },
    {
      name: "a channel with more fields",
      schema: amocrmChannelCredentials,
      value: { ...channel, note: "n" },
    },
    { name: "a bot's token", schema: telegramBotCredentials, value: { token: "700:AAE-x_1" } },
    { name: "a token of the main API", schema: amocrmApiCredentials, value: { token: "ey.J" } },
    { name: "no token of the main API", schema: amocrmApiCredentials, value: { token: "" } },
  ])("$name is usable", ({ schema, value }) => {
    expect(schema.safeParse(value).success).toBe(true);
  });

  test.each([
    {
      name: "a token that is not set yet",
      schema: telegramWebhookCredentials,
      value: { current: "" },
    },
    {
      name: "a channel that is not connected yet",
      schema: amocrmChannelCredentials,
      value: { ...channel, scopeId: "" },
    },
    {
      name: "a channel without a secret",
      schema: amocrmChannelCredentials,
      value: { ...channel, current: "" },
    },
    {
      name: "a bot's token without its number",
      schema: telegramBotCredentials,
      value: { token: "AAE-x" },
    },
    {
      name: "a bot's token with a space",
      schema: telegramBotCredentials,
      value: { token: "700:AAE x" },
    },
    {
      name: "a bot's token with a line break",
      schema: telegramBotCredentials,
      value: { token: "700:AAE\n" },
    },
    { name: "not an object", schema: amocrmApiCredentials, value: "token" },
  ])("$name is not usable", ({ schema, value }) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
