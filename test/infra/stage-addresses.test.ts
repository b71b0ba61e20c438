import { describe, expect, test } from "@jest/globals";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";
import { aBridge, aStage } from "./synthesize.ts";

const kommo = "https://amojo.kommo.com";
const read = (amocrm: object) =>
  readStages({ test: { ...aStage, bridges: { main: { ...aBridge, amocrm } } } });

describe("the addresses of an account and of its chat service", () => {
  test.each([
    { origin: "https://example.amocrm.ru", service: "https://amojo.amocrm.ru" },
    { origin: "https://example.amocrm.com", service: "https://amojo.amocrm.com" },
    { origin: "https://example.kommo.com", service: kommo },
    { origin: "https://example.kommo.com", amojoOrigin: kommo, service: kommo },
  ])("are of one domain: $origin, $amojoOrigin", ({ service, ...amocrm }) => {
    expect(read(amocrm)["test"]?.bridges["main"]?.amocrm.amojoOrigin).toBe(service);
  });

  test.each([
    {
      origin: "https://example.amocrm.ru",
      amojoOrigin: kommo,
      field: "amojoOrigin",
      expected: 'expected "https://amojo.amocrm.ru"',
    },
    {
      origin: "https://example.amocrm.com",
      amojoOrigin: kommo,
      field: "amojoOrigin",
      expected: 'expected "https://amojo.amocrm.com", the chat service of amocrm.origin',
    },
    {
      origin: "https://example.amocrm.ru",
      amojoOrigin: "https://amojo.amocrm.ru/",
      field: "amojoOrigin",
      expected: 'did you mean "https://amojo.amocrm.ru"?',
    },
    {
      origin: "https://amojo.amocrm.ru",
      field: "origin",
      expected: "the chat service's address belongs in amocrm.amojoOrigin",
    },
    ...["https://example.com", "https://www.amocrm.ru", "https://a.b.amocrm.ru"].map((origin) => ({
      origin,
      field: "origin",
      expected: "a host before amocrm.ru, amocrm.com or kommo.com",
    })),
  ])("are refused: $origin, $amojoOrigin", ({ field, expected, ...amocrm }) => {
    expect(() => read(amocrm)).toThrow(`Stage "test", bridge "main", amocrm.${field}: `);
    expect(() => read(amocrm)).toThrow(expected);
  });
});

test("the Bot API's address with a bot's token is refused without the token", () => {
  const telegram = { botId: "1", apiRoot: "https://api.telegram.org/bot1:AAsecret" };
  const wrong = { test: { ...aStage, bridges: { main: { ...aBridge, telegram } } } };

  expect(() => readStages(wrong)).toThrow(
    new StageSettingsError(
      'Stage "test", bridge "main", telegram.apiRoot: expected the address without the bot\'s token.',
    ),
  );
});
